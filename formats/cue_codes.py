"""The tags and codes in a cue's text, and what a translator sees in their place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

_LINE_END = re.compile(r"\r\n|\r|\n")
_CODE_NAME = re.compile(r"<(?P<slash>/?)(?P<name>[A-Za-z]+)")


class Tag(NamedTuple):
    """A tag in a unit's text that opens a stretch or stands alone, and the cue's own codes.

    `closing` is empty where it stands alone.
    """

    shown: str
    opening: str
    closing: str


class Inner(NamedTuple):
    """A cue's text without the codes around all of it: `text[start:end]` of the cue.

    `text` is what a translator sees, its lines ended by `\\n`.
    """

    start: int
    end: int
    text: str
    tags: tuple[Tag, ...]


@dataclass(frozen=True, slots=True)
class _Code:
    start: int
    end: int
    written: str
    name: str
    closes: bool


def inner_text(raw: str, pattern: re.Pattern[str], read: Callable[[str], str]) -> Inner:
    """The text of a cue, its codes as tags: `<i>`, `<b>` and `<u>` as they are, `<g id="1">` for
    others that are closed, `<x id="1"/>` for those that stand alone.

    Args:
        raw: as the document has it.
        pattern: matches a code.
        read: a stretch between codes, as a translator sees it.
    """
    codes = [_code(match) for match in pattern.finditer(raw)]
    partners = _partners(codes)
    first, last, start, end = _inner(raw, codes, partners)
    parts = []
    tags = []
    at = start
    for number in range(first, last):
        code = codes[number]
        written, other = code.written, codes[partners.get(number, number)].written
        parts.append(read(raw[at : code.start]))
        if number not in partners:
            shown = f'<x id="{number - first + 1}"/>'
            tags.append(Tag(shown, written, ""))
        elif code.closes:
            shown = written if _is_plain(other, written) else "</g>"
        else:
            shown = written if _is_plain(written, other) else f'<g id="{number - first + 1}">'
            tags.append(Tag(shown, written, other))
        parts.append(shown)
        at = code.end
    parts.append(read(raw[at:end]))
    return Inner(start, end, _LINE_END.sub("\n", "".join(parts)), tuple(tags))


def _code(match: re.Match[str]) -> _Code:
    tag = _CODE_NAME.match(match[0])
    name = tag["name"].lower() if tag else ""
    return _Code(match.start(), match.end(), match[0], name, bool(tag and tag["slash"]))


def _partners(codes: Sequence[_Code]) -> dict[int, int]:
    """By the number of each opening tag that has a closing one, the number of that, and back."""
    open_tags: list[int] = []
    names: Counter[str] = Counter()
    partners = {}
    for number, code in enumerate(codes):
        if code.name and not code.closes:
            open_tags.append(number)
            names[code.name] += 1
        elif code.closes and names[code.name]:
            while True:
                opening = open_tags.pop()
                names[codes[opening].name] -= 1
                if codes[opening].name == code.name:
                    break
            partners[opening], partners[number] = number, opening
    return partners


def _inner(
    text: str, codes: Sequence[_Code], partners: dict[int, int]
) -> tuple[int, int, int, int]:
    """The text without codes around all of it: its first code, the one after its last, its span."""
    first, last = 0, len(codes)
    start, end = 0, len(text)
    while True:
        while start < end and text[start].isspace():
            start += 1
        while start < end and text[end - 1].isspace():
            end -= 1
        at_start = first < last and codes[first].start == start
        at_end = first < last and codes[last - 1].end == end
        if at_start and at_end and partners.get(first) == last - 1:
            start, end = codes[first].end, codes[last - 1].start
            first, last = first + 1, last - 1
        elif at_start and first not in partners:
            start, first = codes[first].end, first + 1
        elif at_end and last - 1 not in partners:
            end, last = codes[last - 1].start, last - 1
        else:
            return first, last, start, end


def _is_plain(opening: str, closing: str) -> bool:
    return opening in ("<b>", "<i>", "<u>") and closing == f"</{opening[1:]}"
