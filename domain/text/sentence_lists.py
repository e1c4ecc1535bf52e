"""Lists within a paragraph: `1) … 2) …`, `a. … b. …`, `• … • …`."""

from __future__ import annotations

import re
from collections.abc import Iterator

# fmt: off
ORDINAL_LANGUAGES = frozenset([
    "bs", "cs", "da", "de", "et", "fi", "hr", "hu", "is", "lb", "lv", "nb", "nn", "no", "sk", "sl",
    "sr", "tr",
])
# fmt: on
"""Those in which a full stop makes a number ordinal: `3. maj`."""
CAPITAL_NOUNS = frozenset(["de", "lb"])
"""Languages in which every noun has a capital."""

_MARKER = re.compile(
    r"""
    (?P<bullet> [•⁃◦▪‣] \s?+ (?: \d{1,3} \. )?+ ) (?= \s?\w )
  | (?: ^ | (?<= \s ) ) (?:
        (?P<dotted> (?: \d{1,3} | [a-z] ) \. )
      | (?P<closed> (?: \d{1,3} | [a-z] ) \.? \) )
      | (?P<around> \( (?: \d{1,3} | [a-z] ) \) )
    ) (?= \s [^\W\d_] )
    """,
    re.VERBOSE,
)
_SENTENCE_END = frozenset(".!?:;…")


def list_markers(text: str, language: str) -> Iterator[re.Match[str]]:
    """The marker of each item of a list within a paragraph.

    The items are numbered on in one style, and the first begins the stretch or follows the end of
    a sentence. Where `1.` is an ordinal number, a full stop alone numbers a list only where the
    stretch begins with its first item and each begins with a capital; in German never, since its
    nouns have one.
    """
    row: list[re.Match[str]] = []
    for match in _MARKER.finditer(text):
        if match.lastgroup == "dotted" and language in ORDINAL_LANGUAGES:
            if language in CAPITAL_NOUNS or not text[match.end() + 1].isupper():
                continue
            if not row and match.start():
                continue
        if row and _follows(row[-1], match):
            row.append(match)
            continue
        yield from _row_starts(row)
        row = [match] if _begins(text, match.start()) else []
    yield from _row_starts(row)


def _row_starts(row: list[re.Match[str]]) -> Iterator[re.Match[str]]:
    if len(row) > 1:
        yield from row


def _begins(text: str, place: int) -> bool:
    before = text[max(0, place - 5) : place].rstrip()
    return not before or before[-1] in _SENTENCE_END


def _follows(match: re.Match[str], later: re.Match[str]) -> bool:
    """Whether a marker is the next of the same style: `2.` after `1.`, `b)` after `a)`."""
    if match.lastgroup != later.lastgroup:
        return False
    if match.lastgroup == "bullet":
        return match[0][0] == later[0][0]
    number, next_number = match[0].strip("(.)"), later[0].strip("(.)")
    if number.isdigit() and next_number.isdigit():
        return int(next_number) == int(number) + 1
    return ord(number[0]) + 1 == ord(next_number[0])
