"""Tables with more columns than headings, which Goldmark reads and GFM does not: they stay."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

from formats.markdown.syntax.marks import line_of, stays

_DELIMITERS = re.compile(r"\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)+\|?")


def with_uneven_tables(parser: MarkdownIt) -> None:
    """Have a parser read them as lines that stay."""
    parser.block.ruler.before("paragraph", "uneven_tables", _table)


def _table(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    if silent or line + 1 >= end or state.is_code_block(line) or "|" not in line_of(state, line):
        return False
    if not _DELIMITERS.fullmatch(line_of(state, line + 1)):
        return False
    last = next((n for n in range(line, end) if state.isEmpty(n)), end)
    stays(state, line, last, is_left=True)
    state.line = last
    return True
