"""A document's bytes as text, and back."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from domain.errors import DocumentError

MAX_BYTES = 20 * 1024 * 1024
"""The largest document that is taken, in bytes."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A document's text, and how it was written in bytes.

    Attributes:
        text: without the byte order mark.
        codec: Python's name of the encoding.
        bom: the byte order mark, or nothing.
    """

    text: str
    codec: str
    bom: bytes

    def encode(self, text: str, *, errors: str = "strict") -> bytes:
        """`text` in this document's encoding, behind its byte order mark."""
        return self.bom + text.encode(self.codec, errors)


def decode(data: bytes, *, declared: str | None = None) -> Decoded:
    """The text of a document.

    Args:
        data: the file's bytes. A byte order mark says what they are; else `declared` does.
        declared: a codec that the document itself names; without one it is UTF-8.

    Raises:
        DocumentError: it is too large, binary, or not in its encoding; with the line where it
            goes wrong.
    """
    if len(data) > MAX_BYTES:
        raise DocumentError(
            f"the document has {len(data) / 2**20:.1f} MB and {MAX_BYTES // 2**20} MB is the most;"
            " split it"
        )
    bom, codec = next(
        ((bom, codec) for bom, codec in _BOMS if data.startswith(bom)), (b"", declared or "utf-8")
    )
    try:
        text = data[len(bom) :].decode(codec)
    except UnicodeDecodeError as error:
        offset = len(bom) + error.start
        raise DocumentError(
            f"byte {offset} ({data[offset]:#04x}) is not {codec}: save the document as UTF-8,"
            " or convert it if it is no text",
            line=data.count(b"\n", 0, offset) + 1,
        ) from None
    except UnicodeError:
        raise DocumentError(f"this is not {codec}: save the document as UTF-8") from None
    if "\0" in text:
        raise DocumentError(
            "a NUL character: this looks like a binary file; hand in text, or convert it first",
            line=text.count("\n", 0, text.index("\0")) + 1,
        )
    decoded = Decoded(text, codec, bom)
    if declared and not _comes_back(decoded, data):
        raise DocumentError(
            f"this {codec} can't be written back byte for byte: save the document as UTF-8"
        )
    return decoded


def _comes_back(decoded: Decoded, data: bytes) -> bool:
    try:
        return decoded.encode(decoded.text) == data
    except UnicodeError:
        return False
