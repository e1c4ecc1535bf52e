"""A model that assesses is believed once it has told planted errors from right translations."""

from __future__ import annotations

from random import Random

import pytest

from domain.judge.verdict import Tally, still_needed, verdict

DRAWS = 1_000


def pairs(random: Random, finds: float, alarms: float, size: int) -> Tally:
    """What a model makes of some pairs that finds and alarms by chance."""
    found = [random.random() < finds for _ in range(size)]
    alarmed = [random.random() < alarms for _ in range(size)]
    both = list(zip(found, alarmed, strict=True))
    return Tally(
        size,
        sum(found),
        size,
        sum(alarmed),
        both.count((True, False)),
        both.count((False, False)),
        both.count((False, True)),
    )


def judged(random: Random, finds: float, alarms: float, size: int) -> bool:
    """The verdict on such a model, however many pairs it takes."""
    total = Tally()
    while (said := verdict([total])) is None:  # as undecided as all sums before
        total += pairs(random, finds, alarms, size)
    return said


@pytest.mark.parametrize("size", [1, 8])
@pytest.mark.parametrize("alarms", [0.0, 0.1, 0.3])
def test_one_that_finds_four_in_five_is_believed(alarms: float, size: int) -> None:
    """One that finds 80 % of planted errors is stopped in fewer than 1 % of 1,000 draws."""
    random = Random(21)
    stopped = sum(not judged(random, 0.8, alarms, size) for _ in range(DRAWS))
    assert stopped < DRAWS / 100


@pytest.mark.parametrize("size", [1, 8])
@pytest.mark.parametrize("chance", [0.1, 0.5, 0.7, 0.9])
def test_a_coin_is_not_believed(chance: float, size: int) -> None:
    """One that calls right and wrong alike by chance passes in fewer than 1 % of 1,000 draws."""
    random = Random(21)
    passed = sum(judged(random, chance, chance, size) for _ in range(DRAWS))
    assert passed < DRAWS / 100


@pytest.mark.parametrize(
    ("each", "said"),
    [
        (Tally(plants=1, found=1, controls=1, told=1), True),
        (Tally(plants=1, found=0, controls=1, passed=1), False),
        (Tally(plants=1, found=1, controls=1, alarms=1), False),
        (Tally(plants=1, found=0, controls=1, alarms=1, reversed=1), False),
    ],
    ids=["finds all", "marks nothing", "marks everything", "marks the right ones"],
)
def test_those_that_do_the_same_always(each: Tally, said: bool) -> None:
    """Who tells all is believed, and who marks nothing, everything or the wrong ones is not."""
    assert verdict([each] * 200) is said


def test_nothing_is_said_of_few() -> None:
    """Of fewer than eight planted errors nothing is said; fourteen that are all told suffice."""
    missed = Tally(plants=7, controls=7, passed=7)
    told = Tally(plants=13, found=13, controls=13, told=13)

    assert verdict([]) is verdict([missed]) is verdict([told]) is None
    assert verdict([missed, Tally(plants=1, controls=1, passed=1)]) is False
    assert (still_needed(Tally()), still_needed(told)) == (14, 1)


def test_what_decided_first_counts() -> None:
    """What comes to be known later changes no verdict."""
    good = Tally(plants=20, found=20, controls=20, told=20)
    bad = Tally(plants=90, controls=90, passed=90)
    assert (verdict([good, bad]), verdict([bad, good])) == (True, False)


def test_a_bad_translator_takes_no_honest_judge_down() -> None:
    """Where every other translation is wrong, and called so, the others tell of the judge."""
    both = Tally(plants=14, found=14, controls=14, alarms=14)
    told = Tally(plants=14, found=14, controls=14, told=14)
    assert verdict([both, told]) is True
