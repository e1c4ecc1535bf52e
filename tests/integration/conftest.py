"""A job in hand: a real lake, and the simulator over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import uuid_utils

from domain.settings import Settings
from engines.claude.batches.engine import ClaudeBatches
from engines.claude.batches.timing import BatchTiming
from engines.claude.client import Claude
from engines.clock import Clock, SystemClock
from engines.openai.client import OpenAI
from engines.port import Engine
from engines.registry import engine_of
from simulator.replies.script import read_script
from simulator.running import running
from simulator.settings import SimulatorSettings
from storage.control.batch_log import BatchLog
from storage.lake import Lake
from tasks.correction import CORRECTION
from tasks.finalizing import finalize
from tasks.intake.submitter import Submitter, gather
from tasks.qa import QA
from tasks.requests.grouping import Stage, ended, join
from tasks.run.run_context import RunContext, opened
from tasks.session.job_session import JobSession
from tasks.source_review import SOURCE_REVIEW
from tasks.supervisor import supervise
from tasks.translator import TRANSLATOR
from tests.vendors import CLAUDE, OPENAI, Vendor

SWIFT = BatchTiming(quiet=0.05, longest_gathering=5, first_poll=0.02, longest_poll=0.2, search=2)

Sessions = Callable[..., AbstractAsyncContextManager[JobSession]]


@pytest.fixture
def in_sessions(
    tmp_path: Path, vendor: Vendor
) -> Callable[..., AbstractAsyncContextManager[list[JobSession]]]:
    """Gives jobs in hand: documents, taken apart, with a simulator that follows a script."""

    @asynccontextmanager
    async def taken(
        texts: Sequence[str | bytes],
        script: str = "",
        *,
        name: str = "in.md",
        rehearsal: bool = True,
        simulator: Mapping[str, Any] | None = None,
        joined: bool = False,
        timing: BatchTiming = SWIFT,
        briefing: Mapping[str, Any] | None = None,
        **settings: Any,
    ) -> AsyncIterator[list[JobSession]]:
        home = tmp_path / "home"
        documents = []
        for number, text in enumerate(texts):
            documents.append(tmp_path / (f"{number}-{name}" if number else name))
            documents[-1].write_bytes(text if isinstance(text, bytes) else text.encode())
        clock = SystemClock()
        Lake.create(home).close()
        front = Submitter(home, "ann", False, clock.now, lambda: str(uuid_utils.uuid7()))
        fields = {"source_lang": "en", "target_lang": ["de"], **(briefing or {})}
        accepted = front.take(gather(documents, None, fields)).accepted
        given = {"judged_days": 0, **vendor.settings, **settings}
        if "translator_models" in given:
            del given["translator_model"]
        made = Settings(**given)
        with running(SimulatorSettings(rules=read_script(script), **(simulator or {}))) as url:
            engine: Engine
            if len(made.engines) > 1:
                engine = engine_of(
                    made.model_copy(update={"openai_base_url": f"{url}/v1"}),
                    CLAUDE.environ(url) | OPENAI.environ(url),
                    clock=clock,
                    uniform=lambda: 0.0,
                    open_log=lambda: BatchLog(home),
                )
            else:
                engine = engine_at(
                    url,
                    clock,
                    home if made.transport == "batches" else None,
                    joined=made if joined else None,
                    timing=timing,
                    prompt_cache=made.prompt_cache,
                    vendor=vendor,
                )
            async with opened(
                made,
                home,
                engine,
                run_id="run",
                outbox=tmp_path / "outbox",
                clock=clock,
                uniform=lambda: 0.0,
                rehearsal=rehearsal,
            ) as run:
                sessions = [take(run, one.job.job_id) for one in accepted]
                for session in sessions:
                    await supervise([session])
                yield sessions

    return taken


@pytest.fixture
def in_session(
    in_sessions: Callable[..., AbstractAsyncContextManager[list[JobSession]]],
) -> Sessions:
    """Gives a job in hand: a document, taken apart, with a simulator that follows a script."""

    @asynccontextmanager
    async def taken(
        text: str | bytes, script: str = "", **options: Any
    ) -> AsyncIterator[JobSession]:
        async with in_sessions([text], script, **options) as (session,):
            yield session

    return taken


def engine_at(
    url: str,
    clock: Clock,
    batches_of: Path | None,
    *,
    joined: Settings | None = None,
    timing: BatchTiming = SWIFT,
    prompt_cache: bool = True,
    vendor: Vendor = CLAUDE,
) -> Claude | ClaudeBatches | OpenAI:
    """An engine for an address; Claude by batches where a home is given that remembers them.

    Args:
        joined: settings that say how much of several documents a request may hold; None: nothing.
    """
    segments, tokens = (joined.pack_segments, joined.pack_tokens) if joined else (1, 1)
    if batches_of is None:
        return vendor.engine(
            url,
            8,
            clock,
            prompt_cache=prompt_cache,
            joined_segments=segments,
            joined_tokens=tokens,
        )
    return ClaudeBatches(
        environ=CLAUDE.environ(url),
        open_log=lambda: BatchLog(batches_of),
        clock=clock,
        uniform=lambda: 0.0,
        timing=timing,
        prompt_cache=prompt_cache,
        joined_segments=segments,
        joined_tokens=tokens,
    )


def take(run: RunContext, job_id: str) -> JobSession:
    """A job that this run works on."""
    fence = run.leases.take(job_id, run.run_id, run.clock.now())
    assert fence is not None
    run.lake.hold(job_id, fence)
    session = JobSession(run, run.lake.load(job_id))
    session.job = replace(session.job, attempt=1, attempt_open=True)
    return session


async def take_through(stage: Stage, session: JobSession, *ids: int) -> None:
    """Take segments through a stage, as their tasks do, and no further."""
    stage = replace(stage, then=None)
    for segment_id in ids:
        join(session, stage, segment_id)
    await ended(stage, [(session, segment_id) for segment_id in ids])


async def to_the_end(session: JobSession) -> None:
    """Lead a job through all stages, as far as it goes, and assemble its document."""
    ids = [i for i, s in session.segments.items() if not s.is_terminal]
    for stage in (SOURCE_REVIEW, TRANSLATOR, QA):
        await take_through(stage, session, *ids)
    while open_ids := [i for i in ids if CORRECTION.wants(session, i)]:
        await take_through(CORRECTION, session, *open_ids)
    if not session.attempt.given_up and all(s.is_ready for s in session.segments.values()):
        await finalize([session])
        if not session.attempt.given_up and not session.job.finalized:
            await to_the_end(session)  # another model is to assess
