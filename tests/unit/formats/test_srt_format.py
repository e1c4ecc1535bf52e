"""SubRip in and out."""

from __future__ import annotations

import pysubs2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import DocumentError
from formats.subtitles.srt import SrtFormat

SRT = SrtFormat()

DOCUMENT = r"""1
00:00:01,000 --> 00:00:02,500
{\an8}<i>Hello there,
my friend.</i>

2
00:00:03,000 --> 00:00:04,000 X1:40 X2:600 Y1:20 Y2:50
- How are you?
- <font color="#fff">Fine</font>, {\i1}thanks{\i0}.

3
00:00:05,000 --> 00:00:06,000
♪ 12

4
00:00:07,000 --> 00:00:08,000
R&D says x < 3.

"""


def texts(document: bytes, lang: str = "de") -> list[str]:
    return [unit.text for unit in SRT.extract(document, lang)]


def events(document: bytes) -> list[tuple[int, int, str]]:
    """Start, end and text of each subtitle, as a player's library reads them."""
    file = pysubs2.SSAFile.from_string(
        document.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n"),
        format_="srt",
        keep_html_tags=True,
    )
    return [(event.start, event.end, event.text) for event in file]


def test_units() -> None:
    """A subtitle with prose is a unit, without the codes around it and with those in it as tags."""
    found = SRT.extract(DOCUMENT.encode(), "de")
    assert [(unit.path, unit.text) for unit in found] == [
        ("1", "Hello there, my friend."),
        ("2", '- How are you?\n- <g id="1">Fine</g>, <x id="3"/>thanks<x id="4"/>.'),
        ("4", "R&D says x < 3."),
    ]
    assert {("subtitle", True, 84)} == {(u.role, u.whole, u.max_chars) for u in found}


def test_translated_document() -> None:
    """A translation stands in lines that can be read; numbers, times and codes stay."""
    new = [
        "Guten Tag, mein allerbester und liebster Freund.",
        '- Wie geht\'s?\n- Mir <x id="3"/>geht<x id="4"/> es <g id="1">gut</g>.',
        "R&D sagt x < 3, und das heißt, dass wir noch warten müssen.",
    ]
    translated = SRT.assemble(DOCUMENT.encode(), new, "de")
    assert (
        translated.decode()
        == r"""1
00:00:01,000 --> 00:00:02,500
{\an8}<i>Guten Tag,
mein allerbester und liebster Freund.</i>

2
00:00:03,000 --> 00:00:04,000 X1:40 X2:600 Y1:20 Y2:50
- Wie geht's?
- Mir {\i1}geht{\i0} es <font color="#fff">gut</font>.

3
00:00:05,000 --> 00:00:06,000
♪ 12

4
00:00:07,000 --> 00:00:08,000
R&D sagt x < 3, und das heißt,
dass wir noch warten müssen.

"""
    )
    assert SRT.same_structure(DOCUMENT.encode(), translated) is None
    assert events(translated)[3][2] == (
        r"R&D sagt x < 3, und das heißt,\Ndass wir noch warten müssen."
    )


CUE = "1\n00:00:01,000 --> 00:00:02,000\n"


@pytest.mark.parametrize(
    ("source", "unit", "translation", "expected"),
    [
        ("<i>a</i> b", "<i>a</i> b", "x <i>y</i>", "x <i>y</i>"),
        ("<i>a</i> b", "<i>a</i> b", "x y", "<i>a</i> b"),
        ("<i>a</i> b", "<i>a</i> b", "</i>x<i> y", "<i>a</i> b"),
        ("<i>a</i> b", "<i>a</i> b", "<i>x</i> <i>y</i>", "<i>x</i> ‹i>y‹/i>"),
        (
            "<i>a <u>b</u></i> c",
            "<i>a <u>b</u></i> c",
            "<i>x <u>y</i> z</u>",
            "<i>a <u>b</u></i> c",
        ),
        ("<I>a</I> b", '<g id="1">a</g> b', 'x <g id="1">y</g>', "x <I>y</I>"),
        ("<i>a b", "a b", "x", "<i>x"),
        ("a <i>b", 'a <x id="1"/>b', '<x id="1"/>x', "<i>x"),
        ("{\\an8}{\\i1}a{\\i0}", "a", "x", "{\\an8}{\\i1}x{\\i0}"),
        ("a", "a", "{\\an8}x <b>", "(\\an8}x ‹b>"),
        ("a", "a", "x\n\n2\n00:00:01,000 --> 00:00:02,000\ny", "x 2 00:00:01,000 → 00:00:02,000 y"),
        ("- a\n- b", "- a\n- b", "- x - y", "- x\n- y"),
        ("- a\n- b", "- a\n- b", "– x\n\n– y", "– x\n– y"),
        ("- a\n- b", "- a\n- b", "x, y", "x, y"),
        ("<i>- a</i>\n<i>- b</i>", "<i>- a</i>\n<i>- b</i>", "<i>- x</i>\n<i>- y</i>", None),
        ("a\n\nb", "a b", "x y", "x y"),
        ("a\nb\nc\nd", "a b c d", "x y", "x y"),
    ],
)
def test_codes_and_lines(source: str, unit: str, translation: str, expected: str | None) -> None:
    """A translation has the source's codes, and no others, or the source stays."""
    data = f"{CUE}{source}\n".encode()
    assert texts(data) == [unit]
    translated = SRT.assemble(data, [translation], "de")
    assert SRT.same_structure(data, translated) is None
    if expected is not None:
        assert translated.decode() == f"{CUE}{expected}\n"


