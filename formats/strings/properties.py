"""Java properties: a unit a value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from domain.document.plan import Unit
from formats.common import slots, stretches
from formats.common.encoding import Decoded, decode
from formats.common.prose import has_prose
from formats.common.slotted import Placed
from formats.common.stretches import Stretch
from formats.data import message_format
from formats.strings.properties_lexer import CONTINUATION, Entry, entries

_TO_ESCAPE = re.compile(r"[\\\x00-\x1f\x7f]")
_LETTER_ESCAPES = {"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r", "\f": r"\f"}
_ESCAPED = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|(.))", re.DOTALL)
_MARKS = frozenset("#!:=\"'")
_BREAKABLE = re.compile(r"(?<= )(?=[^ ])")
_LATIN = "iso-8859-1"
_ENDED = re.compile(r"(?<=\\n)(?=[^ ])")
_BEYOND = {
    "ascii": re.compile(r"[^\x00-\x7f]"),
    _LATIN: re.compile(r"[^\x00-\xff]"),
    "utf-8": re.compile(r"(?!)"),
    "utf-16-le": re.compile(r"(?!)"),
    "utf-16-be": re.compile(r"(?!)"),
}


@dataclass(frozen=True, slots=True)
class _Value:
    """A place for a translated value.

    Attributes:
        raw: as the source has it, with its escapes.
        pattern: the value, where its apostrophes are those of `MessageFormat`; else None.
        ascii: whether characters beyond ASCII are written as escapes.
        codec: the file's; what it lacks is written as an escape.
    """

    start: int
    end: int
    unit: Unit
    raw: str
    pattern: str | None
    ascii: bool
    codec: str

    def put(self, translation: str) -> str | None:
        text = translation.replace("\r\n", "\n")
        if self.pattern is not None:
            text = message_format.written(text, self.pattern)
        return self._folded(self._escaped(text))

    def _escaped(self, text: str) -> str:
        text = _TO_ESCAPE.sub(lambda m: _LETTER_ESCAPES.get(m[0]) or _unicode_escape(m[0]), text)
        own: dict[str, str | int | None] = dict(_own_escapes(self.raw))
        text = text.translate(str.maketrans(own))
        text = "\\" + text if text.startswith(" ") else text
        beyond = _BEYOND["ascii" if self.ascii else self.codec]
        return beyond.sub(lambda match: _unicode_escape(match[0]), text)

    def _folded(self, text: str) -> str:
        """On as many lines as it takes for none to be longer than the source's longest."""
        fold = CONTINUATION.search(self.raw)
        if fold is None:
            return text
        width = max(len(line.rstrip("\\")) for line in CONTINUATION.split(self.raw))
        lines = [""]
        for number, line in enumerate(
            _ENDED.split(text) if r"\n" + fold[0] in self.raw else [text]
        ):
            lines += [""] * (number > 0)
            at = 0
            for place in (*(m.end() for m in _BREAKABLE.finditer(line)), len(line)):
                word, at = line[at:place], place
                if lines[-1] and len(lines[-1]) + len(word.rstrip(" ")) > width:
                    lines.append("")
                lines[-1] += word
        return fold[0].join(lines)


@dataclass(frozen=True, slots=True)
class PropertiesFormat(Placed):
    """Java resource bundles, in UTF-8, or ISO-8859-1 where they are not valid UTF-8 (JEP 226)."""

    name: str = "properties"
    suffixes: tuple[str, ...] = (".properties",)
    media_type: str = "text/x-java-properties"

    def read(self, data: bytes) -> Decoded:
        return _read(data)

    def places_of(self, decoded: Decoded, target_lang: str) -> Sequence[slots.Slot]:
        """A value with prose; its path is its key, its note the comment right above it."""
        return _values(decoded)

    def same_structure(self, source: bytes, translated: bytes) -> str | None:
        """Whether keys, comments and all values that are not translated are the same."""
        before = _read(source)
        after = decode(translated, declared=_LATIN if before.codec == _LATIN else None)
        if (before.bom, before.codec) != (after.bom, after.codec):
            return "the encoding changed"
        return stretches.difference(
            before.text, _stretches(before.text), after.text, _stretches(after.text)
        )


def _read(data: bytes) -> Decoded:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return decode(data, declared=_LATIN)
    return decode(data)


def _stretches(text: str) -> list[Stretch]:
    return [Stretch(e.start, e.end, e.key, has_prose(e.value)) for e in entries(text)]


def _values(decoded: Decoded) -> list[_Value]:
    found = [entry for entry in entries(decoded.text) if has_prose(entry.value)]
    doubling = message_format.doubling(entry.value for entry in found)
    ascii_only = decoded.text.isascii() and not decoded.bom
    return [
        _value(decoded, entry, is_pattern=doubling.is_for(entry.value), ascii_only=ascii_only)
        for entry in found
    ]


def _value(decoded: Decoded, entry: Entry, *, is_pattern: bool, ascii_only: bool) -> _Value:
    text = message_format.shown(entry.value) if is_pattern else entry.value
    return _Value(
        entry.start,
        entry.end,
        Unit(text, "label", whole=True, path=entry.key, note=entry.note),
        decoded.text[entry.start : entry.end],
        entry.value if is_pattern else None,
        ascii_only,
        decoded.codec,
    )


def _own_escapes(raw: str) -> Iterator[tuple[str, str]]:
    """Characters that need no escape, and have one in this value, with it."""
    for match in _ESCAPED.finditer(raw):
        hexadecimal, character = match.groups()
        if hexadecimal and not 0xD800 <= int(hexadecimal, 16) < 0xE000:
            meant = chr(int(hexadecimal, 16))
            if not meant.isascii():
                yield meant, match[0]
        elif character and character in _MARKS:
            yield character, match[0]


def _unicode_escape(character: str) -> str:
    units = character.encode("utf-16-be").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))
