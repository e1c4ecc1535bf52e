"""WebVTT in and out."""

from __future__ import annotations

import pysubs2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import DocumentError
from formats.subtitles.vtt import VttFormat

VTT = VttFormat()

DOCUMENT = """WEBVTT - a film
Kind: captions

STYLE
::cue { color: red }

REGION
id:bottom

NOTE
Be polite

intro
00:01.000 --> 00:02.000 align:start position:10%
<v.loud Fred Smith>Hello &amp; <c.yellow>good <i>bye</i></c>,&nbsp;R&D
all <00:00:01.500>you &lt;3

NOTE Not of the next but one

00:00:03.000 --> 00:00:04.000
<v A>One</v>
<v B>Two</v>
00:05.000 --> 00:06.000
sprite.jpg#xywh=0,0,160,90

00:06.000 --> 00:07.000
{ "lat": 1, "name": "Paris" }

00:07.000 --> 00:08.000
12 %

00:08.000 --> 00:09.000
The end"""


def texts(document: bytes) -> list[str]:
    return [unit.text for unit in VTT.extract(document, "de")]


def times(document: bytes) -> list[tuple[int, int]]:
    """Start and end of each cue, as another library reads them."""
    text = document.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    return [(e.start, e.end) for e in pysubs2.SSAFile.from_string(text, format_="vtt")]


def test_units() -> None:
    """A cue with prose is a unit; who speaks and the comment above it are its note."""
    found = VTT.extract(DOCUMENT.encode(), "de")
    assert [(unit.path, unit.text, unit.note) for unit in found] == [
        (
            "intro",
            'Hello &amp; <g id="1">good <i>bye</i></g>,\u00a0R&D all <x id="5"/>you &lt;3',
            "Be polite\nspeaker: Fred Smith",
        ),
        (
            "00:00:03.000",
            '<g id="1">One</g>\n<g id="3">Two</g>',
            "Not of the next but one",
        ),
        ("00:08.000", "The end", ""),
    ]
    assert {("subtitle", True, 84)} == {(u.role, u.whole, u.max_chars) for u in found}


def test_translated_document() -> None:
    """Translations stand in the cues, escaped; all around them stays."""
    new = [
        'Hallo &amp; <g id="1">auf <i>Wiedersehen</i></g>, <x id="5"/>ihr &lt;3 R&D\u00a0<b>',
        '<g id="1">Eins</g>\n<g id="3">Zwei</g>',
        "-->",
    ]
    translated = VTT.assemble(DOCUMENT.encode(), new, "de")
    expected = DOCUMENT.replace(
        "Hello &amp; <c.yellow>good <i>bye</i></c>,&nbsp;R&D\nall <00:00:01.500>you &lt;3",
        "Hallo &amp; <c.yellow>auf <i>Wiedersehen</i></c>, "
        "<00:00:01.500>ihr &lt;3 R&amp;D&nbsp;&lt;b&gt;",
    )
    expected = expected.replace("One", "Eins").replace("Two", "Zwei")
    assert translated.decode() == expected.replace("The end", "--&gt;")
    assert times(translated) == times(DOCUMENT.encode())


HEAD = "WEBVTT\n\n00:01.000 --> 00:02.000\n"


@pytest.mark.parametrize(
    ("source", "unit", "translation", "expected"),
    [
        ("<b>a</b> b", "<b>a</b> b", "x <b>y</b>", "x <b>y</b>"),
        ("<b>a</b> b", "<b>a</b> b", "x y", "<b>a</b> b"),
        ("<b>a</b> b", "<b>a</b> b", "x <b>y</b> </b>", "x <b>y</b> &lt;/b&gt;"),
        ("<lang de>a</lang> b", '<g id="1">a</g> b', '<g id="1">x</g> y', "<lang de>x</lang> y"),
        ("a <x b", "a <x b", "x <y", "x &lt;y"),
        ("a > b", "a > b", "a > c", "a &gt; c"),
        ("a&eacute;&#233;", "aéé", "ü", "ü"),
        ("a&lrm;&rlm;", "a\u200e\u200f", "b\u200e\u200fc", "b&lrm;&rlm;c"),
        ("a&#10;b&lt;&copy;", "a&#10;b&lt;©", "&lt;&#10;", "&lt;&amp;#10;"),
        ("<v A>- a\n- b", "- a\n- b", "- x\n- y", "<v A>- x\n- y"),
        ("<v A>a\n<v B>b", 'a\n<x id="1"/>b', 'x\n<x id="1"/>y', "<v A>x\n<v B>y"),
        ("a", "a", "x\n\n00:03.000 --> 00:04.000\ny", "x 00:03.000 --&gt; 00:04.000 y"),
        ("a", "a", "NOTE\r\n\r\nx", "NOTE x"),
    ],
)
def test_tags_and_references(source: str, unit: str, translation: str, expected: str) -> None:
    """A translation has the source's tags, and no others, or the source stays."""
    data = f"{HEAD}{source}\n".encode()
    assert texts(data) == [unit]
    translated = VTT.assemble(data, [translation], "de")
    assert translated.decode() == f"{HEAD}{expected}\n"
    assert VTT.same_structure(data, translated) is None


