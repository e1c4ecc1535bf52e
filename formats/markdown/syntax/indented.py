"""Python-Markdown's blocks with indented bodies, and its rules of indentation.

`!!! note "Title"` of its admonitions, `??? note "Title"` and `=== "Tab"` of pymdownx, each as their
own expressions read it: a title in any but straight quotes makes text of the whole line. A body is
indented by four columns more than its mark, lazy lines do not belong to it.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.parser_block import ParserBlock
from markdown_it.rules_block import StateBlock

from formats.markdown.syntax.lines import INTERRUPTS
from formats.markdown.syntax.marks import line_of, stays, text_in_mark

_STEP = 4
_WORDS = r"[\w\-]++(?:[ ]++[\w\-]++)*+"
_MARK = re.compile(
    rf"""
      !!![ ]?{_WORDS}(?:[ ]+"(?P<title>.*)")?
    | \?\?\?\+?[ ]?(?:{_WORDS})?(?:[ ]*"(?P<summary>.*)")?
    | ===(?:\+!|!\+|\+|!)?[ ]+"(?P<tab>.*)"
    """,
    re.VERBOSE,
)


def with_indented_bodies(parser: MarkdownIt) -> None:
    """Have a parser read admonitions, details and tabs."""
    parser.block.ruler.before("table", "indented", _indented, {"alt": INTERRUPTS})


def with_four_spaces(parser: MarkdownIt) -> None:
    """Have a parser nest and take for code what Python-Markdown does, by steps of four columns."""
    parser.block.ruler.disable("code")
    parser.block.ruler.before("table", "code_of_steps", _code)
    stepping = _Stepping()
    stepping.ruler = parser.block.ruler
    parser.block = stepping


class _Stepping(ParserBlock):
    """Reads what stands in lists' items and definitions, however wide their marks are."""

    def tokenize(self, state: StateBlock, startLine: int, endLine: int) -> None:  # noqa: N803
        kept = state.parentType  # the library's rule of underlined headings leaves its own behind
        if kept in ("list", "deflist"):
            is_list = kept == "list"
            outer = state.listIndent if is_list else state.blkIndent - 2
            state.blkIndent = max(0, outer) // _STEP * _STEP + _STEP
            state.sCount[startLine] = max(state.sCount[startLine], state.blkIndent)
        super().tokenize(state, startLine, endLine)
        state.parentType = kept


def _indented(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    if state.is_code_block(line) or state.sCount[line] < state.blkIndent:
        return False
    match = _MARK.fullmatch(line_of(state, line))
    if not match or match[0].strip("?+ ") == "":
        return False
    if silent:
        return True
    kind = match.lastgroup
    last = _body_end(state, line, end)
    opening = state.push("indented_open", "div", 1)
    opening.map = [line, last]
    stays(state, line, line + 1, [match[kind]] if kind else [])
    if kind and match[kind]:
        start = state.bMarks[line] + state.tShift[line]
        role = "label" if kind == "tab" else "title"
        text_in_mark(state, line, start + match.start(kind), start + match.end(kind), role)
    _read_body(state, line, last)
    state.push("indented_close", "div", -1)
    return True


def _body_end(state: StateBlock, line: int, end: int) -> int:
    """The line behind the body's last one that is not blank."""
    last = line + 1
    for number in range(line + 1, end):
        if state.isEmpty(number):
            continue
        if state.sCount[number] < state.sCount[line] + _STEP:
            break
        last = number + 1
    return last


def _read_body(state: StateBlock, line: int, last: int) -> None:
    kept = state.blkIndent, state.lineMax, state.parentType, state.listIndent
    state.blkIndent = state.sCount[line] + _STEP
    state.lineMax = last
    state.parentType = "container"
    state.listIndent = -1
    state.md.block.tokenize(state, line + 1, last)
    state.blkIndent, state.lineMax, state.parentType, state.listIndent = kept
    state.line = last


def _code(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    if silent or not _is_code(state, line):
        return False
    last = line + 1
    for number in range(line + 1, end):
        if state.isEmpty(number):
            continue
        if not _is_code(state, number):
            break
        last = number + 1
    token = state.push("code_block", "code", 0)
    token.content = state.getLines(line, last, _STEP + state.blkIndent, False) + "\n"
    token.map = [line, last]
    state.line = last
    return True


def _is_code(state: StateBlock, line: int) -> bool:
    outer = -(-state.blkIndent // _STEP) * _STEP
    return state.sCount[line] - outer >= _STEP
