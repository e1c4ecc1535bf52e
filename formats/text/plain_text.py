"""Plain text: a unit a paragraph; paragraphs are parted by blank lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from domain.document.plan import Unit
from formats.common import lines, slots
from formats.common.encoding import decode
from formats.common.prose import has_prose
from formats.common.slotted import Slotted

_LINE_END = re.compile(r"\r\n|\r|\n")
_BETWEEN_LINES = re.compile(r"(?<![^\S\r\n])[^\S\r\n]*+(?:\r\n|\r|\n)[^\S\r\n]*+")
_LINE = re.compile(r"[^\r\n]*+(?:\r\n|\r|\n|\Z)")


@dataclass(frozen=True, slots=True)
class _Paragraph:
    start: int
    end: int
    unit: Unit
    between_lines: tuple[str, ...]

    def put(self, translation: str) -> str | None:
        """The translation, its nth line indented as the paragraph's nth line is."""
        fitted = lines.at_most(translation, len(self.between_lines) + 1)
        return lines.joined(fitted, self.between_lines)


@dataclass(frozen=True, slots=True)
class TextFormat(Slotted):
    """Plain text."""

    name: str = "text"
    suffixes: tuple[str, ...] = (".txt", ".text")
    media_type: str = "text/plain"

    def places(self, text: str, target_lang: str) -> Sequence[slots.Slot]:
        """The document's paragraphs; line breaks in them are `\\n` whatever the file has."""
        return _translatable(text)

    def same_structure(self, source: bytes, translated: bytes) -> str | None:
        """Whether there are as many paragraphs, parted by the same blank lines."""
        before, after = decode(source), decode(translated)
        if (before.bom, before.codec) != (after.bom, after.codec):
            return "the encoding changed"
        gaps, new_gaps = _gaps(before.text), _gaps(after.text)
        for number, (gap, new) in enumerate(zip(gaps, new_gaps, strict=False)):
            if gap != new:
                return f"the space after paragraph {number} changed from {gap!r} to {new!r}"
        if len(gaps) != len(new_gaps):
            return f"{len(gaps) - 1} paragraphs became {len(new_gaps) - 1}"
        return None


def _spans(text: str) -> list[tuple[int, int]]:
    """Start and end of each paragraph, without outer white space."""
    spans: list[tuple[int, int]] = []
    open_since: int | None = None
    end = 0
    for match in _LINE.finditer(text):
        line = match[0]
        stripped = line.strip()
        if not stripped:
            if open_since is not None:
                spans.append((open_since, end))
            open_since = None
            continue
        if open_since is None:
            open_since = match.start() + len(line) - len(line.lstrip())
        end = match.start() + len(line.rstrip())
    if open_since is not None:
        spans.append((open_since, end))
    return spans


def _translatable(text: str) -> tuple[_Paragraph, ...]:
    found = []
    for start, end in _spans(text):
        stretch = text[start:end]
        if has_prose(stretch):
            unit = Unit(_LINE_END.sub("\n", stretch))
            found.append(_Paragraph(start, end, unit, tuple(_BETWEEN_LINES.findall(stretch))))
    return tuple(found)


def _gaps(text: str) -> list[str]:
    """What stands before, between and after the paragraphs."""
    edges = [0, *(edge for span in _spans(text) for edge in span), len(text)]
    return [text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True)]
