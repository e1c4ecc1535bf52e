"""Blocks of HTML as Python-Markdown reads them: up to their element's end, not to a blank line.

What follows that end is Markdown, and so is what stands in an element with the attribute `markdown`
(its extension md_in_html). A comment with text behind it on its line begins a paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, html_block

from formats.markdown.syntax.lines import INTERRUPTS
from formats.markdown.syntax.marks import line_of

_Rule = Callable[[StateBlock, int, int, bool], bool]
_COMMENT_AND_TEXT = re.compile(r"<!--(?:(?!-->).)*-->\s*\S.*")
_TAG = re.compile(r"</?(?P<name>[A-Za-z][\w-]*)")
_OF_MARKDOWN = re.compile(r"<[A-Za-z][^<>]*\smarkdown(?:\s*=[^<>]*|\s[^<>]*)?>")
_DEFINITION = re.compile(r"\[[^\[\]]+\]:\s*\S.*")
_DEFINES = re.compile(r":[ ]{1,3}\S.*")


def with_python_html(parser: MarkdownIt) -> None:
    """Have a parser read HTML so."""
    parser.block.ruler.at("html_block", _html_block, {"alt": INTERRUPTS[:3]})


def with_commented_terms(parser: MarkdownIt) -> None:
    """Have a parser read a definition whose term is a comment alone; after definition lists."""
    definitions = next(rule.fn for rule in parser.block.ruler.__rules__ if rule.name == "deflist")

    def rule(state: StateBlock, line: int, end: int, silent: bool) -> bool:
        text = line_of(state, line)
        if silent or not text.startswith("<!--") or not text.endswith("-->"):
            return False
        below = line + 1 + (line + 1 < end and state.isEmpty(line + 1))
        defines = below < end and _DEFINES.fullmatch(line_of(state, below))
        return bool(defines) and definitions(state, line, end, False)

    parser.block.ruler.before("html_block", "commented_terms", rule)


def _html_block(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    if _COMMENT_AND_TEXT.fullmatch(line_of(state, line)):
        return silent and not state.is_code_block(line)
    if not html_block(state, line, end, silent):
        return False
    if not silent:
        _cut(state, line)
    return True


def _cut(state: StateBlock, line: int) -> None:
    """Give back the lines behind the element's end."""
    first = line_of(state, line)
    tag = _TAG.match(first)
    last = state.line
    if tag:
        last = _element_end(state, tag["name"], line, last)
    if last < state.line:
        token = state.tokens[-1]
        token.content = state.getLines(line, last, state.blkIndent, True)
        token.map = [line, last]
        state.line = last


def _element_end(state: StateBlock, name: str, line: int, last: int) -> int:
    opens = re.compile(rf"<(?P<end>/)?{re.escape(name)}\b", re.IGNORECASE)
    depth = 0
    for number in range(line, last):
        text = line_of(state, number)
        if number > line and _DEFINITION.fullmatch(text):
            return number
        if _OF_MARKDOWN.fullmatch(text):
            return number + 1
        depth += sum(-1 if match["end"] else 1 for match in opens.finditer(text))
        if depth <= 0:
            return number + 1
    return last
