"""MDX's blocks and marks as rules of markdown-it-py, after micromark's extensions for MDX.

Tags and expressions alone on their lines are blocks of their own, open or close; what stands
between them are blocks like any other. They end a paragraph, imports and exports don't. There is no
indented code, so that all blocks may be indented as far as one likes.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, list_block
from markdown_it.rules_inline import StateInline

from formats.markdown.mdx import syntax

FLOW, MODULE = "mdx_flow", "mdx_module"
TAG, EXPRESSION = "mdx_tag", "mdx_expression"
"""Types of tokens: the first two are blocks."""

IS_MODULE = re.compile(r"(?:import|export) (?=[^\n]*[{}'\"=(*]|default\b|type\b|\w+$)")
"""`import the file` is none, though MDX takes it for one and fails: a reader reads a sentence."""
_UNDERLINE = re.compile(r"(?:=+|-+)[ \t]*$")
_BUDGET = "mdx_budget"


def plugin(parser: MarkdownIt) -> None:
    """Have the parser read MDX."""
    parser.disable(["code", "html_block", "html_inline", "autolink", "lheading"])
    parser.block.ruler.before(
        "table", FLOW, _flow, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )
    parser.block.ruler.before("table", MODULE, _module)
    parser.block.ruler.at("list", _list, {"alt": ["paragraph", "reference", "blockquote"]})
    parser.block.ruler.at("paragraph", _paragraph)
    parser.inline.ruler.before("link", TAG, _mark)


def _flow(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Tags and expressions that nothing else stands beside, on one line or on several."""
    start = state.bMarks[start_line] + state.tShift[start_line]
    if state.sCount[start_line] < 0 or state.src[start : start + 1] not in ("<", "{"):
        return False
    lines = _lines_of_flow(state, start_line, end_line)
    if lines and not silent:
        state.line = start_line + lines
        token = state.push(FLOW, "", 0)
        token.map = [start_line, state.line]
        token.content = state.getLines(start_line, state.line, state.blkIndent, False)
    return lines > 0


def _lines_of_flow(state: StateBlock, start_line: int, end_line: int) -> int:
    """How many lines it takes; 0 where it is none. More and more lines are looked at."""
    count = 1
    while True:
        last = _last_line(state, start_line, min(start_line + count, end_line))
        text = state.getLines(start_line, last, state.blkIndent, False)
        end = _flow_end(text) if _afford(state, len(text)) else None
        if end is None:
            return 0
        if end != syntax.UNFINISHED:
            return text.count("\n", 0, end) + 1
        if last < start_line + count or last >= end_line:
            return 0
        count *= 4


def _last_line(state: StateBlock, start_line: int, end_line: int) -> int:
    """The line behind the last one that is in the same container."""
    for line in range(start_line + 1, end_line):
        if not state.isEmpty(line) and state.sCount[line] < state.blkIndent:
            return line
    return end_line


def _afford(state: StateBlock, length: int) -> bool:
    """What opens and is never closed would be looked for again and again."""
    left: int = state.env.setdefault(_BUDGET, 6 * len(state.src) + 100_000) - length
    state.env[_BUDGET] = left
    return left > 0


def _flow_end(text: str) -> int | None:
    """Where tags and expressions end with their line; None where something stands beside them."""
    at = len(text) - len(text.lstrip(" \t"))
    while at < len(text) and text[at] != "\n":
        end = _mark_end(text, at)
        if end is None or end == syntax.UNFINISHED:
            return end
        at = end
        while at < len(text) and text[at] in " \t":
            at += 1
    return at


def _mark_end(text: str, at: int) -> int | None:
    if text[at] == "{":
        return syntax.expression_end(text, at)
    return syntax.tag_end(text, at) if text[at] == "<" else None


def _module(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Imports and exports, at the start of a line outside of all containers, to a blank line."""
    start = state.bMarks[start_line]
    if silent or state.level or state.blkIndent or state.tShift[start_line]:
        return False
    if not IS_MODULE.match(state.src[start : state.eMarks[start_line]]):
        return False
    last = first = _blank_line(state, start_line, end_line)
    while not syntax.is_whole(code := state.getLines(start_line, last, 0, False)):
        following = _blank_line(state, last + 1, end_line)
        if last >= end_line or not _afford(state, len(code)):
            last = first
            break
        last = following
    state.line = last
    token = state.push(MODULE, "", 0)
    token.map = [start_line, last]
    token.content = state.getLines(start_line, last, 0, False)
    return True


def _blank_line(state: StateBlock, line: int, end_line: int) -> int:
    while line < end_line and not state.isEmpty(line):
        line += 1
    return min(line, end_line)


def _list(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """A list, whose items may be indented as far as one likes: no line of text goes on in them."""
    before, state.listIndent = state.listIndent, -1
    try:
        return list_block(state, start_line, end_line, silent)
    finally:
        state.listIndent = before


def _paragraph(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """A paragraph, or a heading with an underline: as `markdown_it.rules_block` has them, but that
    a line may be indented as far as one likes and still end it."""
    rules = state.md.block.ruler.getRules("paragraph")
    before, state.parentType = state.parentType, "paragraph"
    line = start_line + 1
    level = 0
    while line < state.lineMax and not state.isEmpty(line):
        if state.sCount[line] >= 0:
            level = _underline(state, line) if state.sCount[line] >= state.blkIndent else 0
            if level or any(rule(state, line, state.lineMax, True) for rule in rules):
                break
        line += 1
    state.parentType = before
    content = state.getLines(start_line, line, state.blkIndent, False).strip()
    state.line = line + bool(level)
    name, tag = ("heading", f"h{level}") if level else ("paragraph", "p")
    opening = state.push(f"{name}_open", tag, 1)
    opening.map = [start_line, state.line]
    opening.markup = {0: "", 1: "=", 2: "-"}[level]
    text = state.push("inline", "", 0)
    text.content, text.map, text.children = content, [start_line, line], []
    closing = state.push(f"{name}_close", tag, -1)
    closing.markup = opening.markup
    return True


def _underline(state: StateBlock, line: int) -> int:
    start = state.bMarks[line] + state.tShift[line]
    text = state.src[start : state.eMarks[line]]
    return (1 if text[0] == "=" else 2) if _UNDERLINE.match(text) else 0


def _mark(state: StateInline, silent: bool) -> bool:
    """A tag or an expression within a text."""
    end = _mark_end(state.src, state.pos)
    if end is None or end == syntax.UNFINISHED:
        return False
    if not silent:
        is_tag = state.src[state.pos] == "<"
        state.push(TAG if is_tag else EXPRESSION, "", 0).content = state.src[state.pos : end]
    state.pos = end
    return True
