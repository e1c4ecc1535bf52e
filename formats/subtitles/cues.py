"""Cues of subtitles: what SubRip and WebVTT have in common."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from domain.document.plan import Unit
from formats.common import inline_codes, stretches
from formats.common.encoding import decode
from formats.common.inline_codes import Tag, inner_text
from formats.common.prose import has_prose
from formats.common.stretches import Stretch
from formats.subtitles import lines as subtitle_lines

_LINE = re.compile(r"(?P<text>[^\r\n]*+)(?P<end>\r\n|\r|\n|\Z)")
_LINE_END = re.compile(r"\r\n|\r|\n")
_TURN = re.compile(r"(?:<(?!v)[^<>]*+>|\{\\[^{}]*+\})*+(?:[-‐–—]\s?+(?=\S)(?!-)|<v[ .\t])")
_BETWEEN_TURNS = re.compile(r"\s++(?=[-‐–—]\s?+[^\s-])")


@dataclass(frozen=True, slots=True)
class Cue:
    """A subtitle, whose text stands at `document[start:end]`; it has none where these are one.

    Attributes:
        name: its identifier or number, or when it starts.
        note: what the file says of it.
        line_end: how the file ends lines.
    """

    name: str
    note: str
    start: int
    end: int
    line_end: str


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a format writes the text of cues.

    Attributes:
        codes: matches tags and other codes in it.
        read: a stretch without codes, as a translator sees it.
        write: a stretch of a translation, so that there is no code in it.
    """

    codes: re.Pattern[str]
    read: Callable[[str], str]
    write: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class CueSlot:
    """A place for a cue's translation.

    Attributes:
        tags: those in the unit's text.
        most_lines: lines of the translation.
        line_length: characters of a line.
    """

    start: int
    end: int
    unit: Unit
    tags: tuple[Tag, ...]
    most_lines: int
    line_length: int
    line_end: str
    dialect: Dialect

    def put(self, translation: str) -> str | None:
        """The translation in lines, with the cue's codes; None where it has not all of these."""
        turns = self._turns(translation)
        lines = subtitle_lines.wrapped(turns, self.most_lines, self.line_length)
        text = inline_codes.coded("\n".join(lines), self.tags, self.dialect.write)
        return None if text is None else text.replace("\n", self.line_end)

    def _turns(self, translation: str) -> list[str]:
        """What each speaker says, where there are as many as in the source; else all as one."""
        count = self.unit.text.count("\n") + 1
        lines = [line for line in map(str.strip, _LINE_END.split(translation)) if line]
        one = subtitle_lines.joined(lines)
        for turns in (lines, _BETWEEN_TURNS.split(one)):
            if len(turns) == count > 1:
                return turns
        return [one]


def lines_of(document: str) -> list[re.Match[str]]:
    """The lines, each with its groups `text` and `end`."""
    return [line for line in _LINE.finditer(document) if line.start() < len(document)]


def slots_of(
    document: str, cues: Sequence[Cue], dialect: Dialect, target_lang: str
) -> list[CueSlot]:
    """The places for translations: one a cue with prose."""
    longest = subtitle_lines.line_length(target_lang)
    found = (_slot(document, cue, dialect, longest) for cue in cues)
    return [slot for slot in found if slot is not None]


def difference(
    source: bytes, translated: bytes, cues: Callable[[str], list[Cue]], dialect: Dialect
) -> str | None:
    """The first difference outside of what the cues say, in words; None where there is none.

    Raises:
        DocumentError: one of the documents can't be read.
    """
    before, after = decode(source), decode(translated)
    if (before.bom, before.codec) != (after.bom, after.codec):
        return "the encoding changed"
    old, new = (_stretches(text, cues(text), dialect) for text in (before.text, after.text))
    return stretches.difference(before.text, old, after.text, new)


def _stretches(document: str, cues: Sequence[Cue], dialect: Dialect) -> list[Stretch]:
    found = []
    for cue in cues:
        text = document[cue.start : cue.end]
        prose = has_prose(dialect.codes.sub(" ", text))
        codes = tuple(sorted(match[0] for match in dialect.codes.finditer(text)))
        found.append(Stretch(cue.start, cue.end, f"cue {cue.name}", prose, codes))
    return found


def _slot(document: str, cue: Cue, dialect: Dialect, longest: int) -> CueSlot | None:
    text = document[cue.start : cue.end]
    if not has_prose(dialect.codes.sub(" ", text)):
        return None
    inner = inner_text(text, dialect.codes, dialect.read, single_outside=True)
    raw_lines = _LINE_END.split(text[inner.start : inner.end])
    turns = _joined_turns(raw_lines, inner.text.split("\n"))
    most = max(
        subtitle_lines.MOST_LINES,
        len(list(filter(str.strip, raw_lines))),
        -(-subtitle_lines.width(turns) // subtitle_lines.LONGEST_LINE),
    )
    unit = Unit(
        turns, "subtitle", whole=True, path=cue.name, note=cue.note, max_chars=most * longest
    )
    start, end = cue.start + inner.start, cue.start + inner.end
    return CueSlot(start, end, unit, inner.tags, most, longest, cue.line_end, dialect)


def _joined_turns(raw_lines: Sequence[str], lines: Sequence[str]) -> str:
    """The lines as one, but for a line break before each new speaker's."""
    turns: list[list[str]] = [[]]
    for raw, line in zip(raw_lines, lines, strict=True):
        if turns[-1] and _TURN.match(raw.strip()):
            turns.append([])
        turns[-1] += [line] if line.strip() else []
    return "\n".join(map(subtitle_lines.joined, turns))
