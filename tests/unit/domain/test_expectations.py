"""What answers are expected to come to."""

from __future__ import annotations

import pytest

from domain.requests.expectations import REHEARSAL, Due, Expectation, Experience, expected, learned


@pytest.mark.parametrize(
    ("source", "target", "expansion"),
    [
        ("en", "en-GB", 1.0),
        ("en", "de", 1.4),
        ("de", "en", 1 / 1.4),
        ("de", "fr", 1.0),
        ("en", "zh", 1.5),
        ("en", "zh-TW", 1.7),
        ("en", "th", 2.2),
        ("en", "sr-Latn", 1.4),
    ],
)
def test_a_translation_is_expected_as_long_as_its_script_makes_it(
    source: str, target: str, expansion: float
) -> None:
    """What no night has told is guessed from the scripts of both languages."""
    assert expansion == expected(source, target).expansion


def test_experience_counts_for_more_than_a_guess() -> None:
    """Expansion, corrections, findings and repeats are those of earlier nights, summed up."""
    first = Experience(1_000, 1_200, 60, 3, 1, 60, 300, 12, 10)
    second = Experience(1_000, 1_300, 40, 2, 1, 40, 100, 10, 10)

    assert Expectation(
        expansion=1.25, corrections=0.05, findings=4.0, together=2.5, repeats=1.1, segments=100
    ) == learned(expected("en", "de"), first + second)


def test_little_experience_leaves_the_guess() -> None:
    """A handful of segments says nothing of a night."""
    few = Experience(1_000, 5_000, 49, 49, 9, 49, 4_900, 98, 98)

    assert REHEARSAL == learned(REHEARSAL, few)


def test_without_assessments_their_findings_stay_a_guess() -> None:
    """What was not asked yet is still guessed."""
    guess = expected("en", "de")

    assert guess.findings == learned(guess, Experience(100, 100, 100)).findings


@pytest.mark.parametrize(
    ("share", "due"),
    [(0.0, [0] * 8), (0.25, [0, 1, 0, 0, 0, 1, 0, 0]), (1.5, [2, 1, 2, 1, 2, 1, 2, 1])],
)
def test_a_share_is_spread_evenly(share: float, due: list[int]) -> None:
    """What comes due is spread over all things, and its sum is the share of them."""
    spread = Due()

    assert due == [spread.add(share) for _ in range(8)]
