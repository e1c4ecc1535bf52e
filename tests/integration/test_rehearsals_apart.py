"""What a rehearsal did stays a rehearsal's, and a night with models does it again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.decisions import Halt
from domain.errors import EngineError
from domain.job.job import Job, JobStatus, Step, suits
from flows.job_group.letting_go import let_go
from storage.control.submissions import Submissions
from storage.readmodel.readmodel import ReadModel
from tasks.intake.queueing import Intake
from tasks.intake.submitter import Submitter, gather
from tasks.session.putting_down import put_down
from tasks.session.rehearsed import taken_anew
from tasks.translator import TRANSLATOR
from tests.integration.conftest import Sessions, take_through

NOW = datetime(2026, 3, 6, 22, tzinfo=UTC)


def ids(prefix: str) -> Iterator[str]:
    return (f"{prefix}-{number}" for number in range(1, 100))


def submitted(tmp_path: Path, prefix: str, *, rehearsing: bool = False) -> Intake:
    """The document of `in_hand`, handed in once more."""
    new = ids(prefix)
    home = tmp_path / "home"
    front = Submitter(home, "ann", False, lambda: NOW, lambda: next(new), rehearsing)
    wanted = {"source_lang": "en", "target_lang": ["de"]}
    return front.take(gather([tmp_path / "in.md"], None, wanted))


def jobs(tmp_path: Path) -> list[Job]:
    with closing(ReadModel(tmp_path / "home")) as read_model:
        return read_model.jobs()


async def rehearse(in_session: Sessions, text: str = "One.") -> str:
    """A rehearsal that takes a job up, ends it and asks nothing; the job's id."""
    async with in_session(text) as session:
        job = replace(session.row(), status=JobStatus.COMPLETED, finalized=True, attempt_open=False)
        await session.run.lake.commit(job.job_id, job=job)
        return job.job_id


async def test_a_job_without_calls_is_a_rehearsals(in_session: Sessions, tmp_path: Path) -> None:
    """A job that a rehearsal filled from memory alone says `simulated`, live and sealed."""
    job_id = await rehearse(in_session)

    assert [(job_id, True)] == [(job.job_id, job.simulated) for job in jobs(tmp_path)]
    async with in_session("Two.") as session:
        assert session.run.lake.load(job_id).job.simulated
        session.run.lake.seal([job_id])
        assert session.run.lake.load(job_id).job.simulated
    async with in_session("Three.", rehearsal=False) as session:
        assert not session.row().simulated


async def test_a_night_takes_up_what_only_rehearsals_did(
    in_session: Sessions, tmp_path: Path
) -> None:
    """It queues a job of the same content, once, whose rows begin anew; a rehearsal does not."""
    rehearsed = await rehearse(in_session)
    async with in_session("Two.") as session:
        assert [] == taken_anew(session.run, lambda: "never")
    async with in_session("Two.", rehearsal=False) as session:
        new = ids("real")
        (job,) = taken_anew(session.run, lambda: next(new))
        assert [] == taken_anew(session.run, lambda: next(new))
    before, after = [found for found in jobs(tmp_path) if found.content_key == job.content_key]

    assert (rehearsed, True) == (before.job_id, before.simulated)
    assert ("real-1", JobStatus.QUEUED, False, 0) == (
        after.job_id,
        after.status,
        after.simulated,
        after.attempt,
    )
    assert (before.document, before.briefing, before.output_path) == (
        after.document,
        after.briefing,
        after.output_path,
    )


async def test_a_night_that_was_killed_while_taking_up(
    in_session: Sessions, tmp_path: Path
) -> None:
    """Where the content is another job's already, which was not entered, that one is entered."""
    await rehearse(in_session)
    (job,) = jobs(tmp_path)
    with closing(Submissions(tmp_path / "home")) as submissions:
        submissions.claim("ann", {job.content_key: "claimed-1"}, again=True)
    (tmp_path / "in.md").unlink()
    async with in_session("Two.", rehearsal=False) as session:
        assert ["claimed-1"] == [job.job_id for job in taken_anew(session.run, lambda: "late-1")]


async def test_what_is_handed_in_again(in_session: Sessions, tmp_path: Path) -> None:
    """It is a new job where a rehearsal did it, unless a rehearsal is prepared; then that one."""
    rehearsed = await rehearse(in_session)

    in_rehearsal = submitted(tmp_path, "never", rehearsing=True).accepted
    assert [(rehearsed, True)] == [(one.job.job_id, one.duplicate) for one in in_rehearsal]
    real = submitted(tmp_path, "real").accepted
    assert [("real-1", False)] == [(one.job.job_id, one.duplicate) for one in real]
    again = submitted(tmp_path, "late").accepted
    assert [("real-1", True)] == [(one.job.job_id, one.duplicate) for one in again]


async def test_neither_takes_up_what_the_other_began(in_session: Sessions, tmp_path: Path) -> None:
    """A job that has been taken up stays with its kind; one that has not is anybody's."""
    await rehearse(in_session)
    (job,) = jobs(tmp_path)
    began = replace(job, attempt=1)

    assert (True, False) == (suits(began, rehearsal=True), suits(began, rehearsal=False))
    fresh = replace(began, attempt=0, simulated=False)
    assert (True, True) == (suits(fresh, rehearsal=True), suits(fresh, rehearsal=False))


async def test_a_night_into_which_the_simulator_answers(in_session: Sessions) -> None:
    """A night that began with a model ends where the simulator answers; nothing of it is kept."""
    async with in_session("One.", rehearsal=False) as session:
        with pytest.raises(EngineError) as caught:
            await take_through(TRANSLATOR, session, 0)
        record = session.run.lake.load(session.job.job_id)

    assert isinstance(caught.value.decision, Halt)
    assert "the simulator answers now, and the night began with a model" == session.run.halted
    assert () == record.calls
    assert not record.job.simulated


async def test_what_a_rehearsal_gave_back_is_anybodys(in_session: Sessions, tmp_path: Path) -> None:
    """A job whose rehearsal got no answer is as it was: no second one is queued in its place."""
    refused = '[[rule]]\nevent = "status"\nstatus = 401\n'
    async with in_session("One.", refused) as session:
        with pytest.raises(EngineError):
            await take_through(TRANSLATOR, session, 0)
        assert await let_go(session.run, session, interrupted=True)
    (job,) = jobs(tmp_path)
    assert (0, JobStatus.QUEUED, False) == (job.attempt, job.status, job.simulated)
    again = submitted(tmp_path, "never").accepted
    assert [(job.job_id, True)] == [(one.job.job_id, one.duplicate) for one in again]

    async with in_session("Two.", rehearsal=False) as session:
        assert [] == taken_anew(session.run, lambda: "never")


async def test_what_a_rehearsal_put_down_is_a_rehearsals(
    in_session: Sessions, tmp_path: Path
) -> None:
    """A job that could not be taken in hand loses no attempt that a night with models counts."""
    async with in_session("One.") as session:
        job_id = session.job.job_id
        session.run.night = "the night"
        put = await put_down(session.run, job_id, IndexError("nobody foresaw"), Step.SUPERVISOR)
    assert put is not None
    assert (1, True, "the night") == (put.attempt, put.simulated, put.batch_id)
    assert not suits(put, rehearsal=False)
