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
from tasks.session.job_session import JobInHand
from tasks.translator import TRANSLATOR
from tests.integration.conftest import Hands, take_through

TEXT = "This is one whole sentence.\n"
SILENCE = timedelta(minutes=2)


def fall_silent(hand: JobInHand) -> None:
    """Make it seem that the run's last heartbeat is two minutes old, to itself and to others."""
    desk = hand.desk
    desk.pulse._last -= SILENCE
    desk.leases.heartbeat(desk.run_id, desk.clock.now() - SILENCE)


async def test_who_was_silent_for_too_long_asks_nothing_more(in_hand: Hands) -> None:
    """Once another took the job after a lapse, its former owner neither asks nor writes."""
    async with in_hand(TEXT) as hand:
        desk, job_id = hand.desk, hand.job.job_id
        fall_silent(hand)
        other = Leases(desk.home)
        other.open_run("other", desk.clock.now())
        assert other.take(job_id, "other", desk.clock.now()) == 2
        with pytest.raises(LeaseLost):
            await take_through(TRANSLATOR, hand, 0)
        with pytest.raises(LeaseLost):
            await hand.commit(job=hand.job)
        other.close()
        assert desk.counters.input_tokens == 0


async def test_who_was_silent_and_lost_nothing_goes_on(in_hand: Hands) -> None:
    """A lapse in which nobody took the job costs nothing; the heartbeat is made up for."""
    async with in_hand(TEXT) as hand:
        fall_silent(hand)
        await take_through(TRANSLATOR, hand, 0)
        desk = hand.desk
        assert desk.leases.held([hand.job.job_id], desk.clock.now()) == {hand.job.job_id}
        assert hand.segments[0].translation is not None


async def test_a_stopped_job_asks_nothing(in_hand: Hands) -> None:
    """Nothing is asked for a job that an operator stopped, and no segment fails by that."""
    async with in_hand(TEXT) as hand:
        hand.desk.stopped.add(hand.job.job_id)
        with pytest.raises(JobStopped):
            await take_through(TRANSLATOR, hand, 0)
        assert hand.desk.counters.input_tokens == 0
        assert hand.segments[0].error is None


async def test_nothing_new_is_asked_by_a_run_that_is_to_end(in_hand: Hands) -> None:
    """A run that was told to end asks nothing, and says why."""
    async with in_hand(TEXT) as hand:
        hand.desk.end("the operator said so")
        with pytest.raises(EngineError, match="the operator said so"):
            await take_through(TRANSLATOR, hand, 0)
        assert hand.desk.counters.input_tokens == 0


async def test_waiting_can_be_ended(in_hand: Hands) -> None:
    """At the end of its patience a run waits no longer, also for what it begins to wait for."""
    async with in_hand(TEXT) as hand:

        async def wait() -> None:
            async with hand.desk.patience.waiting():
                await asyncio.Event().wait()

        waiting = asyncio.create_task(wait())
        await asyncio.sleep(0)
        hand.desk.patience.end()
        with pytest.raises(EngineError, match="the run was ended"):
            await waiting
        with pytest.raises(EngineError, match="the run was ended"):
            await wait()


async def test_a_signal_is_heard_while_flow_runs_begin(in_hand: Hands) -> None:
    """SIGTERM ends a run also while Prefect has taken the signal for a flow run that begins."""
    before = {number: signal.getsignal(number) for number in SIGNALS}
    async with in_hand(TEXT) as hand:
        kept = Ending(hand.desk)
        with capture_sigterm():
            with kept.armed(), capture_sigterm():
                os.kill(os.getpid(), signal.SIGTERM)
                async with asyncio.timeout(10):
                    assert "ended by SIGTERM" == await kept._told
            with pytest.raises(TerminationSignal):
                signal.raise_signal(signal.SIGTERM)
    assert before == {number: signal.getsignal(number) for number in SIGNALS}
