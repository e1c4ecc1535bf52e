"""The stages of a job, one by one, over a real lake and the simulator's HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import uuid_utils

from domain.errors import EngineError
from domain.segment import SegmentStatus
from domain.settings import Settings
from engines.claude.client import Claude
from engines.clock import SystemClock
from simulator.running import running
from simulator.script import read_script
from simulator.settings import SimulatorSettings
from storage.lake import Lake
from tasks.correction import correct, wants_correction
from tasks.desk import Desk, opened
from tasks.finalizing import finalize
from tasks.hand import JobInHand
from tasks.intake import FrontDesk, gather
from tasks.qa import assess
from tasks.supervisor import supervise
from tasks.translator import translate

Hands = Callable[..., AbstractAsyncContextManager[JobInHand]]

ERROR = """
[[rule]]
task = "assess"
match = "sentence"
event = "error"
severity = "major"
category = "accuracy/mistranslation"
explanation = "Another thing is said."
"""


@pytest.fixture
def in_hand(tmp_path: Path) -> Hands:
    """Gives a job in hand: a document, taken apart, with a simulator that follows a script."""

    @asynccontextmanager
    async def taken(
        text: str, script: str = "", *, name: str = "in.md", brief: bool = False
    ) -> AsyncIterator[JobInHand]:
        home = tmp_path / "home"
        document = tmp_path / name
        document.write_text(text)
        clock = SystemClock()
        Lake.create(home).close()
        front = FrontDesk(home, "ann", False, clock.now, lambda: str(uuid_utils.uuid7()))
        accepted = front.take(
            gather([document], None, {"source_lang": "en", "target_lang": ["de"]})
        ).accepted
        with running(SimulatorSettings(rules=read_script(script))) as url:
            environ = {"ANTHROPIC_API_KEY": "sk-sim-x", "ANTHROPIC_BASE_URL": url}
            engine = Claude(8, environ=environ, clock=clock, uniform=lambda: 0.0)
            async with opened(
                Settings(brief=brief),
                home,
                engine,
                run_id="run",
                outbox=tmp_path / "outbox",
                clock=clock,
                uniform=lambda: 0.0,
            ) as desk:
                hand = take(desk, accepted[0].job.job_id)
                await supervise(hand)
                yield hand

    return taken


def take(desk: Desk, job_id: str) -> JobInHand:
    """A job in this desk's hand."""
    fence = desk.leases.take(job_id, desk.run_id, desk.clock.now())
    assert fence is not None
    desk.lake.hold(job_id, fence)
    hand = JobInHand(desk, desk.lake.load(job_id))
    hand.job = replace(hand.job, attempt=1, attempt_open=True)
    return hand


def tasks_of(hand: JobInHand) -> list[tuple[str, str]]:
    """What was asked for the job, with what came of it, as the lake has it."""
    return [(c.task, c.outcome) for c in hand.desk.lake.load(hand.job.job_id).calls]


async def test_a_worse_correction_is_not_kept(in_hand: Hands) -> None:
    """A correction that scores no better leaves the version that was there."""
    script = ERROR + '[[rule]]\ntask = "correct"\nmatch = "sentence"\nevent = "keep_source"\n'
    async with in_hand("This is one whole sentence.\n", script) as hand:
        await translate(hand, 0)
        await assess(hand, 0)
        before = hand.segments[0]
        await correct(hand, 0)
        after = hand.segments[0]
    assert (before.qa_score, after.qa_score) == (80.0, 80.0)
    assert after.translation == before.translation
    assert (after.status, after.retry_count) == (SegmentStatus.QA_FAILED, 1)


async def test_a_better_correction_is_kept(in_hand: Hands) -> None:
    """A correction that scores better takes the place of the version before."""
    script = ERROR + "times = 1\n"
    script += '[[rule]]\ntask = "correct"\nmatch = "sentence"\nevent = "say"\ntext = "Ein Satz."\n'
    async with in_hand("This is one whole sentence.\n", script) as hand:
        await translate(hand, 0)
        await assess(hand, 0)
        await correct(hand, 0)
        after = hand.segments[0]
    assert (after.status, after.qa_score) == (SegmentStatus.QA_PASSED, 100.0)
    assert after.translation == "Ein Satz."


async def test_a_candidate_is_not_asked_for_again(in_hand: Hands) -> None:
    """A correction that was paid for before a kill is scored after it, not asked for again."""
    async with in_hand("This is one whole sentence.\n", ERROR + "times = 1\n") as hand:
        await translate(hand, 0)
        await assess(hand, 0)
        segment = hand.segments[0].to(SegmentStatus.CORRECTING, retry_count=1)
        await hand.commit(replace(segment, candidate="Ein Satz."))
        again = JobInHand(hand.desk, hand.desk.lake.load(hand.job.job_id))
        assert again.take_up() == []
        assert wants_correction(again, 0)
        await correct(again, 0)
        assert again.segments[0].translation == "Ein Satz."
        assert tasks_of(hand) == [("translate", "ok"), ("assess", "ok"), ("assess", "ok")]


