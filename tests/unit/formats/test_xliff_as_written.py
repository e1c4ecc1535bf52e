"""XLIFF as translators' tools, Angular and Xcode write it, and as nobody should."""

from __future__ import annotations

import pytest

from domain.errors import DocumentError
from formats.bilingual.xliff.format import XliffFormat
from tests.unit.formats.test_xliff_format import one, segment, two, unit

XLIFF = XliffFormat()

TRADOS = one(
    '<group><sdl:cxts xmlns:sdl="http://sdl.com/FileTypes/SdlXliff/1.0"/>'
    + unit(
        'Press <g id="0">Start</g>. Then wait.',
        after='<seg-source><mrk mtype="seg" mid="1">Press <g id="0">Start</g>.</mrk> '
        '<mrk mtype="seg" mid="2">Then wait.</mrk></seg-source>'
        '<target><mrk mtype="seg" mid="1"/> <mrk mtype="seg" mid="2"/></target>'
        '<sdl:seg-defs xmlns:sdl="http://sdl.com/FileTypes/SdlXliff/1.0"><sdl:seg id="1"/>'
        "</sdl:seg-defs>",
    )
    + "</group>",
    ' target-language="de-DE"',
)
MEMOQ = one(
    unit(
        'Press <bpt id="1" rid="1"/>Start<ept id="2" rid="1"/> <it id="3" pos="open"/>or not',
        ' xml:space="preserve" mq:status="NotStarted" xmlns:mq="MQXliff"',
        '<target xml:space="preserve"></target><mq:minorversions xmlns:mq="MQXliff"/>',
    )
)
OKAPI = one(
    unit(
        '<bpt id="1" ctype="bold">&lt;b></bpt>Press<ept id="1">&lt;/b></ept> it',
        ' xmlns:okp="okapi-framework:xliff-extensions" okp:xpath="/a"',
        '<seg-source><mrk mid="0" mtype="seg"><bpt id="1" ctype="bold">&lt;b></bpt>Press'
        '<ept id="1">&lt;/b></ept> it</mrk></seg-source>'
        '<alt-trans match-quality="80" origin="tm"><target>Alt</target></alt-trans>',
    )
)
ANGULAR = one(
    unit(
        'Hello <x id="START_BOLD" ctype="x-b" equiv-text="&lt;b>"/>you<x id="CLOSE_BOLD"'
        ' ctype="x-b" equiv-text="&lt;/b>"/>, <x id="INTERPOLATION" equiv-text="{{ name }}"/>',
        after='<context-group purpose="location"><context context-type="sourcefile">a.html'
        '</context></context-group><note priority="1" from="description">Greets</note>',
    )
)
ANGULAR_2 = two(
    '<unit id="7"><notes><note category="location">app/a.html:3,5</note>'
    '<note category="description">Greets</note></notes><segment><source>Hello '
    '<ph id="0" equiv="INTERPOLATION" disp="{{ name }}"/>, <pc id="1" equivStart="START_BOLD"'
    ' equivEnd="CLOSE_BOLD" type="fmt" dispStart="&lt;b>" dispEnd="&lt;/b>">you</pc></source>'
    "</segment></unit>"
)
XCODE = one(
    '<trans-unit id="Open %@" xml:space="preserve"><source>Open %@</source>'
    "<note>Menu item</note></trans-unit>",
    ' target-language="de"',
).replace("<body>", '<header><tool tool-id="com.apple.dt.xcode" build-num="1"/></header><body>')


