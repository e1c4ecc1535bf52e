"""Front matter in TOML, between lines of `+++` at a document's start."""

from __future__ import annotations

import re
from functools import lru_cache

import tomlkit
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from tomlkit.exceptions import ParseError

from formats.markdown.syntax.marks import line_of

MARKUP = "+++"
_MARK = re.compile(r"\+{3}[ \t]*")


def with_toml_front_matter(parser: MarkdownIt) -> None:
    """Have a parser read it as a token `front_matter` whose markup is `+++`."""
    parser.block.ruler.before("table", "toml_front_matter", _front_matter)


@lru_cache(maxsize=8)
def is_toml(text: str) -> bool:
    """Whether a text is TOML that can be written back as it is."""
    try:
        return tomlkit.dumps(tomlkit.parse(text)) == text
    except (ParseError, ValueError, RecursionError):
        return False


def _front_matter(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    if line or silent or state.level or not _MARK.fullmatch(line_of(state, line)):
        return False
    lines = range(1, end)
    last = next((n for n in lines if _MARK.fullmatch(line_of(state, n))), None)
    if last is None:
        return False
    content = state.src[state.bMarks[1] : state.bMarks[last]]
    if not is_toml(content):
        return False
    token = state.push("front_matter", "", 0)
    token.markup = MARKUP
    token.content = content.removesuffix("\n")
    token.map = [0, last + 1]
    state.line = last + 1
    return True