@pytest.mark.parametrize(
    "document",
    [
        "WEBVTT\n\n00:01.000 --> 00:02.000\na",
        "WEBVTT\n00:01.000 --> 00:02.000\na",
        "WEBVTT\r\n\r\n00:01.000 --> 00:02.000\r\na\r\nb\r\n\r\n",
        "WEBVTT\r\r00:01.000 --> 00:02.000\ra\r",
        "\ufeffWEBVTT\n\n00:01.000 --> 00:02.000\na\n",
        "WEBVTT title\n\n00:01.000 --> 00:02.000\na\n",
        "WEBVTT\tx\nX-TIMESTAMP-MAP=LOCAL:0\n\n00:01.000 --> 00:02.000\na\n",
        "WEBVTT\n\n100:00:01.000 --> 100:00:02.000\na\n",
        "WEBVTT\n\n00:01.000\t-->\t00:02.000\tline:0\na\n",
        "WEBVTT\n\n00:01.000-->00:02.000\na\n",
        "WEBVTT\n\n1\n00:01.000 --> 00:02.000\na\n\n2\n00:03.000 --> 00:04.000\nb\n",
        "WEBVTT\n\nan id\n00:01.000 --> 00:02.000\na\n",
        "WEBVTT\n\n00:01.000 --> 00:02.000\n\n00:03.000 --> 00:04.000\nb\n",
        "WEBVTT\n\n00:01.000 --> 00:02.000\na\n00:03.000 --> 00:04.000\nb\n",
        "WEBVTT\n\nNOTE x\n\n00:01.000 --> 00:02.000\na\n\nNOTE\ny\nz",
        "WEBVTT\n\nSTYLE\n::cue(b) { color: red }\n\n00:01.000 --> 00:02.000\na\n",
        "WEBVTT\n\nREGION\nid:a\nwidth:40%\n\n00:01.000 --> 00:02.000 region:a\na\n",
        "WEBVTT\n\n\n\n00:01.000 --> 00:02.000\na\n\n\n\n",
        "WEBVTT\n\n00:01.000 --> 00:02.000\n  a  \n \nb\n",
        "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Fred>a</v>\n",
        "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Fred>a\n<v Ann>b\n",
        "WEBVTT\n\n00:01.000 --> 00:02.000\n<ruby>a<rt>b</rt></ruby> c\n",
        "WEBVTT\n\n00:01.000 --> 00:02.000\n<c.a.b>a</c> <u>b</u>\n",
        "WEBVTT\n\n00:01.000 --> 00:02.000\na <00:01.500>b <00:01.700>c\n",
        "WEBVTT\n\n00:01.000 --> 00:02.000\n- a\n- b\n",
        "WEBVTT\n\nSTYLED block\n\n00:01.000 --> 00:02.000\na\n",
    ],
)
def test_small_documents(document: str) -> None:
    """A file's own units give it back; translated, it has the same cues for a player."""
    data = document.encode()
    units = texts(data)
    assert VTT.assemble(data, units, "de") == data
    translated = VTT.assemble(data, [f"x {unit}" for unit in units], "de")
    assert translated != data
    assert VTT.same_structure(data, translated) is None
    assert times(translated) == times(data)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "^1: a WebVTT file begins with a line that reads WEBVTT"),
        (b"\nWEBVTT\n", "^1: a WebVTT file begins"),
        (b"WEBVTTX\n", "^1: a WebVTT file begins"),
        (b"1\n00:00:01,000 --> 00:00:02,000\na", "^1: a WebVTT file begins"),
        (b"WEBVTT\n\nNOTE x\n", "^there is no text to translate in this document; leave it out$"),
        (HEAD.encode() + b"12\n", "no text to translate"),
        (HEAD.encode() + b"a\n\n00:03,000 --> 00:04,000\nb", "^6: times must read like 00:01.000"),
        (b"WEBVTT\n\nx\n00:01.000 --> x\na", "^4: times must read like"),
        (b"WEBVTT\n\n00:61.000 --> 00:62.000\na", "^3: times must read like"),
        (b"WEBVTT\n\n-->\n", "^3: times must read like"),
        (HEAD.encode() + b"caf\xe9", r"^4: byte .* \(0xe9\) is not utf-8"),
        (b"WEBVTT\n\0", "^2: a NUL character"),
        (b"\n" * (20 * 1024 * 1024 + 1), "20 MB is the most; split it"),
    ],
)
def test_unusable(data: bytes, message: str) -> None:
    """What can't be read or holds no prose is refused, with the line and what to do."""
    with pytest.raises(DocumentError, match=message):
        VTT.extract(data, "de")


