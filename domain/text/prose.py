"""A text as its reader sees it: without tags, each variable one character."""

from __future__ import annotations

from bisect import bisect_right

from domain.placeholders.markup import LINK_NAMES, Kind, Token, scan
from domain.placeholders.protection import UNPROTECTED, Protection

STAND_IN = "\N{OBJECT REPLACEMENT CHARACTER}"


class Prose:
    """The prose of a text, and the way back from it to the text.

    Sentence rules are made for prose: a tag between a full stop and the next word, or a full stop
    in a code span, would mislead them.

    Args:
        source: any text.
        protection: what is a variable in it beside those that are in any text.

    Attributes:
        text: without tags and Markdown's link brackets; a variable is one `STAND_IN`, a void
            element a space.
    """

    def __init__(self, source: str, protection: Protection = UNPROTECTED) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._at = [0]  # from each of these characters of the prose on …
        self._source_at = [0]  # … the source goes on from this one
        self._before_tags: dict[int, int] = {}
        self._link_starts: list[int] = []
        self._link_ends: list[int] = []
        self._link_depth = 0
        position = 0
        for token in scan(source, protection):
            self._add(source[position : token.start], position)
            self._add_token(token)
            position = token.end
        self._add(source[position:], position)
        self.text = "".join(self._parts)

    def _add(self, part: str, source_position: int) -> None:
        if part:
            self._parts.append(part)
            self._at.append(self._length)
            self._source_at.append(source_position)
            self._length += len(part)

    def _add_token(self, token: Token) -> None:
        if token.kind is Kind.VARIABLE:
            self._add(STAND_IN, token.start)
        elif token.kind is Kind.VOID:
            self._add(" ", token.start)
        elif token.kind is Kind.OPEN:
            self._before_tags.setdefault(self._length, token.start)
        if token.name in LINK_NAMES:
            self._add_link_bracket(token)

    def _add_link_bracket(self, token: Token) -> None:
        if token.kind is Kind.OPEN:
            if not self._link_depth:
                self._link_starts.append(token.start)
            self._link_depth += 1
        else:
            self._link_depth -= 1
            if not self._link_depth:
                self._link_ends.append(token.end)

    def cut(self, position: int) -> int | None:
        """Where to cut the source so that its prose is cut at `position`.

        Closing tags stay with what is before, opening tags with what follows. None within the text
        of a Markdown link, whose brackets belong together.
        """
        part = bisect_right(self._at, position) - 1
        place = self._source_at[part] + position - self._at[part]
        place = self._before_tags.get(position, place)
        link = bisect_right(self._link_starts, place) - 1
        if link >= 0 and self._link_starts[link] < place < self._link_ends[link]:
            return None
        return place
