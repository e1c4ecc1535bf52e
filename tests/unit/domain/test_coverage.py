"""What of a document is translated and what is left, in words."""

from __future__ import annotations

import pytest

from domain.document.coverage import Coverage, Left, LeftReason, left_in_words, words_left
from domain.document.plan import Unit, plan


def test_words_are_counted_by_the_reason() -> None:
    """Kept units, those that `paths` leaves out, and what a format hands out no units for."""
    units = [
        Unit("Open the valve.", path="a.title"),
        Unit("not for readers", path="b.internal"),
        Unit("Open", path="c.title", kept="formulas"),
        Unit("Closed", path="d.internal", kept="formulas"),
    ]
    unasked = plan(units, "en", "de", ["*.title"]).unasked
    left = [
        Left(LeftReason.CODE, "let x = 1"),
        Left(LeftReason.NOT_UNDERSTOOD, "Two words"),
        Left(LeftReason.NOT_UNDERSTOOD, "and three more"),
    ]
    assert words_left(unasked, left) == {
        LeftReason.CODE: 3,
        LeftReason.COMPUTED: 0,
        LeftReason.KEPT: 1,
        LeftReason.EXCLUDED: 4,
        LeftReason.NOT_UNDERSTOOD: 5,
    }


@pytest.mark.parametrize(
    ("missed", "share", "is_patchy"), [(0, 0.0, False), (2, 0.02, False), (3, 3 / 101, True)]
)
def test_a_document_is_patchy_above_two_per_cent(
    missed: int, share: float, is_patchy: bool
) -> None:
    """Code is no prose: only what is offered and what was not understood counts."""
    left = {LeftReason.CODE: 500, LeftReason.NOT_UNDERSTOOD: missed}
    coverage = Coverage(98, left)
    assert coverage.not_understood == share
    assert coverage.is_patchy is is_patchy
    assert coverage.seen == 598 + missed


def test_in_words() -> None:
    """Only reasons that have words are told."""
    left = dict.fromkeys(LeftReason, 0)
    assert left_in_words(left) == "nothing"
    left |= {LeftReason.CODE: 1204, LeftReason.NOT_UNDERSTOOD: 3}
    assert left_in_words(left) == "1,204 words of code, 3 not understood"
    assert left_in_words({LeftReason.KEPT: 1}) == "1 word kept"
