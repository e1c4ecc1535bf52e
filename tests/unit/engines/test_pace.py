"""When the next request may go."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from engines.limits.adaptive_concurrency import AdaptiveConcurrency


def whole() -> float:
    """The random number that makes a delay longest."""
    return 1.0


def rounds(pace: AdaptiveConcurrency, now: float, count: int) -> list[int]:
    """How many go at once, again and again, when all that went are answered together."""
    sizes = []
    for _ in range(count):
        eras = []
        while pace.wait(now) == 0.0:
            eras.append(pace.sent())
        sizes.append(len(eras))
        for era in eras:
            pace.answered(era)
            pace.back(era)
    return sizes


def test_start() -> None:
    """Two requests go first, and each answer lets two follow, up to the widest."""
    assert rounds(AdaptiveConcurrency(12), 0.0, 5) == [2, 4, 8, 12, 12]


def test_widest() -> None:
    """As many requests as allowed go at once, and the next waits until one is back."""
    pace = AdaptiveConcurrency(2)
    era = pace.sent()
    pace.sent()
    assert pace.wait(0.0) is None
    pace.back(era)
    assert pace.wait(0.0) == 0.0


def test_widen() -> None:
    """Where the limits are known, nothing has to be found out gradually."""
    pace = AdaptiveConcurrency(12)
    pace.widen()
    assert rounds(pace, 0.0, 1) == [12]


def test_retry_after_is_honoured() -> None:
    """A refusal holds everyone back for as long as the engine asked."""
    pace = AdaptiveConcurrency(64)
    pace.refused(pace.sent(), 100.0, 7.0, whole)
    assert [pace.wait(100.0), pace.wait(106.0), pace.wait(107.0)] == [7.0, 1.0, 0.0]


def test_together_count_once() -> None:
    """Many requests refused at once are one hold, not one each."""
    pace = AdaptiveConcurrency(64)
    eras = [pace.sent() for _ in range(64)]
    for era in eras:
        pace.refused(era, 0.0, None, whole)
        pace.back(era)
    assert [pace.strikes, pace.closed_until] == [1, 1.0]


def test_later_word_extends() -> None:
    """Of refusals that belong together the longest `retry-after` counts, and none shortens it."""
    pace = AdaptiveConcurrency(64)
    eras = [pace.sent() for _ in range(3)]
    for era, after in zip(eras, (5.0, 9.0, 1.0), strict=True):
        pace.refused(era, 0.0, after, whole)
    assert [pace.strikes, pace.closed_until] == [1, 9.0]


def test_hold_is_capped() -> None:
    """No word of an engine's holds a night for more than five minutes."""
    pace = AdaptiveConcurrency(64)
    pace.refused(pace.sent(), 0.0, 86_400.0, whole)
    assert pace.wait(0.0) == 300.0


def test_silent_refusals_back_off() -> None:
    """Refusals without a word are waited out longer each time, until an answer comes."""
    pace = AdaptiveConcurrency(64)
    waits = []
    for _ in range(3):
        now = pace.closed_until
        pace.refused(pace.sent(), now, None, whole)
        waits.append(pace.wait(now))
    pace.answered(pace.sent())
    now = pace.closed_until
    pace.refused(pace.era, now, None, whole)
    waits.append(pace.wait(now))
    assert waits == [1.0, 2.0, 4.0, 1.0]


def test_no_luck_skips_a_hold() -> None:
    """A hold lasts at least a quarter of a second, whatever the dice say."""
    pace = AdaptiveConcurrency(64)
    pace.refused(pace.sent(), 0.0, None, lambda: 0.0)
    assert pace.wait(0.0) == 0.25


def test_gradual_release() -> None:
    """After a hold of an engine that takes nothing one request goes, then gradually more."""
    pace = AdaptiveConcurrency(8)
    pace.refused(pace.sent(), 0.0, 1.0, whole)
    assert rounds(pace, 1.0, 5) == [1, 2, 4, 8, 8]


def test_few_refusals_cost_little() -> None:
    """After a hold the width falls by the share of requests that were refused of late."""
    pace = AdaptiveConcurrency(64)
    pace.widen()
    eras = [pace.sent() for _ in range(64)]
    for era in eras[1:]:
        pace.answered(era)
    pace.refused(eras[0], 0.0, 1.0, whole)
    assert rounds(pace, 1.0, 1) == [60]


