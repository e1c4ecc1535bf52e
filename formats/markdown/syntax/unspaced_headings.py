"""Python-Markdown's headings, which need no space behind their `#` signs."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

from formats.markdown.syntax.lines import INTERRUPTS
from formats.markdown.syntax.marks import line_of

_HEADING = re.compile(r"(?P<level>#{1,6})(?P<text>[^#\s].*?)[ \t]*#*")


def with_unspaced_headings(parser: MarkdownIt) -> None:
    """Have a parser read `#word` as a heading."""
    parser.block.ruler.before("table", "unspaced_headings", _heading, {"alt": INTERRUPTS})


def _heading(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    if state.is_code_block(line) or state.sCount[line] < state.blkIndent:
        return False
    match = _HEADING.fullmatch(line_of(state, line))
    if not match or silent:
        return match is not None
    tag = f"h{len(match['level'])}"
    opening = state.push("heading_open", tag, 1)
    opening.markup = match["level"]
    opening.map = [line, line + 1]
    content = state.push("inline", "", 0)
    content.content = match["text"]
    content.map = [line, line + 1]
    content.children = []
    state.push("heading_close", tag, -1).markup = match["level"]
    state.line = line + 1
    return True
