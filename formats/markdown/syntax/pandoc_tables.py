"""Pandoc's tables of dashes and grids, whose columns are places on their lines: they stay."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

from formats.markdown.syntax.marks import line_of, stays

_GRID = re.compile(r"\+(?:[-=:]+\+)+")
_RULE = re.compile(r"-{2,}(?:[ ]+-+)*")
_COLUMNS = re.compile(r"-+(?:[ ]+-+)+")


def with_pandoc_tables(parser: MarkdownIt) -> None:
    """Have a parser read them as lines that stay."""
    parser.block.ruler.before("table", "pandoc_tables", _table)


def _table(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    if silent or state.is_code_block(line) or state.sCount[line] < state.blkIndent:
        return False
    last = _last(state, line, end)
    if last is None:
        return False
    stays(state, line, last, is_left=True)
    state.line = last
    return True


def _last(state: StateBlock, line: int, end: int) -> int | None:
    """The line behind a table that begins here."""
    text = line_of(state, line)
    if _GRID.fullmatch(text):
        return next((n for n in range(line, end) if line_of(state, n)[:1] not in ("+", "|")), end)
    if _RULE.fullmatch(text):
        return _up_to_a_rule(state, line, end)
    if line + 1 < end and _COLUMNS.fullmatch(line_of(state, line + 1)):
        return next((n for n in range(line, end) if state.isEmpty(n)), end)
    return None


def _up_to_a_rule(state: StateBlock, line: int, end: int) -> int | None:
    """The line behind the last rule of a table that begins with one."""
    has_columns = _COLUMNS.fullmatch(line_of(state, line)) is not None
    for number in range(line + 1, end):
        text = line_of(state, number)
        if not _RULE.fullmatch(text):
            continue
        if has_columns and (number + 1 == end or state.isEmpty(number + 1)):
            return number + 1
        has_columns = has_columns or _COLUMNS.fullmatch(text) is not None
        if not has_columns:
            return None
    return None
