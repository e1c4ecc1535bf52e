"""Tokens of a dialect's own marks: lines that stay, and texts within them."""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it.rules_block import StateBlock

MARK = "mark"
"""Type of a token whose lines stay byte for byte."""
LEFT = "left"
"""In such a token's `meta`: whether words in it are left that readers see."""
TEXT = "mark_text_open"
"""Type of the token before an `inline` one that stands within a line that stays.

Its `meta` has the `column` in the document's line, and its `info` the role of the text.
"""


def line_of(state: StateBlock, line: int) -> str:
    """A line without the marks of lists and quotes around it, and without outer white space."""
    start = state.bMarks[line] + state.tShift[line]
    return state.src[start : state.eMarks[line]].rstrip()


def stays(
    state: StateBlock, first: int, end: int, without: Sequence[str] = (), *, is_left: bool = False
) -> None:
    """Lines that stay.

    Args:
        state: the parser's.
        first: their first one.
        end: the line behind their last one.
        without: texts in them that may change.
        is_left: whether there are words in them that readers see, and that are offered to nobody.
    """
    token = state.push(MARK, "", 0)
    token.map = [first, end]
    token.meta = {LEFT: is_left}
    token.content = "\n".join(line_of(state, line) for line in range(first, end))
    for text in without:
        token.content = token.content.replace(text, "…", 1)


def text_in_mark(state: StateBlock, line: int, start: int, end: int, role: str) -> None:
    """A text within a line that stays: `state.src[start:end]`."""
    opening = state.push(TEXT, "", 1)
    opening.map = [line, line + 1]
    opening.info = role
    opening.meta = {"column": start - state.src.rfind("\n", 0, start) - 1}
    content = state.push("inline", "", 0)
    content.map = [line, line + 1]
    content.content = state.src[start:end]
    content.children = []
    state.push("mark_text_close", "", -1)
