"""Excel's escapes in texts (ECMA-376 part 1, 22.9.2.19, ST_Xstring): `_x000D_` is a line end.

Read are those of characters that XML can hold; any other stays as it is written.
"""

from __future__ import annotations

import re

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LINE_END = re.compile(r"\r\n?")


def read(written: str) -> str:
    """What a text means; its line ends are `\\n`."""
    if "_x" in written:
        written = _ESCAPE.sub(_meant, written)
    return _LINE_END.sub("\n", written)


def write(text: str) -> str:
    """A text as an element holds it: what looks like an escape is none."""
    return _ESCAPE.sub(_kept, _LINE_END.sub("\n", text))


def write_attribute(text: str) -> str:
    """A text as an attribute holds it, in which a line end would be read as a space."""
    return write(text).replace("\n", "_x000a_")


def _meant(match: re.Match[str]) -> str:
    character = chr(int(match[1], 16))
    return match[0] if _NOT_XML.match(character) else character


def _kept(match: re.Match[str]) -> str:
    return match[0] if _meant(match) == match[0] else f"_x005F{match[0]}"
