"""MyST's directives: fences of backticks or colons with a name in braces.

Which bodies are Markdown, and which arguments are texts, is what docutils, Sphinx and the common
extensions of both say. Bodies of directives that are not known are left alone.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

from formats.markdown.syntax.lines import INTERRUPTS
from formats.markdown.syntax.marks import line_of, stays, text_in_mark

_FENCE = re.compile(r"(?P<fence>`{3,}|~{3,}|:{3,})\{(?P<name>[\w:.+-]+)\}[ \t]*(?P<argument>.*)")
_OPTION = re.compile(r":(?P<name>[\w-]+):(?:\s+(?P<value>.*))?")
_SHOWN_OPTIONS = frozenset({"alt", "caption", "title", "header", "footer"})
_ADMONITIONS = frozenset(
    [
        *("attention", "caution", "danger", "error", "hint", "important", "note", "tip", "warning"),
        *("seealso", "todo"),
    ]
)
_TITLED = frozenset(
    [
        *("admonition", "topic", "sidebar", "rubric", "table", "list-table", "card", "dropdown"),
        *("grid-item-card", "tab-item", "proof", "theorem", "exercise", "solution", "centered"),
        "contents",
    ]
)
_MARKDOWN = frozenset(
    [
        *("figure", "container", "compound", "epigraph", "highlights", "pull-quote", "only"),
        *("versionadded", "versionchanged", "deprecated", "versionremoved", "hlist", "acks"),
        *("grid", "grid-item", "tab-set", "card-carousel", "aside", "margin", "definition"),
        *("div", "details", "button-link", "button-ref"),
    ]
)
_CODE = frozenset(
    [
        *("code", "code-block", "code-cell", "sourcecode", "literalinclude", "include", "math"),
        *("raw", "eval-rst", "toctree", "image", "mermaid", "graphviz", "highlight", "csv-table"),
        *(
            "bibliography",
            "currentmodule",
            "module",
            "parsed-literal",
            "productionlist",
            "testcode",
        ),
    ]
)
"""Bodies in which no words are left that a reader's language is written in."""
_READ = _ADMONITIONS | _TITLED | _MARKDOWN


def with_directives(parser: MarkdownIt) -> None:
    """Have a parser read directives; those whose bodies are no Markdown stay whole."""
    parser.block.ruler.before("table", "directive", _directive, {"alt": INTERRUPTS})


def _directive(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    if state.is_code_block(line):
        return False
    match = _FENCE.fullmatch(line_of(state, line))
    if not match or (match["fence"][0] == "`" and "`" in match["argument"]):
        return False
    if silent:
        return True
    last, closed = _last(state, match["fence"], line, end)
    name = match["name"].rpartition(":")[2]
    opening = state.push("directive_open", "div", 1)
    opening.map = [line, last]
    _opening_line(state, match, name, line)
    body = _options(state, line + 1, last)
    if name in _READ:
        _read_body(state, body, last)
    elif body < last:
        stays(state, body, last, is_left=name not in _CODE)
    if closed:
        stays(state, last, last + 1)
    state.push("directive_close", "div", -1)
    state.line = last + closed
    return True


def _last(state: StateBlock, fence: str, line: int, end: int) -> tuple[int, bool]:
    """The line behind the body, and whether that is its closing fence."""
    for number in range(line + 1, end):
        if not state.isEmpty(number) and state.sCount[number] < state.blkIndent:
            return number, False
        text = line_of(state, number)
        is_fence = text.startswith(fence) and not text.strip(fence[0])
        if is_fence and state.sCount[number] - state.blkIndent < 4:
            return number, True
    return end, False


def _opening_line(state: StateBlock, match: re.Match[str], name: str, line: int) -> None:
    has_text = name in _TITLED | _ADMONITIONS and match["argument"]
    stays(state, line, line + 1, [match["argument"]] if has_text else [])
    if has_text:
        start = state.bMarks[line] + state.tShift[line]
        role = "title" if name in _TITLED else "paragraph"
        first, behind = match.span("argument")
        text_in_mark(state, line, start + first, start + behind, role)


def _options(state: StateBlock, line: int, last: int) -> int:
    """Read a directive's options; tells where its body begins."""
    if line < last and line_of(state, line) == "---":
        lines = range(line + 1, last)
        closing = next((n for n in lines if line_of(state, n) == "---"), None)
        if closing is not None:
            stays(state, line, closing + 1)
            return closing + 1
    while line < last and (option := _OPTION.fullmatch(line_of(state, line))):
        value = option["value"] if option["name"] in _SHOWN_OPTIONS else ""
        stays(state, line, line + 1, [value] if value else [])
        if value:
            start = state.bMarks[line] + state.tShift[line]
            first, behind = option.span("value")
            text_in_mark(state, line, start + first, start + behind, "caption")
        line += 1
    return line


def _read_body(state: StateBlock, line: int, last: int) -> None:
    kept = state.lineMax, state.parentType
    state.lineMax, state.parentType = last, "container"
    state.md.block.tokenize(state, line, last)
    state.lineMax, state.parentType = kept
