"""What must stay as it is inside a line of Markdown: code spans, HTML tags, autolinks, and what its
dialect protects."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import lru_cache

from formats.markdown.dialects import COMMONMARK, Dialect

_RUN = re.compile(r"`++")
_ATTRIBUTE = r"""\s++[A-Za-z_:][\w.:-]*+(?:\s*+=\s*+(?:[^\s"'=<>`]++|'[^']*+'|"[^"]*+"))?+"""
_OPENER = re.compile(
    rf"""
      \\.                                             # an escaped character opens nothing
    | (?P<code>`++)
    | (?P<comment><!--)
    | (?P<tag>
          <[A-Za-z][A-Za-z0-9+.-]{{1,31}}:[^\s<>]*+>  # <https://example.org>
        | <[\w.!\#$%&'*+/=?^`{{|}}~-]++@[\w.-]++>     # <me@example.org>
        | <[A-Za-z][A-Za-z0-9-]*+(?:{_ATTRIBUTE})*+\s*+/?>
        | </[A-Za-z][A-Za-z0-9-]*+\s*+>
        | <[?!][^<>]*+>
      )
    | <(?=[A-Za-z/!?])                                # might open a tag further on
    """,
    re.VERBOSE | re.DOTALL,
)


class _Scanner:
    """Finds atoms, and lone openers that with other text behind them would begin one."""

    def __init__(self, text: str, dialect: Dialect) -> None:
        self._text = text
        self._protected = _protected(dialect.protect)
        self._upcoming = self._protected.search(text) if self._protected else None
        self._runs: dict[int, list[int]] = defaultdict(list)
        for run in _RUN.finditer(text):
            self._runs[len(run[0])].append(run.start())
        self._last_comment_end = text.rfind("-->")

    def after(self, at: int) -> tuple[re.Match[str], int | None] | None:
        """The next opener from `at` on, and where its atom ends; None where it is a lone one."""
        protected = self._protected_after(at)
        while (opener := _OPENER.search(self._text, at)) and opener[0].startswith("\\"):
            if protected and protected.start() <= opener.start():
                break
            at = opener.end()
            protected = self._protected_after(at)
        if protected and (not opener or protected.start() <= opener.start()):
            return protected, protected.end()
        return (opener, self._end(opener)) if opener else None

    def _protected_after(self, at: int) -> re.Match[str] | None:
        if self._protected and self._upcoming and self._upcoming.start() < at:
            self._upcoming = self._protected.search(self._text, at)
        return self._upcoming

    def _end(self, opener: re.Match[str]) -> int | None:
        if opener["code"]:
            size = len(opener["code"])
            closers = self._runs[size]
            nth = bisect_left(closers, opener.end())
            return closers[nth] + size if nth < len(closers) else None
        if opener["comment"]:
            if opener.end() > self._last_comment_end:
                return None
            return self._text.index("-->", opener.end()) + len("-->")
        return opener.end() if opener["tag"] else None


@lru_cache
def _protected(patterns: tuple[str, ...]) -> re.Pattern[str] | None:
    return re.compile("|".join(f"(?:{one})" for one in patterns)) if patterns else None


def spans(text: str, dialect: Dialect = COMMONMARK) -> Iterator[tuple[int, int]]:
    """Start and end of each atom, in their order."""
    scanner = _Scanner(text, dialect)
    at = 0
    while found := scanner.after(at):
        opener, end = found
        if end is not None:
            yield opener.start(), end
        at = end or opener.end()


def without(text: str, dialect: Dialect = COMMONMARK) -> str:
    """The text with a space in the place of each atom."""
    parts = []
    at = 0
    for start, end in spans(text, dialect):
        parts.append(text[at:start])
        at = end
    return " ".join((*parts, text[at:]))


def guarded(translation: str, source: str, dialect: Dialect = COMMONMARK) -> str:
    """The translation with all escaped that would be an atom and is none of the source's."""
    allowed = Counter(source[start:end] for start, end in spans(source, dialect))
    scanner = _Scanner(translation, dialect)
    parts = []
    at = copied = 0
    while found := scanner.after(at):
        opener, end = found
        atom = translation[opener.start() : end] if end else ""
        if end and allowed[atom] > 0:
            allowed[atom] -= 1
            at = end
            continue
        marks = opener[0][: len(opener[0]) - len(opener[0].lstrip(opener[0][0]))]
        parts += [
            translation[copied : opener.start()],
            *(as_text(mark, dialect) for mark in marks),
        ]
        at = copied = opener.start() + len(marks)
    return "".join((*parts, translation[copied:]))


def as_text(mark: str, dialect: Dialect) -> str:
    """A mark whose first character is no mark any more, but what it looks like."""
    if mark[0] not in dialect.escapes:
        return f"&#{ord(mark[0])};{mark[1:]}"
    return f"\\{mark}"
