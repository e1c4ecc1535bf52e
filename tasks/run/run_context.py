"""What a run has open while it works: settings, lake, engine, leases, clock."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from domain.cost.spent import Spent
from domain.decisions import Halt
from domain.errors import EngineError, JobStopped
from domain.job.job import Job
from domain.named_models import NamedModel
from domain.settings import Settings
from engines.clock import Clock
from engines.port import Engine
from engines.several import names_of
from storage.control.first_uses import FirstUses
from storage.control.leases import Leases
from storage.files.home import Home
from storage.lake import Lake
from storage.layout.documents import Documents
from storage.readmodel.memory import Memory
from tasks.run.abilities import Abilities
from tasks.run.acceptance import Acceptance
from tasks.run.budget import Budget
from tasks.run.cancellation import Cancellation
from tasks.run.heartbeat import Heartbeat
from tasks.run.judges import Judges
from tasks.run.night_memory import NightMemory
from tasks.run.night_record import entered

MANY = 1_000_000
OPENING = 1


@dataclass
class Counters:
    """What a run has done so far; tokens and EUR are those it caused itself."""

    jobs_total: int = 0
    jobs_done: int = 0
    segments_total: int = 0
    segments_done: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost_eur: Decimal = Decimal(0)
    task_runs: int = 0


@dataclass
class RunContext:
    """A run's open resources, shared by all its jobs.

    Attributes:
        home: where state lives.
        run_id: this run's name; the jobs' leases are held by it.
        night: the night it is part of: its own name, but for a worker's run.
        outbox: the folder the night's results go to.
        uniform: a random number from 0 to 1.
        task_slots: mapped tasks under way at once.
        job_slots: groups of jobs under way at once.
        opening_slots: groups whose documents are taken apart at once: few, so that the first are
            soon ready to ask.
        budget: what the run may spend.
        memory: what is translated already.
        terms: what terms were translated as.
        judges: which models that assess are believed.
        halted: why nothing can be asked any more; None while all is well.
        is_over_budget: whether that is because the budget is reached.
        is_told_to_end: whether that is because someone wants the run to end.
        stopped: the jobs whose work someone wants to end.
        cancellation: ends what is still waited for once the run has to go.
        heartbeat: says which jobs were lost to another run.
        accepted: when each model last took a question.
        abilities: what models have shown that they can't.
        ended: the jobs this run has let go of, as they stood then.
        lost: the jobs that another run took from this one while it was silent.
        spent: what this night has spent on each job so far.
        rehearsal: whether the simulator answers.
        reasons: why jobs failed in this run, or could not be delivered, in words by id.
    """

    settings: Settings
    home: Home
    run_id: str
    night: str
    outbox: Path
    lake: Lake
    documents: Documents
    leases: Leases
    heartbeat: Heartbeat
    engine: Engine
    clock: Clock
    uniform: Callable[[], float]
    task_slots: asyncio.Semaphore
    job_slots: asyncio.Semaphore
    opening_slots: asyncio.Semaphore
    budget: Budget
    memory: NightMemory
    first_uses: FirstUses
    judges: Judges
    rehearsal: bool
    counters: Counters = field(default_factory=Counters)
    halted: str | None = None
    is_over_budget: bool = False
    is_told_to_end: bool = False
    stopped: set[str] = field(default_factory=set)
    cancellation: Cancellation = field(default_factory=Cancellation)
    accepted: Acceptance = field(default_factory=Acceptance)
    abilities: Abilities = field(default_factory=Abilities)
    ended: dict[str, Job] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)
    spent: dict[str, Spent] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    _moments: int = 0

    @property
    def correction_loops(self) -> int:
        """Corrections of a segment at most: none where the engine can't correct."""
        return self.settings.correction_loops if "correct" in self.engine.tasks else 0

    def takes(self, asked: NamedModel, task: str, segments: int) -> int:
        """Segments that one question to a model may be about, of so many.

        In batches that is left as it is: a run that takes a job up again knows nothing of what this
        one has learned, and has to ask the same.
        """
        if self.settings.transport == "batches":
            return segments
        return self.abilities.most(asked, task, segments)

    def moment(self) -> int:
        """The present moment; each comes once, and they only grow."""
        self._moments += 1
        return self._moments

    def count(self, job_id: str, spent: Spent) -> None:
        """Count what was spent on a job as this night's."""
        self.spent[job_id] = self.spent.get(job_id, Spent()) + spent
        self.counters.input_tokens += spent.usage.input_tokens
        self.counters.output_tokens += spent.usage.output_tokens
        self.counters.cost_eur += spent.cost_eur

    def end(self, reason: str) -> None:
        """Let nothing new begin; what is under way may come to its end."""
        if self.halted is None:
            self.halted, self.is_told_to_end = reason, True

    async def permit(self, job_id: str) -> None:
        """See that a request for a job may be sent now.

        Raises:
            EngineError: nothing may be asked any more.
            JobStopped: nothing for this job.
            LeaseLost: another run has the job.
        """
        if self.halted is not None:
            raise EngineError("halted", self.halted, Halt())
        if job_id in self.stopped:
            raise JobStopped(job_id)
        await self.heartbeat.sure(job_id)

    def share_out(self, segments_per_task: int, jobs_per_group: int) -> None:
        """Set how many tasks and groups may be under way, by how much each of them covers.

        As many segments as twice the requests in flight hold, so that one that waits for the lake
        leaves no place at the engine empty. In batches everything waits together.
        """
        settings = self.settings
        if settings.transport == "batches":
            tasks = groups = MANY
        else:
            tasks = 2 * settings.max_in_flight * settings.pack_segments // segments_per_task
            groups = settings.max_jobs // jobs_per_group
        self.task_slots = asyncio.Semaphore(max(4, tasks))
        self.job_slots = asyncio.Semaphore(max(1, groups))


