"""WebVTT: a unit a cue."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from unicodedata import category

from domain.errors import DocumentError
from formats.common import slots
from formats.common.encoding import decode
from formats.common.slotted import Slotted
from formats.subtitles import cues as subtitles
from formats.subtitles.cues import Cue, CueSlot, Dialect

_TIME = r"(?:\d{2,9}:)?[0-5]\d:[0-5]\d\.\d{3}"
_TIMES = re.compile(rf"[ \t]*+(?P<start>{_TIME})[ \t]*+-->[ \t]*+{_TIME}(?:[ \t].*+)?\Z", re.ASCII)
_LANGUAGE = re.compile(
    r"""
    \A (?P<before> WEBVTT [^\r\n]*+ (?:\r\n?|\n)
        (?: (?! [^\r\n]*+ --> ) [^\r\n]++ (?:\r\n?|\n) ){0,99}? )
    (?P<name> Language [ \t]*+ : [ \t]*+ ) [\w-]++ (?= [ \t]*+ (?: [\r\n] | \Z ) )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_VOICE = re.compile(r"\s*+<v(?:\.[^\s<>]*+)?[ \t]++(?P<name>[^<>\r\n]++)>")
_NO_SUBTITLE = re.compile(r"\s*+(?:\{\s*+\".*\}|[^\s#]++#xywh=\S++)\s*+\Z", re.DOTALL)
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{0,31});")
_TO_ESCAPE = re.compile(r"&(?!(?:lt|gt|amp);)|[<>]")
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_AS_REFERENCE = str.maketrans(
    {"\N{NO-BREAK SPACE}": "&nbsp;", "\u200e": "&lrm;", "\u200f": "&rlm;"}
)


def _read(text: str) -> str:
    return _REFERENCE.sub(_meant, text)


def _meant(match: re.Match[str]) -> str:
    meant = html.unescape(match[0])
    known = (
        len(meant) == 1 and meant not in "<>&" and category(meant) not in ("Cc", "Cs", "Zl", "Zp")
    )
    return meant if (known and not meant.isspace()) or meant == "\N{NO-BREAK SPACE}" else match[0]


def _write(text: str) -> str:
    escaped = _TO_ESCAPE.sub(lambda match: _ESCAPES[match[0]], text)
    return escaped.translate(_AS_REFERENCE)


_DIALECT = Dialect(codes=re.compile(r"<[^<>\r\n]*+>"), read=_read, write=_write)


@dataclass(frozen=True, slots=True)
class VttFormat(Slotted):
    """WebVTT; identifiers, times, settings, notes, styles and regions stay as they are."""

    name: str = "vtt"
    suffixes: tuple[str, ...] = (".vtt",)
    media_type: str = "text/vtt"

    def places(self, text: str, target_lang: str) -> Sequence[slots.Slot]:
        """A cue; a line break in it is a new speaker's line.

        Its note holds the NOTE right above the cue and who speaks, its path the identifier or the
        time. Cues of JSON or of an image's area (`#xywh=`) are for programs, and left alone.
        """
        return _slots(text, target_lang)

    def naming(self, text: str, target_lang: str) -> str:
        """The header says it in `Language`, if it has one."""
        return _named(text, target_lang)

    def same_structure(self, source: bytes, translated: bytes) -> str | None:
        """Whether all but the cues' texts, the tags in each of these and the header's language are
        the same."""
        return subtitles.difference(_unnamed(source), _unnamed(translated), cues, _DIALECT)


def _named(text: str, lang: str) -> str:
    """A file whose header's `Language`, where it says one, is this."""
    return _LANGUAGE.sub(rf"\g<before>\g<name>{lang}", text, count=1)


def _unnamed(data: bytes) -> bytes:
    decoded = decode(data)
    return decoded.encode(_named(decoded.text, ""))


def _slots(text: str, target_lang: str) -> list[CueSlot]:
    return subtitles.slots_of(text, cues(text), _DIALECT, target_lang)


def cues(text: str) -> list[Cue]:
    """The cues of a file that are for people, cut as the WebVTT standard's parser does.

    Raises:
        DocumentError: it is no WebVTT, or times in it are malformed; with the line.
    """
    lines = subtitles.lines_of(text)
    if not lines or not re.match(r"WEBVTT(?:[ \t]|\Z)", lines[0]["text"]):
        raise DocumentError("a WebVTT file begins with a line that reads WEBVTT", line=1)
    note = ""
    found = []
    for block in _blocks(lines):
        at = next((n for n, number in enumerate(block) if "-->" in lines[number]["text"]), None)
        if at is None:
            note = _note([lines[number]["text"] for number in block])
            continue
        times = _TIMES.match(lines[block[at]]["text"])
        if times is None:
            message = (
                "times must read like 00:01.000 --> 00:02.000 or 00:00:01.000 --> 00:00:02.000"
            )
            raise DocumentError(message, line=block[at] + 1)
        name = lines[block[at - 1]]["text"].strip() if at else ""
        payload = [lines[number] for number in block[at + 1 :]]
        timing = lines[block[at]]
        start, end = timing.end("text"), timing.end("text")
        if payload:
            start, end = payload[0].start(), payload[-1].end("text")
        if not _NO_SUBTITLE.match(text, start, end):
            voice = _VOICE.match(text, start, end) if text.count("<v", start, end) == 1 else None
            said = "\n".join(filter(None, (note, voice and f"speaker: {voice['name'].strip()}")))
            found.append(Cue(name or times["start"], said, start, end, timing["end"] or "\n"))
        note = ""
    return found


def _blocks(lines: Sequence[re.Match[str]]) -> Iterator[list[int]]:
    """Numbers of lines that belong together; a second line with an arrow begins another block."""
    for blank, group in groupby(range(len(lines)), lambda number: not lines[number]["text"]):
        if blank:
            continue
        block: list[int] = []
        arrows = 0
        for number in group:
            arrow = "-->" in lines[number]["text"]
            if arrow and arrows:
                yield block
                block, arrows = [], 0
            arrows += arrow
            block.append(number)
        yield block


def _note(lines: Sequence[str]) -> str:
    """What a NOTE says; nothing where the block is none."""
    if not re.match(r"NOTE(?:[ \t]|\Z)", lines[0]):
        return ""
    return "\n".join(filter(None, (lines[0][4:].strip(), *map(str.strip, lines[1:]))))
