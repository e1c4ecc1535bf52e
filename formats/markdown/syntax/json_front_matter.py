"""Front matter in JSON, an object at a document's start, as Hugo reads it."""

from __future__ import annotations

import json
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

from formats.markdown.syntax.marks import line_of

MARKUP = "{"


def with_json_front_matter(parser: MarkdownIt) -> None:
    """Have a parser read it as a token `front_matter` whose markup is `{`."""
    parser.block.ruler.before("table", "json_front_matter", _front_matter)


@lru_cache(maxsize=8)
def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


def _front_matter(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    if line or silent or state.level or line_of(state, 0) != "{":
        return False
    last = next((n for n in range(1, end) if state.src[state.bMarks[n] :][:1] == "}"), None)
    if last is None or line_of(state, last) != "}":
        return False
    content = state.src[state.bMarks[0] : state.eMarks[last]]
    if not _is_object(content):
        return False
    token = state.push("front_matter", "", 0)
    token.markup = MARKUP
    token.content = content
    token.map = [0, last + 1]
    state.line = last + 1
    return True