def test_answers_from_before_a_hold() -> None:
    """An answer to what was sent before the trouble began does not shorten the next hold."""
    pace = AdaptiveConcurrency(8)
    first, late = pace.sent(), pace.sent()
    pace.refused(first, 0.0, None, whole)
    pace.answered(late)
    pace.refused(pace.sent(), 1.0, None, whole)
    assert pace.closed_until == 3.0


def test_answers_within_the_trouble() -> None:
    """An answer to what was sent since the trouble began ends the row of strikes."""
    pace = AdaptiveConcurrency(8)
    pace.refused(pace.sent(), 0.0, None, whole)
    taken = pace.sent()
    pace.refused(pace.sent(), 1.0, None, whole)
    pace.answered(taken)
    pace.refused(pace.sent(), 3.0, None, whole)
    assert pace.closed_until == 4.0


def test_an_engine_that_is_away() -> None:
    """Faults without an answer in between hold ever longer, and one request at a time goes."""
    pace = AdaptiveConcurrency(8)
    pace.widen()
    pace.failed(pace.sent(), 0.0, None, whole)
    pace.back(pace.era)
    now, waits = 0.0, []
    for _ in range(5):
        assert rounds_sent(pace, now) == (8 if not waits else 1)
        pace.failed(pace.era, now, None, whole)
        waits.append(pace.wait(now))
        now = pace.closed_until
    assert waits == [1.0, 3.0, 9.0, 36.0, 36.0]
    assert rounds(pace, now, 4) == [1, 2, 4, 8]


def test_a_hiccup() -> None:
    """A single fault among answers holds nobody, but where the engine asks for it."""
    pace = AdaptiveConcurrency(64)
    pace.widen()
    for _ in range(3):
        pace.failed(pace.sent(), 0.0, None, whole)
        pace.answered(pace.sent())
    assert pace.wait(0.0) == 0.0
    pace.failed(pace.sent(), 0.0, 5.0, whole)
    assert pace.wait(0.0) == 5.0


def one_out_beside_faults() -> tuple[AdaptiveConcurrency, int]:
    """A pace of 64 of which 61 were answered, then two failed; and the era of the one left."""
    pace = AdaptiveConcurrency(64)
    pace.widen()
    eras = [pace.sent() for _ in range(64)]
    for era in eras[3:]:
        pace.answered(era)
    pace.failed(eras[0], 0.0, None, whole)
    pace.failed(eras[1], 0.0, None, whole)
    return pace, eras[2]


def test_a_fault_while_others_are_answered() -> None:
    """As long as something is answered meanwhile, faults narrow nothing but by their share."""
    pace, era = one_out_beside_faults()
    pace.answered(era)
    assert rounds(pace, 1.0, 1) == [56]


def test_an_answer_ends_the_probing() -> None:
    """An answer to what was sent before the first fault shows that the engine is not away."""
    pace, era = one_out_beside_faults()
    assert rounds_sent(pace, 1.0) == 1
    pace.answered(era)
    assert rounds_sent(pace, 1.0) > 50


def rounds_sent(pace: AdaptiveConcurrency, now: float) -> int:
    """How many go at once."""
    count = 0
    while pace.wait(now) == 0.0:
        pace.sent()
        count += 1
    return count


@settings(max_examples=100)
@given(
    st.lists(st.sampled_from(["send", "answer", "refuse", "fail", "lose", "later"]), max_size=60)
)
def test_never_stuck(steps: list[str]) -> None:
    """Whatever happens, once all are back and time has passed a request may go."""
    pace, now, under_way = AdaptiveConcurrency(4), 0.0, []
    for step in steps:
        if step == "later":
            now += 0.7
        elif step == "send":
            if pace.wait(now) == 0.0:
                under_way.append(pace.sent())
        elif under_way:
            era = under_way.pop(0)
            if step == "answer":
                pace.answered(era)
            if step == "refuse":
                pace.refused(era, now, None, whole)
            if step == "fail":
                pace.failed(era, now, None, whole)
            pace.back(era)
        assert 0 <= pace.under_way <= pace.width <= 4
    for era in under_way:
        pace.back(era)
    assert pace.wait(now + 61.0) == 0.0
