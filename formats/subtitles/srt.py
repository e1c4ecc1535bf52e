"""SubRip: a unit a subtitle."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from domain.errors import DocumentError
from formats.common import slots
from formats.common.slotted import Slotted
from formats.subtitles import cues as subtitles
from formats.subtitles.cues import Cue, CueSlot, Dialect

_TIME = r"(?:\d{1,3}:)?\d{1,2}:\d{1,2}[,.]\d{1,3}"
_TIMES = re.compile(rf"\s*+(?P<start>{_TIME})\s*+-->\s*+{_TIME}(?:\s.*+)?\Z", re.ASCII)
_LIKE_TIMES = re.compile(r"\s*+\d++:.*-->|.*-->\s*+\d++:", re.ASCII)
_NUMBER = re.compile(r"\s*+\d{1,9}\s*+\Z", re.ASCII)
_ANY_CODE = re.compile(r"<(?=/?[A-Za-z])|\{(?=\\)")


def _without_codes(text: str) -> str:
    text = _ANY_CODE.sub(lambda match: "‹" if match[0] == "<" else "(", text)
    return text.replace("-->", "→")


_DIALECT = Dialect(
    codes=re.compile(r"</?[A-Za-z][^<>\r\n]{0,300}+>|\{\\[^{}\r\n]{0,300}+\}"),
    read=str,
    write=_without_codes,
)


@dataclass(frozen=True, slots=True)
class SrtFormat(Slotted):
    """SubRip subtitles; numbers, times, positions and all between subtitles stay as they are."""

    name: str = "srt"
    suffixes: tuple[str, ...] = (".srt",)
    media_type: str = "application/x-subrip"

    def places(self, text: str, target_lang: str) -> Sequence[slots.Slot]:
        """A subtitle; a line break in it is a new speaker's line."""
        return _slots(text, target_lang)

    def same_structure(self, source: bytes, translated: bytes) -> str | None:
        """Whether numbers and times, and the codes in each subtitle, are the same."""
        return subtitles.difference(source, translated, cues, _DIALECT)


def _slots(text: str, target_lang: str) -> list[CueSlot]:
    return subtitles.slots_of(text, cues(text), _DIALECT, target_lang)


def cues(text: str) -> list[Cue]:
    """The subtitles of a file; the text of one may have blank lines, as players allow.

    Raises:
        DocumentError: it is no SubRip, or times in it are malformed; with the line.
    """
    lines = subtitles.lines_of(text)
    times = {number: read for number, line in enumerate(lines) if (read := _times(line, number))}
    firsts = [
        number - 1 if number and _NUMBER.match(lines[number - 1]["text"]) else number
        for number in times
    ]
    before = lines[: firsts[0]] if firsts else lines
    for number, line in enumerate(before, 1):
        if line["text"].strip():
            message = (
                "a number and times such as 00:00:01,000 --> 00:00:02,000 must stand before a"
                " subtitle's text"
            )
            raise DocumentError(message, line=number)
    found = []
    ends = [*firsts, len(lines)][1:]
    for (number, match), first, after in zip(times.items(), firsts, ends, strict=True):
        name = match["start"] if first == number else lines[first]["text"].strip()
        inner = [line for line in lines[number + 1 : after] if line["text"].strip()]
        start, end = (
            (inner[0].start(), inner[-1].end("text")) if inner else (lines[number].end("text"),) * 2
        )
        found.append(Cue(name, "", start, end, lines[number]["end"] or "\n"))
    return found


def _times(line: re.Match[str], number: int) -> re.Match[str] | None:
    if "-->" not in line["text"]:
        return None
    times = _TIMES.match(line["text"])
    if times is None and _LIKE_TIMES.match(line["text"]):
        message = "times must read like 00:00:01,000 --> 00:00:02,000"
        raise DocumentError(message, line=number + 1)
    return times
