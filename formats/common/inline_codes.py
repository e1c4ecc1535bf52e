"""The tags and codes in a text, and what a translator sees in their place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

_LINE_END = re.compile(r"\r\n|\r|\n")
TAG = re.compile(r'<g id="(?:\d{1,6})">|</g>|<x id="(?:\d{1,6})"/>|</?[biu]>')
"""What stands in a unit's text for a code."""

_CODE_NAME = re.compile(r"(?:<|&lt;)(?P<slash>/?)(?:[A-Za-z][\w-]*+:)?(?P<name>[A-Za-z]+)")
_STANDS_ALONE = ("/>", "/&gt;")


class Tag(NamedTuple):
    """A tag in a unit's text that opens a stretch or stands alone, and the document's own codes.

    `closing` is empty where it stands alone.
    """

    shown: str
    opening: str
    closing: str


class Inner(NamedTuple):
    """A text without the codes around all of it: `raw[start:end]`.

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


def inner_text(
    raw: str, pattern: re.Pattern[str], read: Callable[[str], str], *, single_outside: bool
) -> Inner:
    """A text with its codes as tags: `<i>`, `<b>` and `<u>` as they are, `<g id="1">` for
    others that are closed, `<x id="1"/>` for those that stand alone.

    Args:
        raw: as the document has it.
        pattern: matches a code.
        read: a stretch between codes, as a translator sees it; called in order.
        single_outside: whether codes that stand alone belong to what is around the text, where it
            begins or ends with them; else they have a place in its sentence.
    """
    codes = [_code(match) for match in pattern.finditer(raw)]
    partners = _partners(codes)
    first, last, start, end = _inner(raw, codes, partners, single_outside)
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


def coded(text: str, tags: Sequence[Tag], write: Callable[[str], str]) -> str | None:
    """A translation with the document's own codes; None where it has not all of them, or crossed.

    Tags that the unit has not are text.

    Args:
        text: with tags as `inner_text` writes them.
        tags: the unit's.
        write: a stretch without codes, as the document has it, so that there is none in it.
    """
    left = Counter(tag.shown for tag in tags)
    codes = {tag.shown: (tag.opening, tag.closing) for tag in tags}
    parts = []
    open_tags: list[tuple[str, str]] = []
    at = 0
    for match in TAG.finditer(text):
        tag = match[0]
        written = None
        if left[tag] > 0:
            left[tag] -= 1
            written, closing = codes[tag]
            open_tags += [(f"</{tag[1]}>", closing)] if closing else []
        elif open_tags and open_tags[-1][0] == tag:
            written = open_tags.pop()[1]
        if written is not None:
            parts += [write(text[at : match.start()]), written]
            at = match.end()
    if open_tags or +left:
        return None
    return "".join((*parts, write(text[at:])))


def _code(match: re.Match[str]) -> _Code:
    tag = None if match[0].endswith(_STANDS_ALONE) else _CODE_NAME.match(match[0])
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
    text: str, codes: Sequence[_Code], partners: dict[int, int], single_outside: bool
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
        elif single_outside and at_start and first not in partners:
            start, first = codes[first].end, first + 1
        elif single_outside and at_end and last - 1 not in partners:
            end, last = codes[last - 1].start, last - 1
        else:
            return first, last, start, end


def _is_plain(opening: str, closing: str) -> bool:
    return opening in ("<b>", "<i>", "<u>") and closing == f"</{opening[1:]}"
