"""XLIFF 1.2 and 2.x: sources in, targets and states out."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from domain.errors import DocumentError
from domain.placeholders.markup import scan
from formats.bilingual.xliff.format import XliffFormat

XLIFF = XliffFormat()


def one(body: str, more: str = "") -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">\n'
        f'<file original="a" source-language="en" datatype="plaintext"{more}>\n<body>\n'
        f"{body}\n</body>\n</file>\n</xliff>\n"
    )


def two(body: str, more: str = "") -> str:
    return (
        '<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.1" srcLang="en"'
        f'{more}>\n<file id="f">\n{body}\n</file>\n</xliff>\n'
    )


def unit(source: str, more: str = "", after: str = "") -> str:
    return f'<trans-unit id="1"{more}>\n  <source>{source}</source>{after}\n</trans-unit>'


def segment(source: str, more: str = "", after: str = "") -> str:
    return f'<unit id="u"><segment id="s"{more}>\n<source>{source}</source>{after}</segment></unit>'


SOURCES_1 = [
    "Plain words",
    '<g id="1">All of it</g>',
    'Press <g id="1">Start</g> to <g id="2" ctype="bold">go <x id="3"/></g> on',
    'A <ph id="1">{0}</ph> and <bpt id="2">&lt;b></bpt>bold<ept id="2">&lt;/b></ept> word',
    'One <it id="1" pos="open">[i]</it> open',
    "Fish &amp; chips &lt;b&gt; cost &#8364; 5",
    "  spaces around  ",
    'Call <mrk mtype="protected">Nightdesk</mrk> now',
    '<bx id="1" rid="1"/>Begun<ex id="2" rid="1"/>',
    "Line one\n  line two",
    "<![CDATA[<p>Some &amp; text</p>]]>",
    "Comment <!-- not text --> here",
]
SOURCES_2 = [
    "Plain words",
    'Press <pc id="1">Start</pc> to <pc id="2">go <ph id="3"/></pc> on',
    'A <ph id="1" dataRef="d1"/> and <sc id="2"/>bold<ec startRef="2"/> word',
    'Call <mrk id="m" translate="no">Nightdesk</mrk> now',
    'A <mrk id="m" type="term">term</mrk> here',
    'Tab<cp hex="0009"/>here &gt; there',
    "<![CDATA[x < y words]]>",
]
FILES = [one(unit(source)) for source in SOURCES_1] + [two(segment(s)) for s in SOURCES_2]
FILES += [
    one(unit("Open", after="\n  <target/>")),
    one(unit("Open", after="\n  <target></target>")),
    two(segment("Open", after="<target></target >")),
    one(unit("Open", after='<target state="new">Open</target><note>A verb</note>')),
    one(unit("Open", after="<alt-trans><source>x</source><target>Auf</target></alt-trans>")),
    one(f"<group>{unit('Open')}</group>", ' target-language="de-DE"').replace("\n", "\r\n"),
    two(segment("Open", ' state="initial"', "<target>Open</target>"), ' trgLang="de"'),
    two(f'<group id="g">{segment("Open")}</group>'),
    "\ufeff" + one(unit("Open")),
]


def _sound(output: bytes) -> etree._Element:
    return etree.fromstring(output, etree.XMLParser(resolve_entities=False))


@pytest.mark.parametrize("text", FILES)
def test_untranslated_it_stays(text: str) -> None:
    """Blank translations, and sources that nobody translated, leave the file to the byte."""
    data = text.encode()
    units = XLIFF.extract(data, "de")
    assert len(units) == 1
    assert XLIFF.assemble(data, [""], "de") == data
    assert XLIFF.assemble(data, [units[0].text], "de", undone=[0]) == data


@pytest.mark.parametrize("text", FILES)
def test_translations_are_put_in(text: str) -> None:
    """Each source gets its target with its codes and state, and is done then."""
    data = text.encode()
    (only,) = XLIFF.extract(data, "de")
    output = XLIFF.assemble(data, [f"Ü “{only.text}”"], "de")
    assert XLIFF.same_structure(data, output) is None
    root = _sound(output)
    (target,) = root.xpath("//*[local-name()='target'][not(ancestor::*[local-name()='alt-trans'])]")
    assert "Ü “" in "".join(target.itertext())
    holder = target if root.get("version") == "1.2" else target.getparent()
    assert holder.get("state") == "translated"
    with pytest.raises(DocumentError, match="no source to translate"):
        XLIFF.extract(output, "de")
    assert XLIFF.assemble(data, [only.text], "de") != data


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(FILES), st.text(min_size=1))
def test_any_text(text: str, translation: str) -> None:
    """Whatever a translation holds, the file stays sound, or as it was."""
    data = text.encode()
    output = XLIFF.assemble(data, [translation], "de")
    assert XLIFF.same_structure(data, output) is None
    _sound(output.removeprefix(b"\xef\xbb\xbf"))


@pytest.mark.parametrize("text", [one(unit(SOURCES_1[2])), two(segment(SOURCES_2[1]))])
def test_codes_must_all_be_there(text: str) -> None:
    """Codes may move; where one is lost, doubled or crossed the unit stays untranslated."""
    data = text.encode()
    (only,) = XLIFF.extract(data, "de")
    assert only.text == 'Press <g id="1">Start</g> to <g id="3">go <x id="4"/></g> on'
    moved = '<g id="3">Weiter <x id="4"/></g> mit <g id="1">Start</g>'
    output = XLIFF.assemble(data, [moved], "de")
    assert XLIFF.same_structure(data, output) is None
    assert output != data
    for broken in (
        'Press <g id="1">Start</g> to go on',
        'Press <g id="1">Start to <g id="3">go</g> <x id="4"/> on',
        'Press <g id="1">Start <g id="3">to <x id="4"/></g> on',
    ):
        assert XLIFF.assemble(data, [broken], "de") == data
    invented = XLIFF.assemble(data, [moved + ' <x id="9"/>'], "de")
    assert b'&lt;x id="9"/&gt;' in invented


def test_every_code_is_masked() -> None:
    """What stands for a code in a unit's text is markup to those who mask it."""
    for text in FILES:
        (only,) = XLIFF.extract(text.encode(), "de")
        assert sum(token.name in ("g", "x") for token in scan(only.text)) == only.text.count(
            "<g "
        ) + only.text.count("</g>") + only.text.count("<x ")