@pytest.mark.parametrize(
    ("source", "lang", "limit"),
    [
        ("a", "de", 84),
        ("a\nb\nc", "de", 126),
        ("word " * 20, "de", 126),
        ("word " * 20, "zh-Hans", 48),
        ("<i>" * 90 + "a", "ja", 26),
    ],
)
def test_limits(source: str, lang: str, limit: int) -> None:
    """A translation may have as many full lines as its source takes, and two at least."""
    data = f"{CUE}{source}\n".encode()
    assert [unit.max_chars for unit in SRT.extract(data, lang)] == [limit]


@pytest.mark.parametrize(
    "document",
    [
        "1\n00:00:01,000 --> 00:00:02,000\na",
        "1\n00:00:01,000 --> 00:00:02,000\na\n",
        "1\r\n00:00:01,000 --> 00:00:02,000\r\na\r\nb\r\n\r\n",
        "1\r00:00:01,000 --> 00:00:02,000\ra\r",
        "\n\n1\n00:00:01,000 --> 00:00:02,000\na\n\n\n\n",
        "\ufeff1\n00:00:01,000 --> 00:00:02,000\na\n",
        "00:00:01,000 --> 00:00:02,000\na\n",
        "1\n00:00:01,000 --> 00:00:02,000\na\n2\n00:00:03,000 --> 00:00:04,000\nb\n",
        "1\n00:00:01,000 --> 00:00:02,000\n\n\n2\n00:00:03,000 --> 00:00:04,000\nb\n",
        "1\n00:00:01,000 --> 00:00:02,000\n2\n00:00:03,000 --> 00:00:04,000\nb\n",
        "1\n00:00:01,000 --> 00:00:02,000\na\n\nb\n\n2\n00:00:03,000 --> 00:00:04,000\nc\n",
        "7\n00:00:05,000 --> 00:00:04,000\na\n\n3\n00:00:01,000 --> 00:00:02,000\nb\n",
        "1\n00:00:01.000 --> 00:00:02.000\na\n",
        "1\n0:00:01,00-->0:00:02,00\na\n",
        " 1 \n 00:00:01,000 --> 00:00:02,000 \n  a  \n  b  \n",
        "1\n00:00:01,000 --> 00:00:02,000 X1:1 X2:2\na\n",
        "1\n00:00:01,000 --> 00:00:02,000\n{\\an8}a\n",
        "1\n00:00:01,000 --> 00:00:02,000\n<i>a</i>\n",
        "1\n00:00:01,000 --> 00:00:02,000\n<i>a\nb</i> <b>c\n",
        "1\n00:00:01,000 --> 00:00:02,000\n- a\n- b\n",
        "1\n00:00:01,000 --> 00:00:02,000\na --> b\n",
        "1\n00:00:01,000 --> 00:00:02,000\na & <3\n",
        "1\n00:00:01,000 --> 00:00:02,000\n♪\n\n2\n00:00:03,000 --> 00:00:04,000\nb\n",
        "1\n00:00:01,000 --> 00:00:02,000\n1984 a\n",
    ],
)
def test_small_documents(document: str) -> None:
    """A file's own units give it back; translated, it has the same subtitles for a player."""
    data = document.encode()
    units = texts(data)
    assert SRT.assemble(data, units, "de") == data
    translated = SRT.assemble(data, [f"x {unit}" for unit in units], "de")
    assert translated != data
    assert SRT.same_structure(data, translated) is None
    assert [event[:2] for event in events(translated)] == [event[:2] for event in events(data)]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "^there is no text to translate in this document; leave it out$"),
        (b"1\n00:00:01,000 --> 00:00:02,000\n12\n", "no text to translate"),
        (b"\nHello\n", "^2: a number and times such as 00:00:01,000 --> .* must stand before"),
        (b"WEBVTT\n\n00:00:01,000 --> 00:00:02,000\na", "^1: a number and times"),
        (b"1\n00:00:01,000 -> 00:00:02,000\na", "^1: a number and times"),
        (b"1\n00:00:01,000 --> 00:00:0x\na", "^2: times must read like 00:00:01,000 -->"),
        (CUE.encode() + b"a\n\n2\n00:00:03 --> 00:00:04\nb", "^6: times must read like"),
        (b"1\n00:00:01,000 --> 00:00:02,000\ncaf\xe9", r"^3: byte .* \(0xe9\) is not utf-8"),
        (b"1\n\0", "^2: a NUL character"),
        (b"\n" * (20 * 1024 * 1024 + 1), "20 MB is the most; split it"),
    ],
)
def test_unusable(data: bytes, message: str) -> None:
    """What can't be read or holds no prose is refused, with the line and what to do."""
    with pytest.raises(DocumentError, match=message):
        SRT.extract(data, "de")


