"""`.strings` of iOS and macOS: a unit a value."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from domain.document.plan import Unit
from domain.errors import DocumentError
from formats.common import slots, stretches
from formats.common.encoding import Decoded, decode
from formats.common.prose import has_prose
from formats.common.slotted import Placed
from formats.common.stretches import Stretch
from formats.strings.apple.strings_lexer import ESCAPE, Entry, entries

_LETTERS = {"\t": r"\t", "\n": r"\n", "\r": r"\r"}
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")


@dataclass(frozen=True, slots=True)
class _Value:
    """A place for a translated value.

    Attributes:
        raw: as the source has it, with its quotes; empty where its key stands for it.
        ascii: whether characters beyond ASCII are written as escapes.
    """

    start: int
    end: int
    unit: Unit
    raw: str
    ascii: bool

    def put(self, translation: str) -> str | None:
        quote = self.raw[0] if self.raw.startswith(("'", '"')) else '"'
        text = translation.replace("\r\n", "\n").replace("\\", r"\\").replace(quote, "\\" + quote)
        line_end = next((end for end in ("\r\n", "\n", "\r") if end in self.raw), None)
        letters = _LETTERS | ({"\n": line_end} if line_end else {})
        text = _CONTROL.sub(lambda m: letters.get(m[0]) or _unicode_escape(m[0]), text)
        if self.ascii:
            text = _NOT_ASCII.sub(lambda match: _unicode_escape(match[0]), text)
        return f"{'' if self.raw else ' = '}{quote}{text}{quote}"


@dataclass(frozen=True, slots=True)
class AppleStringsFormat(Placed):
    """Localizable strings, in UTF-8 or UTF-16."""

    name: str = "strings"
    suffixes: tuple[str, ...] = (".strings",)
    media_type: str = "text/x-apple-strings"

    def read(self, data: bytes) -> Decoded:
        return _read(data)

    def places_of(self, decoded: Decoded, target_lang: str) -> Sequence[slots.Slot]:
        """A value with prose; its path is its key, its note the comment right above it."""
        return _values(decoded)

    def same_structure(self, source: bytes, translated: bytes) -> str | None:
        """Whether keys, comments and all values that are not translated are the same."""
        before, after = _read(source), _read(translated)
        if (before.bom, before.codec) != (after.bom, after.codec):
            return "the encoding changed"
        return stretches.difference(
            before.text, _stretches(before.text), after.text, _stretches(after.text)
        )


def _read(data: bytes) -> Decoded:
    if data.startswith(b"bplist"):
        raise DocumentError(
            "this is a compiled property list; hand in the source, or convert it:"
            " plutil -convert xml1, then each string to a line of .strings"
        )
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise DocumentError(
            'this is XML, not .strings; hand in a file of lines such as "key" = "value";'
        )
    if data[1:2] == b"\0" and data[:1] != b"\0":
        return decode(data, declared="utf-16-le")
    return decode(data, declared="utf-16-be" if data[:1] == b"\0" != data[1:2] else None)


def _stretches(text: str) -> list[Stretch]:
    """From the end of each key on, so that one without a value can get one."""
    return [Stretch(e.key_end, e.end, e.key, has_prose(e.value)) for e in entries(text)]


def _values(decoded: Decoded) -> list[_Value]:
    text = decoded.text
    escaped = text.isascii() and any(match["hexadecimal"] for match in ESCAPE.finditer(text))
    return [_value(text, entry, escaped) for entry in entries(text) if has_prose(entry.value)]


def _value(text: str, entry: Entry, escaped: bool) -> _Value:
    unit = Unit(entry.value, "label", whole=True, path=entry.key, note=entry.note)
    return _Value(entry.start, entry.end, unit, text[entry.start : entry.end], escaped)


def _unicode_escape(character: str) -> str:
    units = character.encode("utf-16-be").hex()
    return "".join(f"\\U{units[at : at + 4]}" for at in range(0, len(units), 4))