_open_run: ContextVar[RunContext | None] = ContextVar("open_desk", default=None)


def present_run() -> RunContext | None:
    """The context of the run this code is part of; None outside of one."""
    return _open_run.get()


@contextlib.asynccontextmanager
async def opened(
    settings: Settings,
    home: Home,
    engine: Engine,
    *,
    run_id: str,
    outbox: Path,
    clock: Clock,
    uniform: Callable[[], float],
    rehearsal: bool,
    night: str | None = None,
) -> AsyncIterator[RunContext]:
    """The context of one run; its leases end with it, and its heartbeat shows that it lives.

    The engine is closed with it.

    Args:
        home: where state lives.
        run_id: a name no other run has.
        outbox: the folder the run's results go to.
        uniform: a random number from 0 to 1.
        rehearsal: whether the simulator answers; what it said before serves as memory only then.
        night: the night that it works for; its own by default.
    """
    leases = Leases(home)
    memory = Memory(
        home, engines=names_of(engine), target_score=settings.target_score, simulated=rehearsal
    )
    lake = Lake.create(home)
    heartbeat = Heartbeat(run_id, leases, lake, clock)
    run = RunContext(
        settings=settings,
        home=home,
        run_id=run_id,
        night=run_id if night is None else night,
        outbox=outbox,
        lake=lake,
        documents=Documents(home),
        leases=leases,
        heartbeat=heartbeat,
        engine=engine,
        clock=clock,
        uniform=uniform,
        task_slots=asyncio.Semaphore(1),
        job_slots=asyncio.Semaphore(1),
        opening_slots=asyncio.Semaphore(OPENING),
        budget=Budget(settings.budget_eur),
        memory=NightMemory(memory, fresh=settings.fresh),
        first_uses=FirstUses(home, simulated=rehearsal, now=clock.now()),
        judges=Judges(home, days=settings.judged_days),
        rehearsal=rehearsal,
    )
    run.share_out(1, 1)
    leases.open_run(run_id, clock.now())
    token = _open_run.set(run)
    beating = asyncio.create_task(heartbeat.keep())
    try:
        async with entered(run) if night is None else contextlib.nullcontext():
            yield run
    finally:
        _open_run.reset(token)
        beating.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await beating
        await run.lake.settle()
        leases.close_run(run_id)
        memory.close()
        run.first_uses.close()
        await engine.close()
