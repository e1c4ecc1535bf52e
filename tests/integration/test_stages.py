"""The stages of a job, one by one, over a real lake and the simulator's HTTP."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from prefect.logging import disable_run_logger

from domain.errors import EngineError, LakeError
from domain.job.job import JobStatus
from domain.job.segment import SegmentStatus
from flows.job_group.letting_go import let_go
from tasks.correction import CORRECTION, wants_correction
from tasks.finalizing import finalize
from tasks.qa import QA
from tasks.session.job_session import JobSession
from tasks.supervisor import supervise
from tasks.translator import TRANSLATOR
from tests.integration.conftest import Sessions, take_through

ERROR = """
[[rule]]
task = "assess"
match = "sentence"
event = "error"
severity = "major"
category = "accuracy/mistranslation"
explanation = "Another thing is said."
"""


def tasks_of(session: JobSession) -> list[tuple[str, str]]:
    """What was asked for the job, with what came of it, as the lake has it."""
    return [(c.task, c.outcome) for c in session.run.lake.load(session.job.job_id).calls]


async def test_a_worse_correction_is_not_kept(in_session: Sessions) -> None:
    """A correction that scores no better leaves the version that was there."""
    script = ERROR + '[[rule]]\ntask = "correct"\nmatch = "sentence"\nevent = "keep_source"\n'
    async with in_session("This is one whole sentence.\n", script) as session:
        await take_through(TRANSLATOR, session, 0)
        await take_through(QA, session, 0)
        before = session.segments[0]
        await take_through(CORRECTION, session, 0)
        after = session.segments[0]
    assert (before.qa_score, after.qa_score) == (80.0, 80.0)
    assert after.translation == before.translation
    assert (after.status, after.retry_count) == (SegmentStatus.QA_FAILED, 1)


async def test_a_better_correction_is_kept(in_session: Sessions) -> None:
    """A correction that scores better takes the place of the version before."""
    script = ERROR + "times = 1\n"
    script += '[[rule]]\ntask = "correct"\nmatch = "sentence"\nevent = "say"\ntext = "Ein Satz."\n'
    async with in_session("This is one whole sentence.\n", script) as session:
        await take_through(TRANSLATOR, session, 0)
        await take_through(QA, session, 0)
        await take_through(CORRECTION, session, 0)
        after = session.segments[0]
    assert (after.status, after.qa_score) == (SegmentStatus.QA_PASSED, 100.0)
    assert after.translation == "Ein Satz."


async def test_a_candidate_is_not_asked_for_again(in_session: Sessions) -> None:
    """A correction that was paid for before a kill is scored after it, not asked for again."""
    async with in_session("This is one whole sentence.\n", ERROR + "times = 1\n") as session:
        await take_through(TRANSLATOR, session, 0)
        await take_through(QA, session, 0)
        segment = session.segments[0].to(SegmentStatus.CORRECTING, retry_count=1)
        await session.commit(replace(segment, candidate="Ein Satz."))
        again = JobSession(session.run, session.run.lake.load(session.job.job_id))
        assert again.take_up() == []
        assert wants_correction(again, 0)
        await take_through(CORRECTION, again, 0)
        assert again.segments[0].translation == "Ein Satz."
        assert tasks_of(session) == [("translate", "ok"), ("assess", "ok"), ("assess", "ok")]


async def test_lost_markup_is_quoted_once(in_session: Sessions) -> None:
    """A translation without its placeholder is corrected once, with both answers in the ledger."""
    script = '[[rule]]\ntask = "translate"\nmatch = "file"\nevent = "lose_placeholder"\n'
    async with in_session("Open the file `a.txt` now.\n", script) as session:
        await take_through(TRANSLATOR, session, 0)
        assert session.segments[0].status is SegmentStatus.TRANSLATED
        assert "`a.txt`" in (session.segments[0].translation or "")
        assert tasks_of(session) == [("translate", "markup"), ("correct", "ok")]


async def test_a_refusal_blocks(in_session: Sessions) -> None:
    """What the model refuses to translate is blocked at once, with the reason."""
    script = '[[rule]]\ntask = "translate"\nmatch = "sentence"\nevent = "refuse"\n'
    async with in_session("This is one whole sentence.\n", script) as session:
        await take_through(TRANSLATOR, session, 0)
        assert session.segments[0].status is SegmentStatus.BLOCKED
        assert "refused" in (session.segments[0].error or "")
        assert tasks_of(session) == [("translate", "refused")]


async def test_an_unscored_segment_has_no_score(in_session: Sessions) -> None:
    """A segment whose assessment is refused is `qa_failed` for good, without a score."""
    script = '[[rule]]\ntask = "assess"\nmatch = "sentence"\nevent = "refuse"\n'
    async with in_session("This is one whole sentence.\n", script) as session:
        await take_through(TRANSLATOR, session, 0)
        await take_through(QA, session, 0)
        await finalize([session])
        segment = session.segments[0]
        assert (segment.status, segment.qa_score) == (SegmentStatus.QA_FAILED, None)
        assert str(session.job.status) == "needs_review"


async def test_a_broken_document_is_blocked_without_a_score(in_session: Sessions) -> None:
    """A translation that breaks the document stays out of it, and its score with it."""
    async with in_session("The first one is here. The second one is here.\n") as session:
        for number, text in enumerate(["Eins [ist hier.", "Zwei](http://a.test) ist hier."]):
            await take_through(TRANSLATOR, session, number)
            await take_through(QA, session, number)
            session.segments[number] = replace(session.segments[number], translation=text)
        await finalize([session])
        ends = [(s.status, s.translation, s.qa_score) for s in session.segments.values()]
        assert ends == [
            (SegmentStatus.DONE, "Eins [ist hier.", 100.0),
            (SegmentStatus.BLOCKED, None, None),
        ]
        output = session.run.documents.get(session.job.output or "")
        assert output == b"Eins [ist hier. The second one is here.\n"


async def test_untranslated_text_is_not_assessed(in_session: Sessions) -> None:
    """Where code knows that a text was left in its language, no model is asked."""
    script = '[[rule]]\ntask = "translate"\nmatch = "sentence"\nevent = "keep_source"\n'
    async with in_session("This is one whole sentence of some length.\n", script) as session:
        await take_through(TRANSLATOR, session, 0)
        await take_through(QA, session, 0)
        assert session.segments[0].qa_score == 0.0
        assert tasks_of(session) == [("translate", "ok")]


async def test_a_truncated_answer_gets_more_room(in_session: Sessions) -> None:
    """An answer that ran out of room is asked for again; what it used is in the ledger."""
    script = '[[rule]]\ntask = "translate"\nmatch = "sentence"\nevent = "truncate"\ntimes = 1\n'
    async with in_session("This is one whole sentence.\n", script) as session:
        await take_through(TRANSLATOR, session, 0)
        assert tasks_of(session) == [("translate", "truncated"), ("translate", "ok")]
        assert session.ledger.usage.output_tokens > 0


async def test_a_wrong_key_halts(in_session: Sessions) -> None:
    """When nothing can be asked at all, segments stay open and nothing more enters the ledger."""
    script = '[[rule]]\ntask = "translate"\nmatch = "sentence"\nevent = "status"\nstatus = 401\n'
    async with in_session(
        "This is one whole sentence. And this is the next one.\n", script
    ) as session:
        with pytest.raises(EngineError):
            await take_through(TRANSLATOR, session, 0)
        assert session.run.halted is not None
        assert session.segments[0].status is SegmentStatus.PROCESSING
        with pytest.raises(EngineError):
            await take_through(TRANSLATOR, session, 1)
        await session.run.lake.settle()
        assert tasks_of(session) == [("translate", "authentication_error")]


async def test_the_brief_is_asked_once(in_session: Sessions) -> None:
    """A brief goes into the job's prompts, and a second supervisor does not ask for it again."""
    async with in_session("This is one whole sentence.\n", brief=True) as session:
        again = JobSession(session.run, session.run.lake.load(session.job.job_id))
        await supervise([again])
        assert again.brief is not None
        assert tasks_of(session) == [("brief", "ok")]


@contextmanager
def full_disk() -> Iterator[None]:
    """While entered, this process can write no byte to any file."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


async def test_an_end_that_is_not_durable_is_none(in_session: Sessions) -> None:
    """A job whose end finds the disk full is told as failed, and not delivered or sealed."""
    async with in_session("A sentence.") as session:
        run, job_id = session.run, session.job.job_id
        await session.commit(
            *(replace(s, status=SegmentStatus.DONE) for s in session.segments.values())
        )
        over = replace(session.job, finalized=True, attempt=1, attempt_open=False)
        with full_disk(), disable_run_logger():
            with pytest.raises(LakeError, match="File too large"):
                await session.commit(job=over)
            assert await let_go(run, session, interrupted=False)

        told = run.ended[job_id]
        assert (told.status, told.step, told.finished_at) == (JobStatus.FAILED, None, None)
        assert not run.lake.load(job_id).job.finalized
