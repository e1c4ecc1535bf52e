"""What of a Markdown document is offered to nobody: code, and text that could not be placed."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Protocol

from markdown_it.token import Token

from domain.document.coverage import Left, LeftReason
from formats.common.prose import has_prose
from formats.html import format as html
from formats.markdown.atoms import without
from formats.markdown.blocks import rows_of
from formats.markdown.dialects import COMMONMARK, Dialect
from formats.markdown.syntax.marks import LEFT, MARK

_CODE = ("fence", "code_block")


class _Stretch(Protocol):
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


def left(
    text: str, tokens: Sequence[Token], regions: Sequence[_Stretch], dialect: Dialect = COMMONMARK
) -> Iterator[Left]:
    """The texts of blocks of which no part is offered.

    Args:
        text: the document.
        tokens: its blocks.
        regions: what is offered of it, in order.
        dialect: that it was read in.
    """
    rows = rows_of(text)
    ends = [region.end for region in regions]
    for token in tokens:
        found = _text_of(token, dialect)
        if found is None or token.map is None:
            continue
        # The line that opens a fence may have a title, which is offered.
        start = min(token.map[0] + (token.type == "fence"), len(rows) - 1)
        # The parser gives terms of definition lists no line of their own but where they begin.
        final = min(max(token.map[1] - 1, start), len(rows) - 1)
        first, last = rows[start][0], rows[final][1]
        nearest = bisect_left(ends, first + 1)
        if nearest == len(ends) or regions[nearest].start >= last:
            yield found


def _text_of(token: Token, dialect: Dialect) -> Left | None:
    """A block's text, and why it is left where it is not offered; None where it has none."""
    if token.type in _CODE:
        return Left(LeftReason.CODE, token.content)
    if token.type == "html_block":
        texts = [place.unit.text for place in html.places(token.content)]
        return Left(LeftReason.NOT_UNDERSTOOD, "\n".join(texts)) if texts else None
    if token.type == MARK and token.meta.get(LEFT) and has_prose(token.content):
        return Left(LeftReason.NOT_UNDERSTOOD, token.content)
    if token.type == "inline" and has_prose(without(token.content, dialect)):
        return Left(LeftReason.NOT_UNDERSTOOD, token.content)
    return None
