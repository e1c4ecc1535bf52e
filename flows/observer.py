"""Who watches a night from outside its flow, and what they are told."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextvars import ContextVar

from domain.job.job import Job
from tasks.run.progress import NightReport, Progress, waiting
from tasks.run.run_context import RunContext

EVERY_SECONDS = 0.5


class Watch:
    """Tells a watcher where a night stands, and keeps how it ended.

    Attributes:
        report: how the night ended; None before.
        task_runs: task runs the night made, by its own count.
    """

    def __init__(self, tell: Callable[[Progress], None] = lambda _: None) -> None:
        self._tell = tell
        self.report: NightReport | None = None
        self.task_runs = 0
        self._seconds = 0.0

    @contextlib.asynccontextmanager
    async def on(self, run: RunContext) -> AsyncIterator[None]:
        """While entered, tells the watcher twice a second, and once at the end."""
        began = run.clock.ticks()

        async def keep_telling() -> None:
            while True:
                self._tell(progress_of(run, run.clock.ticks() - began))
                await asyncio.sleep(EVERY_SECONDS)

        telling = asyncio.create_task(keep_telling())
        try:
            yield
        finally:
            telling.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await telling
            self._seconds = run.clock.ticks() - began
            self._tell(progress_of(run, self._seconds))

    def ended(
        self, run: RunContext, jobs: Sequence[Job], rejected: Sequence[str], refused: int = 0
    ) -> None:
        """Keep how the night ended.

        Args:
            rejected: what was not taken in, each with its reason.
            refused: how many of those were refused, and are not just left.
        """
        self.task_runs = run.counters.task_runs
        self.report = NightReport(
            night=run.run_id,
            jobs=tuple(jobs),
            outbox=run.outbox,
            simulated=any(job.simulated for job in jobs),
            prefect_url=None,
            halted=run.halted,
            seconds=self._seconds,
            is_over_budget=run.is_over_budget,
            is_told_to_end=run.is_told_to_end,
            rejected=tuple(rejected),
            refused=refused,
            lost=tuple(sorted(run.lost)),
            spent=dict(run.spent),
            reasons=dict(run.reasons),
            waits=run.engine.waits,
        )


def progress_of(run: RunContext, elapsed: float) -> Progress:
    """Where a night stands, `elapsed` seconds after it began."""
    counters = run.counters
    return Progress(
        jobs_total=counters.jobs_total,
        jobs_done=counters.jobs_done,
        segments_total=counters.segments_total,
        segments_done=counters.segments_done,
        input_tokens=counters.input_tokens,
        output_tokens=counters.output_tokens,
        cost_eur=counters.cost_eur,
        elapsed_s=elapsed,
        missing=run.engine.missing,
        waiting=waiting(run.engine.waits),
    )


_watch: ContextVar[Watch | None] = ContextVar("watch", default=None)


def present_watch() -> Watch | None:
    """The watch kept on the night this code is part of; None where nobody watches."""
    return _watch.get()


@contextlib.contextmanager
def kept(watch: Watch) -> Iterator[Watch]:
    """Keep a watch on the night that begins within."""
    token = _watch.set(watch)
    try:
        yield watch
    finally:
        _watch.reset(token)