async def test_lost_markup_is_quoted_once(in_hand: Hands) -> None:
    """A translation without its placeholder is corrected once, with both answers in the ledger."""
    script = '[[rule]]\ntask = "translate"\nmatch = "file"\nevent = "lose_placeholder"\n'
    async with in_hand("Open the file `a.txt` now.\n", script) as hand:
        await translate(hand, 0)
        assert hand.segments[0].status is SegmentStatus.TRANSLATED
        assert "`a.txt`" in (hand.segments[0].translation or "")
        assert tasks_of(hand) == [("translate", "markup"), ("correct", "ok")]


async def test_a_refusal_blocks(in_hand: Hands) -> None:
    """What the model refuses to translate is blocked at once, with the reason."""
    script = '[[rule]]\ntask = "translate"\nmatch = "sentence"\nevent = "refuse"\n'
    async with in_hand("This is one whole sentence.\n", script) as hand:
        await translate(hand, 0)
        assert hand.segments[0].status is SegmentStatus.BLOCKED
        assert "refused" in (hand.segments[0].error or "")
        assert tasks_of(hand) == [("translate", "refused")]


async def test_an_unscored_segment_has_no_score(in_hand: Hands) -> None:
    """A segment whose assessment is refused is `qa_failed` for good, without a score."""
    script = '[[rule]]\ntask = "assess"\nmatch = "sentence"\nevent = "refuse"\n'
    async with in_hand("This is one whole sentence.\n", script) as hand:
        await translate(hand, 0)
        await assess(hand, 0)
        await finalize(hand)
        segment = hand.segments[0]
        assert (segment.status, segment.qa_score) == (SegmentStatus.QA_FAILED, None)
        assert str(hand.job.status) == "needs_review"


async def test_a_broken_document_is_blocked_without_a_score(in_hand: Hands) -> None:
    """A translation that breaks the document stays out of it, and its score with it."""
    async with in_hand("The first one is here. The second one is here.\n") as hand:
        for number, text in enumerate(["Eins [ist hier.", "Zwei](http://a.test) ist hier."]):
            await translate(hand, number)
            await assess(hand, number)
            hand.segments[number] = replace(hand.segments[number], translation=text)
        await finalize(hand)
        ends = [(s.status, s.translation, s.qa_score) for s in hand.segments.values()]
        assert ends == [
            (SegmentStatus.DONE, "Eins [ist hier.", 100.0),
            (SegmentStatus.BLOCKED, None, None),
        ]
        output = hand.desk.documents.get(hand.job.output or "")
        assert output == b"Eins [ist hier. The second one is here.\n"


async def test_untranslated_text_is_not_assessed(in_hand: Hands) -> None:
    """Where code knows that a text was left in its language, no model is asked."""
    script = '[[rule]]\ntask = "translate"\nmatch = "sentence"\nevent = "keep_source"\n'
    async with in_hand("This is one whole sentence of some length.\n", script) as hand:
        await translate(hand, 0)
        await assess(hand, 0)
        assert hand.segments[0].qa_score == 0.0
        assert tasks_of(hand) == [("translate", "ok")]


async def test_a_truncated_answer_gets_more_room(in_hand: Hands) -> None:
    """An answer that ran out of room is asked for again; what it used is in the ledger."""
    script = '[[rule]]\ntask = "translate"\nmatch = "sentence"\nevent = "truncate"\ntimes = 1\n'
    async with in_hand("This is one whole sentence.\n", script) as hand:
        await translate(hand, 0)
        assert tasks_of(hand) == [("translate", "truncated"), ("translate", "ok")]
        assert hand.usage.output_tokens > 0


async def test_a_wrong_key_halts(in_hand: Hands) -> None:
    """When nothing can be asked at all, segments stay open and nothing more enters the ledger."""
    script = '[[rule]]\ntask = "translate"\nmatch = "sentence"\nevent = "status"\nstatus = 401\n'
    async with in_hand("This is one whole sentence. And this is the next one.\n", script) as hand:
        with pytest.raises(EngineError):
            await translate(hand, 0)
        assert hand.desk.halted is not None
        assert hand.segments[0].status is SegmentStatus.PROCESSING
        with pytest.raises(EngineError):
            await translate(hand, 1)
        await hand.desk.lake.settle()
        assert tasks_of(hand) == [("translate", "authentication_error")]


async def test_the_brief_is_asked_once(in_hand: Hands) -> None:
    """A brief goes into the job's prompts, and a second supervisor does not ask for it again."""
    async with in_hand("This is one whole sentence.\n", brief=True) as hand:
        again = JobInHand(hand.desk, hand.desk.lake.load(hand.job.job_id))
        await supervise(again)
        assert again.brief is not None
        assert tasks_of(hand) == [("brief", "ok")]
