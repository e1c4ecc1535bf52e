"""The Markdown that is understood: CommonMark, tables, front matter and footnotes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

from domain.errors import DocumentError

_DEEPEST = 100
"""How many levels are read, of which a list takes two; the parser stops reading a document where
it goes deeper."""
_CONTAINERS = ("blockquote_open", "list_item_open", "footnote_reference_open")


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": _DEEPEST}).enable(["table", "strikethrough"])
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


def check_depth(tokens: Sequence[Token]) -> None:
    """See that the parser came to the document's end.

    Raises:
        DocumentError: blocks are nested so deep that what follows would be lost.
    """
    for token in tokens:
        if token.level >= _DEEPEST - 1 and token.type in _CONTAINERS and token.map:
            line = token.map[0] + 1
            raise DocumentError(f"line {line}: lists and quotes are nested too deep to be read")


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
