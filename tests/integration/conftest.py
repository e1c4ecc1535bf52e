"""A job in hand: a real lake, and the simulator over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import uuid_utils

from domain.settings import Settings
from engines.claude.batches.engine import ClaudeBatches
from engines.claude.batches.timing import Rhythm
from engines.claude.client import Claude
from engines.clock import Clock, SystemClock
from simulator.running import running
from simulator.script import read_script
from simulator.settings import SimulatorSettings
from storage.control.batch_log import BatchLog
from storage.lake import Lake
from tasks.intake.submitter import FrontDesk, gather
from tasks.requests.grouping import Stage, ended
from tasks.run.run_context import Desk, opened
from tasks.session.job_session import JobInHand
from tasks.supervisor import supervise

SWIFT = Rhythm(quiet=0.05, longest_gathering=5, first_poll=0.02, longest_poll=0.2, search=2)

Hands = Callable[..., AbstractAsyncContextManager[JobInHand]]


@pytest.fixture
def in_hand(tmp_path: Path) -> Hands:
    """Gives a job in hand: a document, taken apart, with a simulator that follows a script."""

    @asynccontextmanager
    async def taken(
        text: str,
        script: str = "",
        *,
        name: str = "in.md",
        rehearsal: bool = True,
        simulator: Mapping[str, Any] | None = None,
        **settings: Any,
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
        with running(SimulatorSettings(rules=read_script(script), **(simulator or {}))) as url:
            engine = engine_at(url, clock, home if settings.get("transport") == "batches" else None)
            async with opened(
                Settings(**settings),
                home,
                engine,
                run_id="run",
                outbox=tmp_path / "outbox",
                clock=clock,
                uniform=lambda: 0.0,
                rehearsal=rehearsal,
            ) as desk:
                hand = take(desk, accepted[0].job.job_id)
                await supervise([hand])
                yield hand

    return taken


def engine_at(url: str, clock: Clock, batches_of: Path | None) -> Claude | ClaudeBatches:
    """Claude at an address; by batches where a home is given that remembers them."""
    environ = {"ANTHROPIC_API_KEY": "sk-sim-x", "ANTHROPIC_BASE_URL": url}
    if batches_of is None:
        return Claude(8, environ=environ, clock=clock, uniform=lambda: 0.0)
    return ClaudeBatches(
        environ=environ,
        open_log=lambda: BatchLog(batches_of),
        clock=clock,
        uniform=lambda: 0.0,
        rhythm=SWIFT,
    )


def take(desk: Desk, job_id: str) -> JobInHand:
    """A job in this desk's hand."""
    fence = desk.leases.take(job_id, desk.run_id, desk.clock.now())
    assert fence is not None
    desk.lake.hold(job_id, fence)
    hand = JobInHand(desk, desk.lake.load(job_id))
    hand.job = replace(hand.job, attempt=1, attempt_open=True)
    return hand


async def take_through(stage: Stage, hand: JobInHand, *ids: int) -> None:
    """Take segments through a stage, as their tasks do, and no further."""
    stage = replace(stage, then=None)
    for segment_id in ids:
        hand.packs.join(stage, segment_id)
    await ended(stage, [(hand, segment_id) for segment_id in ids])
