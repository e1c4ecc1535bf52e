"""What must stay as it is inside a line of Markdown: code spans, HTML tags, autolinks, in MDX tags
of JSX and expressions, and what its dialect protects."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import lru_cache

from formats.markdown.dialects import COMMONMARK, Dialect
from formats.markdown.mdx import syntax

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
_OPENER_OF_MDX = re.compile(
    r"\\.|\]\(\s*+<[^<>\n]*+>|(?P<code>`++)|(?P<mark><(?!\s|\Z)|\{)", re.DOTALL
)
_MOST_UNFINISHED = 50
"""So many marks without an end are looked for in a text of MDX; what follows them has none."""


class _Scanner:
    """Finds atoms, and lone openers that with other text behind them would begin one."""

    opener = _OPENER

    def __init__(self, text: str, dialect: Dialect) -> None:
        self._text = text
        self._protected = _protected(dialect.beside_mdx)
        self._upcoming = self._protected.search(text) if self._protected else None
        self._runs: dict[int, list[int]] = defaultdict(list)
        for run in _RUN.finditer(text):
            self._runs[len(run[0])].append(run.start())
        self._last_comment_end = text.rfind("-->")

    def after(self, at: int) -> tuple[re.Match[str], int | None] | None:
        """The next opener from `at` on, and where its atom ends; None where it is a lone one."""
        protected = self._protected_after(at)
        while (opener := self.opener.search(self._text, at)) and opener[0][0] in "\\]":
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

    def _code_end(self, opener: re.Match[str]) -> int | None:
        size = len(opener["code"])
        closers = self._runs[size]
        nth = bisect_left(closers, opener.end())
        return closers[nth] + size if nth < len(closers) else None

    def _end(self, opener: re.Match[str]) -> int | None:
        if opener["code"]:
            return self._code_end(opener)
        if opener["comment"]:
            if opener.end() > self._last_comment_end:
                return None
            return self._text.index("-->", opener.end()) + len("-->")
        return opener.end() if opener["tag"] else None


class _ScannerOfMdx(_Scanner):
    opener = _OPENER_OF_MDX

    def __init__(self, text: str, dialect: Dialect) -> None:
        super().__init__(text, dialect)
        self._unfinished = 0

    def _end(self, opener: re.Match[str]) -> int | None:
        if opener["code"]:
            return self._code_end(opener)
        if self._unfinished > _MOST_UNFINISHED:
            return None
        at = opener.start()
        is_tag = opener["mark"] == "<"
        end = syntax.tag_end(self._text, at) if is_tag else syntax.expression_end(self._text, at)
        self._unfinished += end == syntax.UNFINISHED
        return None if end == syntax.UNFINISHED else end


def _scanner(text: str, dialect: Dialect) -> _Scanner:
    return _ScannerOfMdx(text, dialect) if dialect.mdx else _Scanner(text, dialect)


@lru_cache
def _protected(patterns: tuple[str, ...]) -> re.Pattern[str] | None:
    return re.compile("|".join(f"(?:{one})" for one in patterns)) if patterns else None


def spans(text: str, dialect: Dialect = COMMONMARK) -> Iterator[tuple[int, int]]:
    """Start and end of each atom, in their order."""
    scanner = _scanner(text, dialect)
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
    scanner = _scanner(translation, dialect)
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
