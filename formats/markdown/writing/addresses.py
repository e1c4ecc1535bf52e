"""Bare addresses, which would swallow the Chinese or Japanese text right behind them.

By GFM (section 6.9) `https://a.test` is a link up to the next white space, of whatever script what
stands before that is. So an address that is followed by such text is written as a link.
"""

from __future__ import annotations

import re

from formats.markdown.atoms import spans
from formats.markdown.dialects import Dialect

_BARE = re.compile(r"(?<![\w\"'(<=/\]])https?://[!#-;=?-Z\\_a-z~\[\]^{|}]*[\w/#=&%+-]", re.ASCII)
_WITHIN_LINK = re.compile(r"\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*\)|\]\[[^\[\]]*\]")


def bare(text: str, dialect: Dialect) -> frozenset[str]:
    """The addresses that stand in a text by themselves."""
    if "://" not in text or not dialect.bare_links:
        return frozenset()
    return frozenset(text[start:end] for start, end in _places(text, dialect))


def enclosed(translation: str, source: str, dialect: Dialect) -> str:
    """The translation with each bare address of its source a link of its own, where other than
    ASCII follows it and does not in the source."""
    known = bare(source, dialect) if source.isascii() else _ending(source, dialect)
    if not known or translation.isascii():
        return translation
    parts = []
    at = 0
    for start, end in _places(translation, dialect):
        address = translation[start:end]
        if address in known and not translation[end : end + 1].isascii():
            link = f"[{address}]({address})" if dialect.mdx else f"<{address}>"
            parts += [translation[at:start], link]
            at = end
    return "".join((*parts, translation[at:]))


def _ending(source: str, dialect: Dialect) -> frozenset[str]:
    """The bare addresses of a source that no such text follows."""
    if "://" not in source or not dialect.bare_links:
        return frozenset()
    return frozenset(
        source[start:end]
        for start, end in _places(source, dialect)
        if source[end : end + 1].isascii()
    )


def _places(text: str, dialect: Dialect) -> list[tuple[int, int]]:
    """Where addresses stand outside of code, tags and links."""
    within = (match.span() for match in _WITHIN_LINK.finditer(text))
    taken = sorted([*spans(text, dialect), *within])
    found = []
    number = 0
    for start, end in (match.span() for match in _BARE.finditer(text)):
        while number < len(taken) and taken[number][1] <= start:
            number += 1
        if number == len(taken) or end <= taken[number][0]:
            found.append((start, end))
    return found