@pytest.mark.parametrize(
    ("old", "new", "difference"),
    [
        ("Hello there,\nmy friend.", "Hallo", "none"),
        ("02,500", "02,600", "line 3: '500\\n' became '600\\n' before the text of cue 1"),
        ("\n2\n", "\n9\n", "line 8: '2\\n00:00:03,000 --> 00:00:04,000 X1:40 X2' became '9\\n"),
        ("<i>", "<b>", "line 3: the markup of cue 1 changed"),
        ("♪ 12", "♪ 13", "line 13: cue 3 is not to be translated, and changed"),
        ("{\\i0}", "", "line 8: the markup of cue 2 changed"),
        ("4\n00:00:07,000 --> 00:00:08,000\nR&D says x < 3.\n\n", "", "4 texts became 3"),
        ("3.\n\n", "3.\n", "'\\n' became '' after the last text"),
    ],
)
def test_same_structure(old: str, new: str, difference: str) -> None:
    """Numbers, times and codes must be the same."""
    assert old in DOCUMENT
    found = SRT.same_structure(DOCUMENT.encode(), DOCUMENT.replace(old, new, 1).encode())
    assert (found or "none").startswith(difference)


def test_encoding() -> None:
    """A byte order mark stays."""
    data = b"\xef\xbb\xbf" + DOCUMENT.encode()
    assert SRT.assemble(data, ["x"] * 3, "de").startswith(b"\xef\xbb\xbf1\n")
    assert SRT.same_structure(data, DOCUMENT.encode()) == "the encoding changed"


def test_count_of_texts() -> None:
    """A text is asked for for each unit."""
    with pytest.raises(ValueError, match="shorter"):
        SRT.assemble(DOCUMENT.encode(), ["x"], "de")


PARTS = st.lists(
    st.sampled_from(
        [
            *("a", "b c", " ", "\n", "\r\n", "\r", "-", "- ", "1", "-->", "<i>", "</i>", "<b", ">"),
            *("{\\an8}", "{\\", "}", '<g id="1">', "</g>", '<x id="1"/>', "&", "<", "\ud800", "\0"),
            *("00:00:01,000 --> 00:00:02,000", "\n\n2\n", "字", "\x0b", "\u2028", "\u00a0", ":"),
        ]
    ),
    max_size=15,
).map("".join)


@settings(deadline=None, max_examples=100)
@given(PARTS, PARTS)
def test_hostile_documents(document: str, hostile: str) -> None:
    """Any file is refused or given back by its own units, and no translation changes its cues."""
    data = f"{CUE}{document}\n\n{CUE}last".encode(errors="replace").replace(b"\0", b"")
    try:
        units = texts(data)
    except DocumentError:
        return
    assert SRT.assemble(data, units, "de") == data
    translated = SRT.assemble(data, [f"x{hostile}" for _ in units], "de")
    assert SRT.same_structure(data, translated) is None


@pytest.mark.cpu_timeout(120)
@pytest.mark.parametrize(
    "document",
    [
        f"{CUE}a\n\n" * 5_000,
        CUE + "word " * 30_000,
        CUE + "<i>" * 30_000 + "x" + "</i>" * 30_000,
        CUE + "<i>a</i> " * 15_000,
        CUE + "<a{\\" * 30_000 + "x",
        CUE + "- a\n" * 30_000,
        CUE + "a\n" + "\n" * 100_000,
        CUE + "a --> " * 30_000,
    ],
)
def test_long_documents(document: str) -> None:
    """Long files, and long subtitles, take about linear time."""
    data = document.encode()
    units = texts(data)
    assert SRT.assemble(data, units, "de") == data
    translated = SRT.assemble(data, [f"x {unit}" for unit in units], "de")
    assert SRT.same_structure(data, translated) is None
