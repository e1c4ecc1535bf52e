"""Metadata at the start of a page of MkDocs: lines of `Word: …`, up to the first other one.

MkDocs and Python-Markdown's extension take them off any page without front matter in YAML, also
where they are meant as text.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

from formats.markdown.syntax.marks import line_of, stays, text_in_mark

PART = "part"
"""In a parser's environment: that a text is a part of a document, and does not begin one."""
_LINE = re.compile(r"(?P<key>[A-Za-z0-9_-]+):\s*(?P<value>.*)")
_SHOWN = frozenset({"title", "subtitle", "description", "summary"})


def with_metadata(parser: MarkdownIt) -> None:
    """Have a parser read such lines at a document's start as lines that stay."""
    parser.block.ruler.before("table", "metadata", _metadata)


def without_metadata(text: str) -> str:
    """A text that can begin a page: the colon of a first `Word:` is a character reference."""
    match = _LINE.match(text)
    return f"{match['key']}&#58;{text[match.end('key') + 1 :]}" if match else text


def _metadata(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    if silent or line or state.level or state.env.get(PART) or not _is_metadata(state, 0):
        return False
    while state.line < end and _is_metadata(state, state.line):
        _read_line(state, state.line)
    return True


def _is_metadata(state: StateBlock, line: int) -> bool:
    if state.isEmpty(line) or state.sCount[line] > 3:
        return line > 0 and not state.isEmpty(line)
    return _LINE.fullmatch(line_of(state, line)) is not None


def _read_line(state: StateBlock, line: int) -> None:
    match = _LINE.fullmatch(line_of(state, line))
    shown = match is not None and match["key"].lower() in _SHOWN and state.sCount[line] < 4
    value = match["value"] if match and shown else ""
    stays(state, line, line + 1, [value] if value else [])
    if match and value:
        start = state.bMarks[line] + state.tShift[line] + match.start("value")
        text_in_mark(state, line, start, start + len(value), "title")
    state.line = line + 1
