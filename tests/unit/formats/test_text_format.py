"""Plain text and lists of texts in and out."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import DocumentError
from formats.data.texts import TextsFormat
from formats.text.plain_text import TextFormat

TEXT = TextFormat()
TEXTS = TextsFormat()


def test_paragraphs() -> None:
    """A paragraph is a unit; blank lines, indentation and lines without letters are none."""
    data = b"\n  First line\nsecond line  \n \t\n-----\n\nhttps://example.org\n\nLast"
    assert [unit.text for unit in TEXT.extract(data, "de")] == ["First line\nsecond line", "Last"]
    assert (
        TEXT.assemble(data, ["Erste\n\nzweite\ndritte", "Letzte\nZeile"], "de")
        == b"\n  Erste\nzweite dritte  \n \t\n-----\n\nhttps://example.org\n\nLetzte Zeile"
    )


def test_line_ends_and_byte_order_mark() -> None:
    """Line ends and a byte order mark are the document's own."""
    data = b"\xef\xbb\xbfone\r\ntwo\r\n\r\nthree\r\n"
    assert [unit.text for unit in TEXT.extract(data, "de")] == ["one\ntwo", "three"]
    assert TEXT.assemble(data, ["1\n2", "3"], "de") == b"\xef\xbb\xbf1\r\n2\r\n\r\n3\r\n"


@pytest.mark.parametrize(
    ("source", "translation", "expected"),
    [
        ("Do:\n  - one\n\t- two\n", "Tu:\n- eins\n- zwei", "Tu:\n  - eins\n\t- zwei\n"),
        ("  a b\r\n    c d  \r\n  e", "A\nC\nE", "  A\r\n    C  \r\n  E"),
        ("One\n    two\n  three", "Eins\n zwei drei", "Eins\n    zwei drei"),
        ("One\n    two", "Eins", "Eins"),
        ("One\n    two", "A\nB\nC", "A\n    B C"),
        ("名\n　字", "A\nB", "A\n　B"),
    ],
)
def test_indentation(source: str, translation: str, expected: str) -> None:
    """The nth line of a translation is indented as the nth line of its source."""
    assert TEXT.assemble(source.encode(), [translation], "de").decode() == expected


def test_utf_16() -> None:
    """Text with the byte order mark of UTF-16 is read and written as such."""
    data = "\ufeffGrün".encode("utf-16-le")
    assert [unit.text for unit in TEXT.extract(data, "de")] == ["Grün"]
    assert TEXT.assemble(data, ["vert"], "de") == "\ufeffvert".encode("utf-16-le")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "^there is no text to translate in this document; leave it out$"),
        (b"\n --- \n", "no text to translate"),
        (b"one\ntwo \xe9", r"^2: byte 8 \(0xe9\) is not utf-8: save the document as UTF-8"),
        (b"one\ntwo\0", "^2: a NUL character: this looks like a binary file"),
        (
            b"a" * (20 * 1024 * 1024 + 1),
            "^the document has 20.0 MB and 20 MB is the most; split it",
        ),
    ],
)
def test_unusable_text(data: bytes, message: str) -> None:
    """What can't be read or holds no prose is refused, with the place and what to do."""
    with pytest.raises(DocumentError, match=message):
        TEXT.extract(data, "de")


@pytest.mark.parametrize(
    ("translated", "difference"),
    [
        (b"x\ny\n\nz\n", None),
        (b"x\n\nz\n", None),
        (b"x\n\n\nz\n", "the space after paragraph 1 changed from '\\n\\n' to '\\n\\n\\n'"),
        (b"x", "the space after paragraph 1 changed from '\\n\\n' to ''"),
        (b"\xef\xbb\xbfx\n\nz\n", "the encoding changed"),
    ],
)
def test_same_structure_of_text(translated: bytes, difference: str | None) -> None:
    """Paragraphs and the space between them must be the same."""
    assert TEXT.same_structure(b"a\nb\n\nc\n", translated) == difference


TEXT_PARTS = st.lists(
    st.sampled_from(["a", "b c", " ", "\n", "\r\n", "\r", "\t", "é", "-", "\x0b"])
)


@settings(deadline=None)
@given(TEXT_PARTS.map("".join), TEXT_PARTS.map("".join))
def test_text_survives(document: str, hostile: str) -> None:
    """A text's own units give it back, and any other keep its paragraphs."""
    data = document.encode()
    try:
        units = TEXT.extract(data, "de")
    except DocumentError:
        return
    assert TEXT.assemble(data, [unit.text for unit in units], "de") == data
    translated = TEXT.assemble(data, [f"x{hostile}" for _ in units], "de")
    assert TEXT.same_structure(data, translated) is None


def test_texts() -> None:
    """Each string is a unit of its own; what is not translated is written as it was."""
    data = b'[ "Save", "",\n  "caf\\u00e9 \\"x\\"", "12" ]\n'
    units = TEXTS.extract(data, "de")
    assert [unit.text for unit in units] == ["Save", "", 'café "x"', "12"]
    assert all(unit.whole for unit in units)
    assert TEXTS.assemble(data, [unit.text for unit in units], "de") == data
    assert (
        TEXTS.assemble(data, ['"Sichern"\n', "x", 'café "x"', "zwölf"], "de")
        == '[ "\\"Sichern\\"", "x",\n  "caf\\u00e9 \\"x\\"", "zwölf" ]\n'.encode()
    )


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'["a",\n]', "^2: this is not JSON: "),
        (b'{"a": "b"}', "^texts must be a JSON list of strings"),
        (b'["a", 1]', "^texts must be a JSON list of strings"),
        (b"[]", "no text to translate"),
        (b'["", " "]', "^every text of the list is blank"),
        (b'["a", "\\ud800"]', r"^texts\[1\]: it holds a NUL character or half a surrogate pair"),
        (b"[" * 100_000, "^this is not JSON"),
    ],
)
def test_unusable_texts(data: bytes, message: str) -> None:
    """What is no list of strings is refused."""
    with pytest.raises(DocumentError, match=message):
        TEXTS.extract(data, "de")


def test_same_structure_of_texts() -> None:
    """As many texts come back as went in."""
    assert TEXTS.same_structure(b'["a", "b"]', b'["x", "y"]') is None
    assert TEXTS.same_structure(b'["a", "b"]', b'["x"]') == "2 texts became 1"
