"""Apostrophes in the patterns of `java.text.MessageFormat`, and in messages of ICU.

There `''` is an apostrophe, and what stands between two single ones is literal: `'{0}'` is no
argument. ICU reads a single one before anything but a brace as an apostrophe too, so that a
doubled one is right for both.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from domain.icu.syntax import with_choices

_ARGUMENT = re.compile(
    r"""
    \{ \s{0,9} (?: \d{1,3} \s{0,9} [,}]
      | \w{1,80} \s{0,9} , \s{0,9} (?:plural|select|selectordinal|choice|number|date|time)\b )
    """,
    re.VERBOSE,
)
_QUOTED = r"'[{}](?:[^']|'')*+'"
_APOSTROPHES = re.compile(rf"(?P<double>'')|(?P<quoted>{_QUOTED})|(?P<single>')")
_BEFORE_BRACE = re.compile("''|'(?=[{}])")
_RUN = re.compile("'{1,2}")


@dataclass(frozen=True, slots=True)
class Doubling:
    """Which values of a file are read as patterns, so that their apostrophes are doubled.

    Attributes:
        with_arguments: those that have arguments such as `{0}`.
        without: all others.
    """

    with_arguments: bool
    without: bool

    def is_for(self, value: str) -> bool:
        """Whether apostrophes are doubled in this value."""
        return self.with_arguments if _ARGUMENT.search(value) else self.without


def doubling(values: Iterable[str]) -> Doubling:
    """How a file writes its apostrophes.

    Values with arguments are patterns, unless they have apostrophes and only single ones. Values
    without are not, unless they have only doubled ones: Spring and others hand these out as they
    are by default, and not through `MessageFormat`.
    """
    seen: Counter[tuple[bool, str | None]] = Counter()
    for value in values:
        has_arguments = _ARGUMENT.search(value) is not None
        seen.update((has_arguments, match.lastgroup) for match in _APOSTROPHES.finditer(value))
    return Doubling(
        with_arguments=seen[True, "double"] > 0 or seen[True, "single"] == 0,
        without=seen[False, "double"] > 0 and seen[False, "single"] == 0,
    )


def shown(pattern: str) -> str:
    """A pattern with each doubled apostrophe as one; literal stretches such as `'{'` stay."""
    return _APOSTROPHES.sub(lambda match: "'" if match["double"] else match[0], pattern)


def written(text: str, pattern: str) -> str:
    """A text as a pattern, its apostrophes doubled, also where it has them doubled already.

    Literal stretches stay as often as `pattern`, the source, has them.
    """
    kept = Counter(
        match["quoted"] for match in _APOSTROPHES.finditer(pattern) if match["quoted"] is not None
    )

    def write(match: re.Match[str]) -> str:
        if kept[match[0]] > 0:
            kept[match[0]] -= 1
            return match[0]
        return _RUN.sub("''", match[0])

    return _APOSTROPHES.sub(write, text)


def unquoted(text: str, source: str) -> str:
    """A text as an ICU message without choices: no apostrophe of its own quotes an argument away.

    One that stands before a brace is doubled; literal stretches such as `'{'` stay as often as
    `source` has them. What ICU reads so is right for FormatJS as well.
    """
    kept = Counter(match["quoted"] for match in _APOSTROPHES.finditer(source) if match["quoted"])
    stretches = sorted(map(re.escape, kept), key=len, reverse=True)
    pieces = re.split(f"({'|'.join(stretches)})", text) if stretches else [text]
    for place, piece in enumerate(pieces):
        if place % 2 and kept[piece] > 0:
            kept[piece] -= 1
        else:
            pieces[place] = _BEFORE_BRACE.sub("''", piece)
    return "".join(pieces)


def without_choices(texts: Sequence[str]) -> list[bool]:
    """Which texts of a file are ICU messages without choices: all others, where one has some.

    Only plurals and selects show that a file's messages are ICU's; `{name}` is in other syntaxes.
    """
    choosing = [with_choices(text) is not None for text in texts]
    has_some = any(choosing)
    return [has_some and not chooses for chooses in choosing]
