"""The Markdown that is understood: CommonMark, tables, front matter and footnotes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    parser.use(front_matter_plugin)
    # moved to the document's end, footnotes that nothing refers to would be dropped
    return parser.use(footnote_plugin, inline=False, move_to_end=False)


_WHOLE = _parser()
_BLOCKS = _parser()
_BLOCKS.core.ruler.disable("inline")


def blocks(text: str) -> list[Token]:
    """The document's block tokens; what is inside `inline` tokens is not looked at."""
    return _BLOCKS.parse(text)


def whole(text: str) -> tuple[list[Token], Mapping[str, Any]]:
    """The document's tokens, and its link reference definitions by label."""
    environment: dict[str, Any] = {}
    tokens = _WHOLE.parse(text, environment)
    return tokens, environment.get("references", {})


def inline(text: str) -> list[Token]:
    """The inline tokens of a text that stands for itself."""
    (token,) = _WHOLE.parseInline(text)
    return token.children or []
