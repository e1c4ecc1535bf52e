"""Assembled documents read as text."""

from __future__ import annotations

import pytest

from formats.output import output_text
from formats.registry import by_name


@pytest.mark.parametrize(
    ("format_name", "data", "expected"),
    [
        ("text", "Größe\n".encode(), "Größe\n"),
        ("text", b"\xef\xbb\xbfGr\xc3\xb6\xc3\x9fe", "Größe"),
        ("markdown", "\ufeff# Größe\r\n".encode("utf-16-le"), "# Größe\r\n"),
        ("text", "\ufeffGröße".encode("utf-16-be"), "Größe"),
        (
            "html",
            b'<meta charset="iso-8859-1"><p>Gr\xf6\xdfe \x80</p>',
            '<meta charset="iso-8859-1"><p>Größe €</p>',
        ),
        ("html", "<p>Größe</p>".encode(), "<p>Größe</p>"),
        (
            "html",
            b'\xef\xbb\xbf<meta charset="iso-8859-1">\xc3\xb6',
            '<meta charset="iso-8859-1">ö',
        ),
        (
            "markdown",
            '<meta charset="iso-8859-1">ö'.encode(),
            '<meta charset="iso-8859-1">ö',
        ),
        ("text", b"cut \xc3", "cut \ufffd"),
        ("text", b"", ""),
    ],
)
def test_output_text(format_name: str, data: bytes, expected: str) -> None:
    """A document is read in the encoding it has, without its byte order mark."""
    assert output_text(format_name, data, "de") == expected


def test_an_assembled_document_can_be_read() -> None:
    """What a format assembles in a foreign encoding is read as what its translator wrote."""
    source = b'<meta charset="iso-8859-1">\n<p>Gr\xf6\xdfe</p>\n'

    translated = by_name("html").assemble(source, ["Taille démesurée 猫"], "fr")

    assert output_text("html", translated, "de") == (
        '<meta charset="iso-8859-1">\n<p>Taille démesurée &#29483;</p>\n'
    )