def test_targets_stand_in_their_place() -> None:
    """A target follows its source, with its indentation and state; the language is named."""
    data = one(unit("Open", after="\n  <note>A verb</note>")).encode()
    (only,) = XLIFF.extract(data, "pt-BR")
    assert (only.path, only.note) == ("1", "A verb")
    output = XLIFF.assemble(data, ["Abrir"], "pt-BR").decode()
    assert (
        '  <source>Open</source>\n  <target state="translated">Abrir</target>\n  <note>' in output
    )
    assert ' datatype="plaintext" target-language="pt-BR">' in output
    output = XLIFF.assemble(data, ["Abrir"], "pt-BR", undone=[0]).decode()
    assert '<target state="needs-review-translation">Abrir</target>' in output
    data = two(segment("Open")).encode()
    output = XLIFF.assemble(data, ["Auf"], "de", undone=[0]).decode()
    assert '<segment id="s" state="initial">' in output
    assert 'trgLang="de">' in output


@pytest.mark.parametrize(
    "text",
    [
        one(unit("Open it", ' translate="no"')),
        one(f'<group translate="no">{unit("Open it")}</group>'),
        one(unit("Open it", ' approved="yes"', "<target>Open it</target>")),
        one(unit("Open it", after='<target state="final">Open it</target>')),
        one(unit("Open it", after="<target>Auf</target>")),
        one(unit("12 %")),
        two(segment("Open it", ' state="reviewed"', "<target>Open it</target>")),
        two(segment("Open it").replace("<unit ", '<unit translate="no" ')),
    ],
)
def test_what_is_left_alone(text: str) -> None:
    """What is not to be translated, or is translated, is no unit."""
    with pytest.raises(DocumentError, match="no source to translate"):
        XLIFF.extract(text.encode(), "de")


