"""The Markdown that is understood: CommonMark, tables, front matter and footnotes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

from domain.errors import DocumentError
from formats.markdown import containers
from formats.markdown.dialects import COMMONMARK, Dialect
from formats.markdown.mdx import rules as mdx_rules
from formats.markdown.syntax.constructs import read_with
from formats.markdown.syntax.metadata import PART
from formats.markdown.syntax.protection import with_protection
from formats.markdown.syntax.toml_front_matter import with_toml_front_matter

_DEEPEST = 100
"""How many levels are read, of which a list takes two; the parser stops reading a document where
it goes deeper."""
_CONTAINERS = ("blockquote_open", "list_item_open", "footnote_reference_open")


class _Reader(MarkdownIt):
    """Takes links to anywhere, as CommonMark does."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 - the parser's name
        return True


@cache
def _whole(dialect: Dialect) -> MarkdownIt:
    """Reads a dialect's blocks and what is inside of them."""
    return _parser(dialect)


@cache
def _blocks(dialect: Dialect) -> MarkdownIt:
    """Reads a dialect's blocks alone."""
    parser = _parser(dialect)
    parser.core.ruler.disable("inline")
    return parser


def _parser(dialect: Dialect) -> MarkdownIt:
    parser = _Reader("commonmark", {"maxNesting": _DEEPEST}).enable(["table", "strikethrough"])
    parser.use(front_matter_plugin)
    parser.use(containers.plugin)
    if dialect.mdx:
        parser.use(mdx_rules.plugin)
    # moved to the document's end, footnotes that nothing refers to would be dropped
    parser.use(footnote_plugin, inline=False, move_to_end=False)
    with_toml_front_matter(parser)
    read_with(parser, dialect.constructs)
    with_protection(parser, dialect.beside_mdx)
    return parser


# The library makes its tables of characters in addresses when it meets the first one; two threads
# that do so at once find them half made.
_parser(COMMONMARK).parse("<https://example.test/%20>")


def blocks(
    text: str, dialect: Dialect = COMMONMARK, *, is_part: bool = False
) -> tuple[list[Token], Mapping[str, Any]]:
    """The document's blocks and its link reference definitions by normalized label.

    What is inside the tokens of type `inline` is not looked at.

    Args:
        text: the document.
        dialect: that it is read in.
        is_part: whether it is a part that does not begin a document.
    """
    return _parsed(_blocks(dialect), text, {PART: True} if is_part else {})


def check_depth(tokens: Sequence[Token]) -> None:
    """See that the parser came to the document's end.

    Raises:
        DocumentError: blocks are nested so deep that what follows would be lost.
    """
    for token in tokens:
        if token.level >= _DEEPEST - 1 and token.type in _CONTAINERS and token.map:
            line = token.map[0] + 1
            raise DocumentError(f"line {line}: lists and quotes are nested too deep to be read")


def whole(text: str, dialect: Dialect = COMMONMARK) -> tuple[list[Token], Mapping[str, Any]]:
    """The same with each `inline` token's children."""
    return _parsed(_whole(dialect), text, {})


def _parsed(
    parser: MarkdownIt, text: str, environment: dict[str, Any]
) -> tuple[list[Token], Mapping[str, Any]]:
    tokens = parser.parse(text, environment)
    return tokens, environment.get("references", {})


def inline(text: str, dialect: Dialect = COMMONMARK) -> list[Token]:
    """The inline tokens of a text that stands for itself."""
    (token,) = _whole(dialect).parseInline(text)
    return token.children or []