@pytest.mark.parametrize(
    ("old", "new", "difference"),
    [
        ("The end", "Ende", "none"),
        ("02.000 align", "02.100 align", "line 15: '000 align:start position:10%\\n'"),
        ("intro", "outro", "line 15: 'intro\\n"),
        ("Be polite", "Be rude", "line 15: 'polite"),
        ("red", "blue", "line 15: 'red }"),
        ("<v B>", "<v C>", "line 21: the markup of cue 00:00:03.000 changed"),
        ("Fred Smith", "Fred", "line 15: the markup of cue intro changed"),
        ("sprite", "image", "line 30: 'sprite.jpg"),
        ("12 %", "13 %", "line 30: cue 00:07.000 is not to be translated, and changed"),
        ("\n\n00:08.000 --> 00:09.000\nThe end", "", "4 texts became 3"),
        ("The end", "The end\n", "'' became '\\n' after the last text"),
    ],
)
def test_same_structure(old: str, new: str, difference: str) -> None:
    """All but the text of cues must be the same."""
    assert old in DOCUMENT
    found = VTT.same_structure(DOCUMENT.encode(), DOCUMENT.replace(old, new, 1).encode())
    assert (found or "none").startswith(difference)


def test_count_of_texts() -> None:
    """A text is asked for for each unit."""
    with pytest.raises(ValueError, match="shorter"):
        VTT.assemble(DOCUMENT.encode(), ["x"], "de")


PARTS = st.lists(
    st.sampled_from(
        [
            *("a", "b c", " ", "\n", "\r\n", "\r", "-", "1", "-->", "<i>", "</i>", "<b", ">", "<"),
            *(
                "&lt;",
                "&amp;",
                "&",
                "&#10;",
                "&nbsp;",
                '<g id="1">',
                "</g>",
                '<x id="1"/>',
                "<v A>",
            ),
            *(
                "00:01.000 --> 00:02.000",
                "\n\nNOTE x\n",
                "字",
                "\x0b",
                "\u2028",
                "\u00a0",
                "\ud800",
            ),
            *("<00:01.000>", "\0", "STYLE", "</v>", "<c.x>", "</c>"),
        ]
    ),
    max_size=15,
).map("".join)


@settings(deadline=None, max_examples=100)
@given(PARTS, PARTS)
def test_hostile_documents(document: str, hostile: str) -> None:
    """Any file is refused or given back by its own units, and no translation changes its cues."""
    last = HEAD.removeprefix("WEBVTT")
    data = f"{HEAD}{document}{last}last".encode(errors="replace").replace(b"\0", b"")
    try:
        units = texts(data)
    except DocumentError:
        return
    assert VTT.assemble(data, units, "de") == data
    translated = VTT.assemble(data, [f"x{hostile}" for _ in units], "de")
    assert VTT.same_structure(data, translated) is None


@pytest.mark.cpu_timeout(120)
@pytest.mark.parametrize(
    "document",
    [
        "WEBVTT" + "\n\n00:01.000 --> 00:02.000\na" * 5_000,
        "WEBVTT\n" + "\n00:01.000 --> 00:02.000" * 5_000 + "\na",
        HEAD + "word " * 30_000,
        HEAD + "<i>" * 30_000 + "x" + "</i>" * 30_000,
        HEAD + "<v A>a\n" * 20_000,
        HEAD + "<&" * 20_000 + "x",
        HEAD + "&" + "a" * 100_000,
        HEAD + "a\n" + "\n" * 100_000,
    ],
)
def test_long_documents(document: str) -> None:
    """Long files, and long cues, take about linear time."""
    data = document.encode()
    units = texts(data)
    assert VTT.assemble(data, units, "de") == data
    translated = VTT.assemble(data, [f"x {unit}" for unit in units], "de")
    assert VTT.same_structure(data, translated) is None


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("WEBVTT\nKind: captions\nLanguage: en\n", "WEBVTT\nKind: captions\nLanguage: pt-BR\n"),
        ("WEBVTT - A talk\r\nlanguage:en-US \r\n", "WEBVTT - A talk\r\nlanguage:pt-BR \r\n"),
        ("WEBVTT\n\nNOTE\nLanguage: en\n", "WEBVTT\n\nNOTE\nLanguage: en\n"),
        ("WEBVTT Language: en\n", "WEBVTT Language: en\n"),
    ],
)
def test_language(header: str, expected: str) -> None:
    """The header's language is the target's once a text has changed."""
    end = "\n00:01.000 --> 00:02.000\nHello\nLanguage: en\n"
    data = (header + end).encode()
    done = VTT.assemble(data, ["Olá"], "pt-BR")
    assert done.decode() == expected + "\n00:01.000 --> 00:02.000\nOlá\n"
    assert VTT.same_structure(data, done) is None
    assert VTT.assemble(data, texts(data), "pt-BR") == data


def test_no_header_block() -> None:
    """A cue right below the first line is no header."""
    data = b"WEBVTT\n00:01.000 --> 00:02.000\nHello\nLanguage: en\n"
    done = VTT.assemble(data, ["Salut : en"], "fr")
    assert done == b"WEBVTT\n00:01.000 --> 00:02.000\nSalut : en\n"