def test_limits() -> None:
    """A width in characters is a limit; one in pixels can't be counted."""
    limited = one(unit("Open it", ' maxwidth="9" size-unit="char"')).encode()
    assert XLIFF.extract(limited, "de")[0].max_chars == 9
    pixels = one(unit("Open it", ' maxwidth="90"')).encode()
    assert XLIFF.extract(pixels, "de")[0].max_chars is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<html/>", "1: this is no XLIFF"),
        (one(unit("a <g>b")), "6: this is no well-formed XML"),
        ('<xliff version="3.0"/>', "1: this is no XLIFF"),
        ('<!DOCTYPE x [<!ENTITY a "b">]>\n<xliff version="1.2"/>', "entities"),
        (one(unit("a b"), ' target-language="fr"'), "3: target-language: it is for fr"),
        (two(segment("a b"), ' trgLang="fr-CA"'), "1: trgLang: it is for fr-CA"),
        ("", "this is no well-formed XML"),
    ],
)
def test_what_is_no_xliff(text: str, message: str) -> None:
    """Where it goes wrong and why is told."""
    with pytest.raises(DocumentError, match=message):
        XLIFF.extract(text.encode(), "de")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("<source>Press", "<source>Pres", "line 6: source"),
        ('id="1">\n', 'id="2">\n', "line 5: trans-unit"),
        ("</body>", "<x/></body>", "elements became|became"),
        ("</xliff>", "", "it is no XLIFF any more"),
    ],
)
def test_differences_are_told(old: str, new: str, message: str) -> None:
    """Anything but targets, states and the target language is a difference."""
    text = one(unit(SOURCES_1[2]))
    after = text.replace(old, new)
    assert after != text
    found = XLIFF.same_structure(text.encode(), after.encode())
    assert found is not None
    assert any(part in found for part in message.split("|"))


def test_lost_codes_are_told() -> None:
    """A target without its source's codes is a difference."""
    text = one(unit(SOURCES_1[2], after="<target>nothing of it</target>"))
    assert "inline codes" in (
        XLIFF.same_structure(one(unit(SOURCES_1[2])).encode(), text.encode()) or ""
    )


def test_a_section_of_characters_stays_one() -> None:
    """What would end a CDATA section is written so that it doesn't."""
    data = one(unit(SOURCES_1[10])).encode()
    output = XLIFF.assemble(data, ["<p>a ]]> b &lt;</p>"], "de")
    (target,) = _sound(output).xpath("//*[local-name()='target']")
    assert target.text == "<p>a ]]> b &lt;</p>"


def test_a_target_follows_segments() -> None:
    """The schema of 1.2 has a target behind the segmented source."""
    segmented = '<seg-source><mrk mtype="seg" mid="1">Open</mrk></seg-source>'
    output = XLIFF.assemble(one(unit("Open", after=segmented)).encode(), ["Auf"], "de").decode()
    new = '<target state="translated"><mrk mtype="seg" mid="1">Auf</mrk></target>'
    assert f"{segmented}\n  {new}" in output


def test_a_code_s_own_codes_stay_in_it() -> None:
    """A code that is a part of another can't leave it."""
    data = one(unit('<ph id="1">q<sub>see <ph id="2">x</ph></sub></ph> words here')).encode()
    (only,) = XLIFF.extract(data, "de")
    assert only.text == '<g id="1"><x id="2"/></g> words here'
    assert XLIFF.assemble(data, ['<x id="2"/> Wörter <g id="1"></g>'], "de") == data
    moved = XLIFF.assemble(data, ['Wörter <g id="1"><x id="2"/></g>'], "de")
    assert XLIFF.same_structure(data, moved) is None
    assert moved != data


def test_what_an_encoding_lacks() -> None:
    """Characters that the file's encoding lacks are written as references."""
    data = one(unit("Open")).replace("UTF-8", "ISO-8859-1").encode("latin-1")
    output = XLIFF.assemble(data, ["Für 5 €"], "de")
    assert b">F\xfcr 5 &#8364;</target>" in output
    (target,) = _sound(output).xpath("//*[local-name()='target']")
    assert target.text == "Für 5 €"


def test_long_files() -> None:
    """Many units, and much white space in a tag, take linear time."""
    space = " " * 200_000
    for text in (
        one(unit("Open it") * 8_000),
        one(unit("Open", after=f"<target{space}></target>")),
    ):
        data = text.encode()
        output = XLIFF.assemble(data, ["Auf" for _ in XLIFF.extract(data, "de")], "de")
        assert XLIFF.same_structure(data, output) is None


@pytest.mark.parametrize("text", [one(unit(SOURCES_1[8])), two(segment(SOURCES_2[2]))])
def test_a_code_begins_before_it_ends(text: str) -> None:
    """A code in two halves can't be turned round."""
    data = text.encode()
    (only,) = XLIFF.extract(data, "de")
    first, second = [tag for tag in only.text.split("<") if tag.startswith("x ")][-2:]
    first, second = (f"<{tag.split('>')[0]}>" for tag in (first, second))
    rest = '<x id="1"/>' if "{" not in only.text and first != '<x id="1"/>' else ""
    assert XLIFF.assemble(data, [f"{rest}{second}Fett{first} hier"], "de") == data
    assert XLIFF.assemble(data, [f"{rest}{first}Fett{second} hier"], "de") != data
