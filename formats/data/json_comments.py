"""Comments in JSON, as `tsconfig.json` and settings of VS Code have them (JSONC)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_STRING_OR_COMMENT = re.compile(
    r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|(?P<comment>//[^\r\n]*+|/\*(?:[^*]|\*(?!/))*+\*/)', re.DOTALL
)
_STRING_OR_SURPLUS_COMMA = re.compile(
    r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|(?P<comma>,)(?=\s*+[}\]])', re.DOTALL
)
_NOT_LINE_END = re.compile(r"[^\r\n]")
_KEY_OR_NONE = re.compile(r'\s*+(?:"[^"\\]*+(?:\\.[^"\\]*+)*+"\s*+:\s*+)?+\Z', re.DOTALL)
_BLANK_LINE = re.compile(r"\n[ \t\r]*+\n")


class Comment(NamedTuple):
    """A comment: `text[start:end]`."""

    start: int
    end: int


def comments(text: str) -> list[Comment]:
    """The comments of a document, in order."""
    if "//" not in text and "/*" not in text:
        return []
    found = _STRING_OR_COMMENT.finditer(text)
    return [Comment(*match.span()) for match in found if match["comment"] is not None]


def without(text: str, found: Sequence[Comment]) -> str:
    """A document of as many characters, with spaces in the place of comments.

    Where there are any, commas behind the last item of something are spaces too.
    """
    if not found:
        return text
    parts, at = [], 0
    for start, end in found:
        parts += [text[at:start], _NOT_LINE_END.sub(" ", text[start:end])]
        at = end
    bare = "".join((*parts, text[at:]))
    return _STRING_OR_SURPLUS_COMMA.sub(lambda m: m[0] if m["comma"] is None else " ", bare)


def notes(text: str, found: Sequence[Comment], starts: Sequence[int]) -> Iterator[str]:
    """For each value what the comments say that stand on lines of their own right above its key.

    Args:
        text: the document.
        found: its comments.
        starts: where the values begin, in order.
    """
    waiting = list(reversed(found))
    for start in starts:
        above: list[Comment] = []
        while waiting and waiting[-1].end <= start:
            above.append(waiting.pop())
        yield "\n".join(reversed(list(_said(text, above, start))))


def _said(text: str, above: Sequence[Comment], start: int) -> Iterator[str]:
    """The words of the comments that touch a key, the last first."""
    for comment in reversed(above):
        between = text[comment.end : start]
        line = text[text.rfind("\n", 0, comment.start) + 1 : comment.start]
        if not _KEY_OR_NONE.match(between) or _BLANK_LINE.search(between) or line.strip():
            return
        yield _words(text[comment.start : comment.end])
        start = comment.start


def _words(comment: str) -> str:
    inner = comment[2:] if comment.startswith("//") else comment[2:-2]
    lines = (line.strip().lstrip("*").strip() for line in inner.split("\n"))
    return " ".join(filter(None, lines))