@pytest.mark.parametrize(
    ("text", "texts"),
    [
        (TRADOS, ['Press <g id="1">Start</g>.', "Then wait."]),
        (MEMOQ, ['Press <x id="1"/>Start<x id="2"/> <x id="3"/>or not']),
        (OKAPI, ['<x id="1"/>Press<x id="2"/> it']),
        (ANGULAR, ['Hello <x id="1"/>you<x id="2"/>, <x id="3"/>']),
        (ANGULAR_2, ['Hello <x id="1"/>, <g id="2">you</g>']),
        (XCODE, ["Open %@"]),
    ],
    ids=["trados", "memoq", "okapi", "angular", "angular 2", "xcode"],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_files_of_programs(text: str, texts: list[str], line_end: str, encoding: str) -> None:
    """What stands in a file of theirs is asked for, and is translated then."""
    text = text.replace("UTF-8", encoding.removesuffix("-sig")).replace("\n", line_end)
    data = text.encode(encoding)
    assert [unit.text for unit in XLIFF.extract(data, "de")] == texts
    output = XLIFF.assemble(data, [f"Ü {text}" for text in texts], "de")
    assert XLIFF.same_structure(data, output) is None
    assert output.decode(encoding).count("Ü ") == len(texts)
    assert "\n" not in output.decode(encoding).replace(line_end, "")
    with pytest.raises(DocumentError, match="no source to translate"):
        XLIFF.extract(output, "de")


def test_notes_of_places_are_none() -> None:
    """What a text means is told to translators, where in a program it stands is not."""
    assert XLIFF.extract(ANGULAR_2.encode(), "de")[0].note == "Greets"


@pytest.mark.parametrize("mids", [("1", "1"), ("", ""), ("1", "")])
def test_segments_that_cannot_be_told_apart(mids: tuple[str, str]) -> None:
    """Where two segments have one `mid`, or one has none, the whole source is one text."""
    marks = [f'<mrk mtype="seg" mid="{mid}">{{}}</mrk>'.replace(' mid=""', "") for mid in mids]
    seg_source = f"<seg-source>{marks[0].format('One.')} {marks[1].format('Two.')}</seg-source>"
    data = one(unit("One. Two.", after=seg_source)).encode()
    assert [unit.text for unit in XLIFF.extract(data, "de")] == ["One. Two."]
    output = XLIFF.assemble(data, ["Eins. Zwei."], "de").decode()
    assert '<target state="translated">Eins. Zwei.</target>' in output
    assert XLIFF.same_structure(data, output.encode()) is None


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (
            'Press <it id="1" pos="open"/>the button<it id="2" pos="close">x</it> now',
            'Press <x id="1"/>the button<x id="2"/> now',
        ),
        (
            'Go <bpt id="1"/>on<ept id="1"/> <bpt id="2">x</bpt>now<ept id="2">z</ept>',
            'Go <x id="1"/>on<x id="2"/> <x id="3"/>now<x id="4"/>',
        ),
        ('See <g id="1">a<g id="2"/> word</g> here', 'See <g id="1">a<x id="2"/> word</g> here'),
    ],
)
def test_empty_codes(source: str, text: str) -> None:
    """A code without content ends where it begins, and hides no word behind it."""
    assert [unit.text for unit in XLIFF.extract(one(unit(source)).encode(), "de")] == [text]


def test_codes_with_a_prefix() -> None:
    """Elements are known by their names, whatever prefix a file has for them."""
    prefixed = two(segment('Now <pc id="1">a word<ph id="2"/> more</pc> end'))
    for name in ("source", "segment", "unit", "pc", "ph"):
        prefixed = prefixed.replace(f"<{name}", f"<x:{name}").replace(f"</{name}>", f"</x:{name}>")
    data = prefixed.replace("xmlns=", 'xmlns:x="urn:oasis:names:tc:xliff:document:2.0" xmlns=')
    (only,) = XLIFF.extract(data.encode(), "de")
    assert only.text == 'Now <g id="1">a word<x id="2"/> more</g> end'
    output = XLIFF.assemble(data.encode(), ['<g id="1">Wort<x id="2"/></g>'], "de")
    assert '<x:target><x:pc id="1">Wort<x:ph id="2"/></x:pc></x:target>' in output.decode()


