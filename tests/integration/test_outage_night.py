"""A night while the API is away for ten minutes: a real lake, real HTTP, a clock moved by hand."""

from __future__ import annotations

import asyncio
import itertools
import json
import random
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
import uuid_utils

from domain.job.job import JobStatus
from domain.job.segment import SegmentStatus
from domain.settings import Settings
from engines.clock import ManualClock
from engines.online.engine import Online
from simulator.misbehaviour.outage import Phase
from simulator.replies.script import read_script
from simulator.running import running
from simulator.settings import SimulatorSettings
from storage.lake import Lake
from tasks.finalizing import finalize
from tasks.intake.submitter import Submitter, gather
from tasks.qa import QA
from tasks.requests.grouping import ended, join
from tasks.run.run_context import RunContext, opened
from tasks.session.job_session import JobSession
from tasks.supervisor import supervise
from tasks.translator import TRANSLATOR
from tests.integration.conftest import take
from tests.vendors import Vendor, for_both

TEN_MINUTES = (Phase("refuse", 180), Phase("503", 210), Phase("529", 210))
IN_FLIGHT = 8
STEP_S = 2.0
"""Seconds of the night's clock for each hundredth of a real one."""


def page(url: str, name: str) -> Any:
    with urlopen(f"{url}/_simulator/{name}") as response:
        return json.load(response)


async def worked_on(session: JobSession) -> None:
    """Take a job through its stages to its end."""
    items = [(session, segment_id) for segment_id in session.segments]
    for _, segment_id in items:
        join(session, TRANSLATOR, segment_id)
    for stage in (TRANSLATOR, QA):
        await ended(stage, items)
    await finalize([session])


async def until(work: asyncio.Future[Any], clock: ManualClock, run: RunContext) -> None:
    """Let the clock run until some work is done, but stand still while a request is under way.

    So a request takes no time, however slow this machine is.
    """
    assert isinstance(run.engine, Online)
    limiter = run.engine._limiter
    steps = 0
    while not work.done() and steps < 2000:
        if limiter._free == IN_FLIGHT:
            await clock.advance(STEP_S)
            steps += 1
        await asyncio.sleep(0.01)
    await work


@asynccontextmanager
async def night(
    folder: Path,
    documents: Sequence[str],
    clock: ManualClock,
    simulated: SimulatorSettings,
    vendor: Vendor,
) -> AsyncIterator[tuple[list[JobSession], str]]:
    """Jobs in hand, a document each, and the address of the simulator that their desk asks."""
    chance = random.Random(7)
    home, inbox = folder / "home", folder / "in"
    inbox.mkdir()
    for number, text in enumerate(documents):
        (inbox / f"{number}.md").write_text(text)
    Lake.create(home).close()
    front = Submitter(home, "ann", False, clock.now, lambda: str(uuid_utils.uuid7()))
    common = {"source_lang": "en", "target_lang": ["de"]}
    accepted = front.take(gather([inbox], None, common)).accepted
    with running(simulated) as url:
        models = (vendor.translator, vendor.qa)
        engine = vendor.engine(
            url, IN_FLIGHT, clock, uniform=chance.random, models=models, longest_outage=3600
        )
        await engine.look()
        async with opened(
            Settings(**vendor.settings, pack_segments=2),
            home,
            engine,
            run_id="run",
            outbox=folder / "outbox",
            clock=clock,
            uniform=chance.random,
            rehearsal=True,
        ) as run:
            sessions = [take(run, one.job.job_id) for one in accepted]
            await supervise(sessions)
            yield sessions, url


@for_both
async def test_away_for_ten_minutes(tmp_path: Path, vendor: Vendor) -> None:
    """All jobs are completed in their first attempt; each model is asked twice a minute at most."""
    clock = ManualClock()
    documents = [
        "\n\n".join(f"Sentence {n} of document {number} is here." for n in range(6))
        for number in range(8)
    ]
    simulated = SimulatorSettings(outage=TEN_MINUTES, outage_after=12, clock=clock.ticks)
    async with night(tmp_path, documents, clock, simulated, vendor) as (sessions, url):
        run = sessions[0].run
        await until(asyncio.gather(*(worked_on(session) for session in sessions)), clock, run)
        rows = [session.row() for session in sessions]
        calls = [c for h in sessions for c in run.lake.load(h.job.job_id).calls]
        waits = run.engine.waits
        counted = await asyncio.to_thread(page, url, "ledger")
        asked = await asyncio.to_thread(page, url, "asked")

    assert {(row.status, row.attempt) for row in rows} == {(JobStatus.COMPLETED, 1)}
    by_lane = defaultdict(list)
    for request in counted["outage"]:
        by_lane[request["lane"]].append(request["seconds"])
    assert "529" in {request["how"] for request in counted["outage"]}
    assert all(
        after - before >= 30
        for seconds in by_lane.values()
        for before, after in itertools.pairwise(s for s in seconds if s >= 180)
    )
    # Nobody counts those that were refused but who sent them: a crowd, another where something was
    # answered in their midst, three looks, and then one in half a minute.
    refused = defaultdict(list)
    for call in calls:
        if call.outcome == "connection":
            refused[call.model].append(call.started_at)
    assert refused
    assert set(refused) <= {vendor.translator, vendor.qa}
    for moments in refused.values():
        assert len(moments) <= 2 * IN_FLIGHT + 3 + 180 / 30
        first, *others = sorted(moments)
        later = [moment for moment in others if moment - first > timedelta(seconds=13)]
        assert all(b - a >= timedelta(seconds=30) for a, b in itertools.pairwise(later))
    # What was on its way when the connections broke is paid for and asked again.
    assert sum(row["times"] - row["usable"] for row in asked) == 0
    lasted = [(wait.until - wait.since).total_seconds() for wait in waits if wait.until is not None]
    assert len(lasted) == len(waits) > 0
    assert max(lasted) == pytest.approx(600, abs=60)


@for_both
async def test_one_poisonous_segment(tmp_path: Path, vendor: Vendor) -> None:
    """A text that makes the server fail inside each time fails alone, and the night goes on."""
    clock = ManualClock()
    documents = ["\n\n".join(f"Sentence {n} of {name} is here." for n in range(4)) for name in "ab"]
    rules = read_script('[[rule]]\nmatch = "3 of a"\nevent = "status"\nstatus = 500')
    simulated = SimulatorSettings(rules=rules)
    async with night(tmp_path, documents, clock, simulated, vendor) as (sessions, _):
        for session in sessions:
            for segment_id in session.segments:
                join(session, replace(TRANSLATOR, then=None), segment_id)
        items = [(session, segment_id) for session in sessions for segment_id in session.segments]
        await until(asyncio.ensure_future(ended(TRANSLATOR, items)), clock, sessions[0].run)
        statuses = Counter((h.segments[i].status, h.segments[i].source) for h, i in items)
        assert sessions[0].run.halted is None
    failed = [source for status, source in statuses if status is SegmentStatus.FAILED]
    assert failed == ["Sentence 3 of a is here."]
    assert sum(status is SegmentStatus.TRANSLATED for status, _ in statuses) == 7
