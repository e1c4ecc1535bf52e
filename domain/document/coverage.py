"""What of a document is translated, and what is left as it is, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from domain.document.plan import Unit
from domain.text.words import count_words

NOT_UNDERSTOOD_SHARE = 0.02
"""Share of a document's prose above which people are told that it was not understood."""


class LeftReason(StrEnum):
    """Why words of a document stay as they are.

    `code` is code; `computed` is written by a program from something else, such as a field or the
    names in a chart; `kept` would change what the document does, says itself that it stays, or is
    what people say about the document; `excluded` is what `paths` leaves out; `not_understood` is
    prose that could not be offered.
    """

    CODE = "code"
    COMPUTED = "computed"
    KEPT = "kept"
    EXCLUDED = "excluded"
    NOT_UNDERSTOOD = "not_understood"


_PHRASES = {
    LeftReason.CODE: "of code",
    LeftReason.COMPUTED: "that a program writes",
    LeftReason.KEPT: "kept",
    LeftReason.EXCLUDED: "left out by `paths`",
    LeftReason.NOT_UNDERSTOOD: "not understood",
}


def left_in_words(left: Mapping[LeftReason, int]) -> str:
    """Words that stay as they are, for people: `1,204 words of code, 3 not understood`."""
    told = [f"{words:,} {_PHRASES[reason]}" for reason, words in left.items() if words]
    if not told:
        return "nothing"
    first, _, rest = told[0].partition(" ")
    return ", ".join((f"{first} {'word' if first == '1' else 'words'} {rest}", *told[1:]))


class Left(NamedTuple):
    """A text that a format leaves as it is."""

    reason: LeftReason
    text: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """The words of one document, or of several.

    Attributes:
        offered: words that are translated, by UAX #29.
        left: words that stay as they are, by the reason; those of which there are none may lack.
    """

    offered: int
    left: Mapping[LeftReason, int]

    @property
    def seen(self) -> int:
        """All words."""
        return self.offered + sum(self.left.values())

    @property
    def not_understood(self) -> float:
        """Share of the prose that was not understood, 0 to 1; prose is that and what is offered."""
        missed = self.left.get(LeftReason.NOT_UNDERSTOOD, 0)
        return missed / (missed + self.offered) if missed else 0.0

    @property
    def is_patchy(self) -> bool:
        """Whether so much was not understood that people are told."""
        return self.not_understood > NOT_UNDERSTOOD_SHARE


def words_left(unasked: Iterable[Unit], left: Iterable[Left]) -> dict[LeftReason, int]:
    """Words that stay as they are, by the reason.

    Args:
        unasked: units that are not translated: kept ones, and such as `paths` leaves out.
        left: what the format hands out no units for.
    """
    words = dict.fromkeys(LeftReason, 0)
    for unit in unasked:
        words[LeftReason.KEPT if unit.kept else LeftReason.EXCLUDED] += count_words(unit.text)
    for one in left:
        words[one.reason] += count_words(one.text)
    return words