def test_an_annotation_begins_before_it_ends() -> None:
    """The halves of an annotation of 2.x can't be turned round."""
    data = two(segment('Say <sm id="1" type="term"/>hello<em startRef="1"/> now')).encode()
    assert XLIFF.assemble(data, ['<x id="2"/>Sag<x id="1"/> hallo'], "de") == data
    assert XLIFF.assemble(data, ['<x id="1"/>Sag<x id="2"/> hallo'], "de") != data


def test_a_skeleton_has_no_units() -> None:
    """What looks like a unit in a skeleton is a part of another document."""
    skeleton = "<skeleton><unit><segment><source>Not this</source></segment></unit></skeleton>"
    data = two(skeleton + segment("Open")).encode()
    assert [unit.text for unit in XLIFF.extract(data, "de")] == ["Open"]


def test_what_is_said_of_another_translation_goes() -> None:
    """A new target has neither the origin nor the finer state of the one before."""
    there = '<target state="needs-translation" state-qualifier="exact-match">Alt</target>'
    output = XLIFF.assemble(one(unit("Open", after=there)).encode(), ["Auf"], "de").decode()
    assert '<target state="translated">Auf</target>' in output
    states = ' state="initial" subState="my:draft"'
    data = two(segment("Open", states, "<target>Open</target>")).encode()
    output = XLIFF.assemble(data, ["Auf"], "de").decode()
    assert '<segment id="s" state="translated">' in output
    assert XLIFF.same_structure(data, output.encode()) is None


def test_what_looks_like_a_state_in_a_value_stays() -> None:
    """Only an attribute is a state."""
    odd = """<segment xmlns:x="urn:x" x:y=' state="new"' """
    data = two(segment("Open").replace("<segment ", odd)).encode()
    output = XLIFF.assemble(data, ["Auf"], "de")
    assert XLIFF.same_structure(data, output) is None
    assert b""" x:y=' state="new"' id="s" state="translated">""" in output


EMPTY_FILE = '<file original="b" source-language="en" datatype="x"/></xliff>'


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (one(unit("Open"), ' target-language=""'), 1),
        (one(unit("Open")).replace("</xliff>", EMPTY_FILE), 2),
        (two(segment("Open"), " trgLang=''"), 1),
    ],
)
def test_a_target_language_is_named_once(text: str, named: int) -> None:
    """A target language that is there without a value gets it; so does a file without a unit."""
    output = XLIFF.assemble(text.encode(), ["Auf"], "de")
    assert XLIFF.same_structure(text.encode(), output) is None
    assert output.count(b'"de"') == named


def test_a_limit_beyond_numbers_is_none() -> None:
    """A width of thousands of digits limits nothing."""
    data = one(unit("Open", f' maxwidth="{"9" * 5_000}" size-unit="char"')).encode()
    assert XLIFF.extract(data, "de")[0].max_chars is None


@pytest.mark.parametrize("name", ["hex", "undefined", "idna", "no-such"])
def test_an_encoding_that_is_none(name: str) -> None:
    """What is no encoding of texts is told, even where Python has a codec of the name."""
    data = one(unit("Open")).replace("UTF-8", name).encode()
    with pytest.raises(DocumentError, match="save the document as UTF-8"):
        XLIFF.extract(data, "de")


MARKS = "".join(f'<mrk mtype="seg" mid="{number}">A word</mrk>' for number in range(4_000))


@pytest.mark.cpu_timeout(60)
@pytest.mark.parametrize(
    "text",
    [
        one(unit('Word <it id="1" pos="open"/>' * 20_000)),
        one(unit('<ph id="1"/>' * 20_000 + "word")),
        one(unit("x", after=f"<seg-source>{MARKS}</seg-source>")),
        one(unit("Open", after=f'<target{" " * 200_000}state="new" ></target>')),
    ],
    ids=["it", "ph", "mrk", "space"],
)
def test_many_codes(text: str) -> None:
    """Many codes and segments in one unit take linear time."""
    data = text.encode()
    texts = [f"Ü {unit.text}" for unit in XLIFF.extract(data, "de")]
    assert XLIFF.same_structure(data, XLIFF.assemble(data, texts, "de")) is None
