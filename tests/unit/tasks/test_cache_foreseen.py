"""Which tokens are foreseen to be written to the cache, and which to be read."""

from __future__ import annotations

from domain.usage import TokenUsage
from engines.claude.caching import breakpoints
from engines.port import Caching, Question
from tasks.estimate.cache_foreseen import Planned, planned, together, usages
from tasks.estimate.calibration import TokenRule
from tasks.estimate.forecast import Foreseen

AT_ONCE = Caching(breakpoints, "cache_write_5m_tokens")
IN_BATCHES = Caching(breakpoints, "cache_write_1h_tokens", side_by_side=16, worth=40)


def request(stage: str = "translate", *ends: tuple[int, float], before: float = 1_500.0) -> Planned:
    return Planned(stage, ends, before, 40.0, turn=100.0, head=15.0, answer=50.0, frame=7.0)


def test_the_first_of_a_prefix_writes_and_the_others_read() -> None:
    """By messages, one request goes first for each prefix; all later ones read it."""
    asked = [request("translate", (1, 1_400.0)), request("translate", (2, 1_300.0))]

    found = list(usages([*asked, *asked], AT_ONCE))

    assert found == [
        TokenUsage(200, 0, 1_400, 0, 50),
        TokenUsage(300, 0, 1_300, 0, 50),
        TokenUsage(200, 1_400, 0, 0, 50),
        TokenUsage(300, 1_300, 0, 0, 50),
    ]


def test_a_job_s_own_prefix_is_written_on_top_of_the_shared_one() -> None:
    """Who reads the shorter prefix and is first with the longer writes only what is between."""
    shared, own = (1, 1_000.0), (2, 1_400.0)

    found = list(usages([request("t", shared), *[request("t", shared, own)] * 2], AT_ONCE))

    assert found == [
        TokenUsage(600, 0, 1_000, 0, 50),
        TokenUsage(200, 1_000, 400, 0, 50),
        TokenUsage(200, 1_400, 0, 0, 50),
    ]


def test_without_a_prefix_all_is_plain_input() -> None:
    """What is too short to be cached is billed as uncached."""
    assert [TokenUsage(1_600, 0, 0, 0, 50)] * 2 == list(usages([request()] * 2, AT_ONCE))


def test_where_nothing_is_cached_all_is_plain_input() -> None:
    """An engine whose cache costs nothing of its own is foreseen to be billed in full."""
    found = list(usages([request("translate", (1, 1_400.0))] * 2, None))

    assert [TokenUsage(1_600, 0, 0, 0, 50)] * 2 == found


def test_in_a_batch_those_that_begin_together_write() -> None:
    """Of a batch, the first sixteen requests of a prefix each write it, for an hour."""
    found = list(usages([request("translate", (1, 1_400.0))] * 50, IN_BATCHES))

    assert [TokenUsage(200, 0, 0, 1_400, 50)] * 16 == found[:16]
    assert [TokenUsage(200, 1_400, 0, 0, 50)] * 34 == found[16:]


def test_in_a_batch_what_few_share_is_not_cached() -> None:
    """A prefix that fewer than forty requests of a batch share has no breakpoint."""
    found = list(usages([request("translate", (1, 1_400.0))] * 39, IN_BATCHES))

    assert [TokenUsage(1_600, 0, 0, 0, 50)] * 39 == found


def test_a_question_is_planned_with_its_breakpoints() -> None:
    """The shared end of the system is a prefix where it reaches the model's minimum."""
    asked = Question(
        task="translate",
        model="claude-sonnet-5-5",
        system=("same" * 1_000, "pair" * 100),
        user="turn" * 10,
        schema={},
        max_tokens=1_000,
        prompt_version="p",
    )
    foreseen = Foreseen("translate", asked, quoted=7.0, answer=5.0)

    one = planned(foreseen, TokenRule(), AT_ONCE)
    off = planned(foreseen, TokenRule(), None)

    assert [1_101.0] == [tokens for _, tokens in one.ends]
    assert (1_101.0, 20.0, 5.0) == (one.before, one.turn, one.answer)
    assert off.ends == ()


def test_what_travels_together() -> None:
    """Prompt, head and frame are there once; what is each document's own, as often as it is."""
    joined = together([request("t", (1, 1_400.0))] * 3)

    assert (joined.stage, joined.ends) == ("t", ((1, 1_400.0),))
    assert joined.before == 1_500.0 + 2 * 40.0
    assert joined.turn == 100.0 + 2 * (100.0 - 15.0)
    assert joined.answer == 50.0 + 2 * (50.0 - 7.0)
    assert together([joined]) == joined
