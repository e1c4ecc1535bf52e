"""The lines of a subtitle: how many, how long, and where one ends.

The figures are those of Netflix's Timed Text Style Guides (general requirements and the guides of
the languages): at most two lines; 42 characters a line, 16 in Chinese and Korean, 13 in Japanese.
A line is full before there is a second; it ends after a punctuation mark where it can.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from unicodedata import east_asian_width

from formats.common.inline_codes import TAG

MOST_LINES = 2
"""Lines of a subtitle, unless its source has more."""

LONGEST_LINE = 42
"""Characters of a line."""

LONGEST_LINES = {"zh": 16, "ja": 13, "ko": 16}
"""Characters of a line in languages whose characters are wide."""

_PART = re.compile(
    rf"(?P<tag>{TAG.pattern})|(?P<space>(?:(?![\u00a0\u2007\u202f])\s)++)|(?P<one>&(?:lt|gt|amp);|.)",
    re.S,
)
_PUNCTUATION = re.compile(rf"[,.;:!?…、。，．！？；：](?:[\"'”’»)\]」』）]|{TAG.pattern})*\Z")
_PULL = 20
"""So many characters may two lines differ more where the first ends after a punctuation mark."""
_NEVER_FIRST = frozenset(
    "、。，．！？；：）」』】〉》…・ー々ゝゞぁぃぅぇぉっゃゅょァィゥェォッャュョ,.!?;:)]}\"'”’»"
)
_NEVER_LAST = frozenset("（「『【〈《([{“‘«")


class _Word(NamedTuple):
    """What is never broken, with the space before it; the first word of a text has none."""

    space: str
    text: str
    width: int


def line_length(lang: str) -> int:
    """Characters of a line in this language, BCP-47."""
    return LONGEST_LINES.get(re.split("[-_]", lang)[0].lower(), LONGEST_LINE)


def width(text: str) -> int:
    """The characters of a text that take room in a line."""
    return len(_PART.sub(lambda part: "" if part["tag"] else " ", text))


def joined(lines: Sequence[str]) -> str:
    """The lines as one, with a space between two unless both sides are wide characters."""
    parts: list[str] = []
    for line in filter(None, map(str.strip, lines)):
        if parts and not (_is_wide(parts[-1][-1]) and _is_wide(line[0])):
            parts.append(" ")
        parts.append(line)
    return "".join(parts)


def wrapped(turns: Sequence[str], most: int, longest: int) -> list[str]:
    """The text in lines.

    Args:
        turns: what each speaker says; each begins a line.
        most: lines at most, unless there are more turns.
        longest: characters of a line; exceeded where the text has no room in `most` lines.
    """
    words = [list(_words(turn)) for turn in turns]
    needed = [len(_filled(turn, longest)) for turn in words]
    spare = most - len(turns)
    lines = []
    for turn, count in zip(words, needed, strict=True):
        extra = max(0, min(count - 1, spare))
        spare -= extra
        lines += _in_lines(turn, 1 + extra, longest)
    return lines


def _in_lines(words: Sequence[_Word], count: int, longest: int) -> list[str]:
    """The words in so many lines, of much the same length."""
    if count == 1:
        return [_text(words)]
    if count == 2 and (split := _halves(words, longest)):
        return [_text(words[:split]), _text(words[split:])]
    low, high = 1, sum(len(word.space) + word.width for word in words)
    while low < high:
        middle = (low + high) // 2
        if len(_filled(words, middle)) <= count:
            high = middle
        else:
            low = middle + 1
    return [_text(line) for line in _filled(words, low)]


def _halves(words: Sequence[_Word], longest: int) -> int | None:
    """The first word of the second of two lines, both short enough; None where there is none."""
    ends = [0]
    for word in words:
        ends.append(ends[-1] + len(word.space) + word.width)
    best = None
    for split in range(1, len(words)):
        first, second = ends[split], ends[-1] - ends[split] - len(words[split].space)
        if first <= longest and second <= longest:
            cost = abs(first - second) - _PULL * bool(_PUNCTUATION.search(words[split - 1].text))
            best = min(best or (cost, split), (cost, split))
    return best[1] if best else None


def _filled(words: Sequence[_Word], longest: int) -> list[list[_Word]]:
    """Lines as full as they can be; a word that is too long has one of its own."""
    lines: list[list[_Word]] = [[]]
    room = longest
    for word in words:
        if lines[-1] and len(word.space) + word.width > room:
            lines.append([])
            room = longest
        room -= word.width + (len(word.space) if lines[-1] else 0)
        lines[-1].append(word)
    return lines


def _text(words: Sequence[_Word]) -> str:
    return "".join(word.space + word.text for word in words).strip()


def _words(text: str) -> Iterator[_Word]:
    space, word, size = "", "", 0
    last = ""
    for part in _PART.finditer(text):
        if part["space"]:
            if word:
                yield _Word(space, word, size)
                space, word, size = " ", "", 0
            last = ""
            continue
        if part["one"]:
            if last and _may_part(last, part["one"]):
                yield _Word(space, word, size)
                space, word, size = "", "", 0
            last = part["one"]
            size += 1
        word += part[0]
    if word:
        yield _Word(space, word, size)


def _may_part(before: str, after: str) -> bool:
    """Whether a line may end between two characters with no space between them."""
    if before in _NEVER_LAST or after in _NEVER_FIRST:
        return False
    return _is_wide(before) or _is_wide(after)


def _is_wide(character: str) -> bool:
    """Whether it is of a script that writes no spaces; Hangul, which does, is not."""
    return east_asian_width(character[0]) in "WF" and not "\uac00" <= character <= "\ud7a3"
