"""A run that was silent for too long, and one that has to go."""

from __future__ import annotations

import asyncio
import os
import signal
from datetime import timedelta

import pytest
from prefect.exceptions import TerminationSignal
from prefect.utilities.engine import capture_sigterm

from domain.errors import EngineError, JobStopped, LeaseLost
from flows.shutdown import SIGNALS, Ending
from storage.control.leases import Leases
from tasks.session.job_session import JobSession
from tasks.translator import TRANSLATOR
from tests.integration.conftest import Sessions, take_through

TEXT = "This is one whole sentence.\n"
SILENCE = timedelta(minutes=2)


def fall_silent(session: JobSession) -> None:
    """Make it seem that the run's last heartbeat is two minutes old, to itself and to others."""
    run = session.run
    run.heartbeat._last -= SILENCE
    run.leases.heartbeat(run.run_id, run.clock.now() - SILENCE)


async def test_who_was_silent_for_too_long_asks_nothing_more(in_session: Sessions) -> None:
    """Once another took the job after a lapse, its former owner neither asks nor writes."""
    async with in_session(TEXT) as session:
        run, job_id = session.run, session.job.job_id
        fall_silent(session)
        other = Leases(run.home)
        other.open_run("other", run.clock.now())
        assert other.take(job_id, "other", run.clock.now()) == 2
        with pytest.raises(LeaseLost):
            await take_through(TRANSLATOR, session, 0)
        with pytest.raises(LeaseLost):
            await session.commit(job=session.job)
        other.close()
        assert run.counters.input_tokens == 0


async def test_who_was_silent_and_lost_nothing_goes_on(in_session: Sessions) -> None:
    """A lapse in which nobody took the job costs nothing; the heartbeat is made up for."""
    async with in_session(TEXT) as session:
        fall_silent(session)
        await take_through(TRANSLATOR, session, 0)
        run = session.run
        assert run.leases.held([session.job.job_id], run.clock.now()) == {session.job.job_id}
        assert session.segments[0].translation is not None


async def test_a_stopped_job_asks_nothing(in_session: Sessions) -> None:
    """Nothing is asked for a job that an operator stopped, and no segment fails by that."""
    async with in_session(TEXT) as session:
        session.run.stopped.add(session.job.job_id)
        with pytest.raises(JobStopped):
            await take_through(TRANSLATOR, session, 0)
        assert session.run.counters.input_tokens == 0
        assert session.segments[0].error is None


async def test_nothing_new_is_asked_by_a_run_that_is_to_end(in_session: Sessions) -> None:
    """A run that was told to end asks nothing, and says why."""
    async with in_session(TEXT) as session:
        session.run.end("the operator said so")
        with pytest.raises(EngineError, match="the operator said so"):
            await take_through(TRANSLATOR, session, 0)
        assert session.run.counters.input_tokens == 0


async def test_waiting_can_be_ended(in_session: Sessions) -> None:
    """At the end of its patience a run waits no longer, also for what it begins to wait for."""
    async with in_session(TEXT) as session:

        async def wait() -> None:
            async with session.run.cancellation.waiting():
                await asyncio.Event().wait()

        waiting = asyncio.create_task(wait())
        await asyncio.sleep(0)
        session.run.cancellation.end()
        with pytest.raises(EngineError, match="the run was ended"):
            await waiting
        with pytest.raises(EngineError, match="the run was ended"):
            await wait()


async def test_a_signal_is_heard_while_flow_runs_begin(in_session: Sessions) -> None:
    """SIGTERM ends a run also while Prefect has taken the signal for a flow run that begins."""
    before = {number: signal.getsignal(number) for number in SIGNALS}
    async with in_session(TEXT) as session:
        kept = Ending(session.run)
        with capture_sigterm():
            with kept.armed(), capture_sigterm():
                os.kill(os.getpid(), signal.SIGTERM)
                async with asyncio.timeout(300):
                    assert "ended by SIGTERM" == await kept._told
            with pytest.raises(TerminationSignal):
                signal.raise_signal(signal.SIGTERM)
    assert before == {number: signal.getsignal(number) for number in SIGNALS}
