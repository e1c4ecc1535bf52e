"""Definition lists, also of several terms."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from mdit_py_plugins.deflist import deflist_plugin

from formats.markdown.syntax.marks import line_of

_DEFINITION = re.compile(r"[:~]\s+\S.*")
_TERM = re.compile(r"(?![-+*]\s|\d+[.)]\s|```|~~~|:::|[#>|<]).+")


def with_definition_lists(parser: MarkdownIt) -> None:
    """Have a parser read terms and definitions; each line right above a definition is a term."""
    parser.use(deflist_plugin)
    parser.block.ruler.before("deflist", "several_terms", _several_terms)


def _several_terms(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    if silent or state.is_code_block(line):
        return False
    definition = _definition_below(state, line, end)
    if definition is None or definition < line + 2:
        return False
    for number in range(line, definition - 1):
        state.push("dt_open", "dt", 1).map = [number, number]
        term = state.push("inline", "", 0)
        term.map = [number, number]
        term.content = line_of(state, number)
        term.children = []
        state.push("dt_close", "dt", -1)
    state.line = definition - 1
    return True


def _definition_below(state: StateBlock, line: int, end: int) -> int | None:
    """The line of the definition that stands right under lines which can be terms."""
    for number in range(line, end):
        text = line_of(state, number)
        if number > line and _DEFINITION.fullmatch(text):
            return number
        if state.sCount[number] < state.blkIndent or not _TERM.fullmatch(text):
            return None
    return None
