"""What a text holds beyond markup and variables that stays as it is: patterns of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from domain.placeholders.own_patterns import compiled_together

Span = tuple[int, int]
"""Start and end in a text."""

PASSES = 20
"""Times the length of a text that is read again at most, where matches overlap other markup."""


@dataclass(frozen=True, slots=True)
class Protection:
    """Patterns of what is a variable within a text.

    Attributes:
        dialect: of the document's dialect, as `re` reads them, without groups that capture. They
            come with this program, and each takes linear time.
        own: the user's, as `domain.placeholders.own_patterns` checks them.
    """

    dialect: tuple[str, ...] = ()
    own: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.dialect or self.own)


UNPROTECTED = Protection()
"""Markup and variables alone."""


class Finder(Protocol):
    """Finds matches of patterns in one text."""

    def after(self, position: int) -> Span | None:
        """The first match that begins at a position or behind it, and is not empty.

        Args:
            position: never before one that was asked for earlier.
        """
        ...


class Upcoming:
    """The stretches of a text that patterns match, as they come.

    A match that begins within other markup is sought again behind that. Where so much of it
    overlaps that the text would be read more than `PASSES` times, what follows is unprotected.

    Args:
        text: the text.
        protection: the patterns.
    """

    def __init__(self, text: str, protection: Protection) -> None:
        self._finders = list(_finders(text, protection))
        self._spans: list[Span | None] = [(-1, -1)] * len(self._finders)
        self._room = PASSES * len(text)

    def next(self, position: int) -> Span | None:
        """The first stretch that begins at a position or behind it.

        Args:
            position: never before one that was asked for earlier.
        """
        for place, span in enumerate(self._spans):
            if span is not None and span[0] < position:
                self.passed_over(span[1] - position)
                if self._spans:
                    self._spans[place] = self._finders[place].after(position)
        return min((s for s in self._spans if s is not None), key=lambda s: s[0], default=None)

    def passed_over(self, length: int) -> None:
        """Count what has to be read again.

        Args:
            length: characters of a match of whatever kind that lie ahead, though it doesn't count.
        """
        self._room -= max(0, length)
        if self._room < 0:
            self._spans.clear()


def _finders(text: str, protection: Protection) -> Iterator[Finder]:
    """What is found first goes before what is found later at the same place."""
    if protection.own:
        yield _Own(text, compiled_together(protection.own))
    if protection.dialect:
        yield _OfDialect(text, _compiled(protection.dialect))


class _OfDialect:
    def __init__(self, text: str, pattern: re.Pattern[str]) -> None:
        self._text = text
        self._pattern = pattern

    def after(self, position: int) -> Span | None:
        match = self._pattern.search(self._text, position)
        while match and match.start() == match.end() < len(self._text):
            match = self._pattern.search(self._text, match.end() + 1)
        return match.span() if match and match[0] else None


class _Own:
    """Finds in UTF-8, encoded once: each call with a text would encode it anew."""

    def __init__(self, text: str, pattern: Any) -> None:
        self._text = text
        self._bytes = text.encode("utf-8", "surrogatepass")
        self._pattern = pattern
        self._at = 0, 0  # a place in the text, and the same in the bytes

    def after(self, position: int) -> Span | None:
        known, start = self._at
        start += len(self._text[known:position].encode("utf-8", "surrogatepass"))
        self._at = position, start
        for match in self._pattern.finditer(self._bytes, start):
            if match.end() > match.start():
                return self._span(match.start(), match.end())
        return None

    def _span(self, start: int, end: int) -> Span:
        known, at = self._at
        first = known + self._characters(at, start)
        return first, first + self._characters(start, end)

    def _characters(self, start: int, end: int) -> int:
        return len(self._bytes[start:end].decode("utf-8", "surrogatepass"))


@lru_cache(maxsize=64)
def _compiled(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))
