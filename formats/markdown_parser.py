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
# The library makes its tables of characters in addresses when it meets the first one; two threads
# that do so at once find them half made.
_WHOLE.parse("<https://example.test/%20>")


def blocks(text: str) -> tuple[list[Token], Mapping[str, Any]]:
    """The document's blocks and its link reference definitions by normalized label.

    What is inside the tokens of type `inline` is not looked at.
    """
    return _parsed(_BLOCKS, text)


def whole(text: str) -> tuple[list[Token], Mapping[str, Any]]:
    """The same with each `inline` token's children."""
    return _parsed(_WHOLE, text)


def _parsed(parser: MarkdownIt, text: str) -> tuple[list[Token], Mapping[str, Any]]:
    environment: dict[str, Any] = {}
    tokens = parser.parse(text, environment)
    return tokens, environment.get("references", {})


def inline(text: str) -> list[Token]:
    """The inline tokens of a text that stands for itself."""
    (token,) = _WHOLE.parseInline(text)
    return token.children or []
