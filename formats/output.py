"""An assembled document as text, for those who want to read it and not to save it."""

from __future__ import annotations

import codecs

from formats.html import charset as html_charset
from formats.registry import by_name

BINARY = "application/vnd."
"""What the media types of binary formats begin with."""


def output_text(format_name: str, data: bytes, target_lang: str) -> str:
    """The text of a document that `assemble` gave, in the encoding it has from its source.

    Of a binary document, such as one of an office, it is the text of its units, a blank line
    between two.

    Args:
        format_name: the format's name; an HTML document may declare its encoding.
        data: the document. However large it is, and whatever is in it, there is a text.
        target_lang: BCP-47.

    Raises:
        DocumentError: it declares an encoding that is not known.
    """
    format_ = by_name(format_name)
    if format_.media_type.startswith(BINARY):
        return "\n\n".join(unit.text for unit in format_.extract(data, target_lang))
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace")
    if data.startswith(codecs.BOM_UTF8) or format_name != "html":
        return data.decode("utf-8-sig", errors="replace")
    return data.decode(html_charset.declared(data) or "utf-8", errors="replace")
