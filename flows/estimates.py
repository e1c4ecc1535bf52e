"""An estimate from outside: what a submission would cost here and now."""

from __future__ import annotations

import asyncio
import contextlib
import random
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from domain.errors import EngineError, EnvironmentProblem
from domain.job.job import Job, suits
from domain.requests.expectations import REHEARSAL, Expectation, Experience, expected, learned
from domain.settings import Settings
from engines.clock import SystemClock
from engines.port import Engine
from engines.registry import COUNTING, counter_of, engine_of
from engines.requirements import is_rehearsal, keyless
from engines.several import names_of
from flows.prices import check_prices
from storage.control.batch_log import BatchLog
from storage.readmodel.memory import Memory
from storage.readmodel.readmodel import ReadModel
from storage.tables.records import JobRecord
from tasks.estimate.calibration import TokenRule, calibrated
from tasks.estimate.cost_history import Pair, cost_history
from tasks.estimate.estimating import Estimate, estimated, sampled
from tasks.intake.queueing import Intake, Submitter
from tasks.intake.sources import Gathered
from tasks.run.night_memory import NightMemory
from tasks.run.run_context import RunContext, opened
from tasks.session.guard import each_alone


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a submission would become and cost.

    Attributes:
        estimate: of the jobs that have still work to do.
        intake: what would become of the submission.
        done: jobs among it that have ended before.
        remarks: sentences on what the figures rest on.
        rehearsal: whether the simulator answers here.
    """

    estimate: Estimate
    intake: Intake
    done: int
    remarks: tuple[str, ...]
    rehearsal: bool


def estimate_of(
    settings: Settings,
    environ: Mapping[str, str],
    gathered: Gathered,
    front: Submitter,
    *,
    again: bool = False,
) -> Outcome:
    """Foresee a submission; nothing of it is kept, and no cent is spent.

    It is handed in to a home of its own, which is gone when this returns.

    Args:
        settings: of the night to be.
        environ: where keys and addresses come from.
        gathered: what would be handed in.
        front: where it would be.
        again: whether what has ended before counts too.

    Raises:
        UnknownModel: a model that is set has no known price.
        EnvironmentProblem: the engine lacks something on this machine, other than a key.
        LakeError: the lake can't be read.
    """
    check_prices(settings)
    with tempfile.TemporaryDirectory(prefix="nightdesk-estimate-") as name:
        intake = replace(front, home=Path(name)).take(gathered)
        jobs = list({one.job.job_id: one.job for one in intake.accepted}.values())
        return asyncio.run(_foreseen(settings, environ, front, Path(name), intake, jobs, again))


async def _foreseen(
    settings: Settings,
    environ: Mapping[str, str],
    front: Submitter,
    aside: Path,
    intake: Intake,
    jobs: Sequence[Job],
    again: bool,
) -> Outcome:
    rehearsal = is_rehearsal(settings, environ)
    clock = SystemClock()
    with contextlib.closing(ReadModel(front.home)) as read_model:
        known = await asyncio.to_thread(read_model.jobs)
        of_kind = [job for job in known if suits(job, rehearsal=rehearsal)]
        records = _open_records(read_model, jobs, [] if again else of_kind, front.owner)
        engine = _unasked(settings, environ, aside)
        async with opened(
            settings,
            aside,
            engine,
            run_id="estimate",
            outbox=aside,
            clock=clock,
            uniform=random.random,
            rehearsal=rehearsal,
        ) as run:
            memory = Memory(
                front.home,
                engines=names_of(engine),
                target_score=settings.target_score,
                simulated=rehearsal,
            )
            with contextlib.closing(memory):
                run.memory = NightMemory(memory, fresh=settings.fresh)
                expectations = _Expectations(read_model, known, settings, rehearsal)
                rule, remark = await _rule(run, environ, records, expectations)
                estimate = await estimated(run, records, rule, expectations.of)
    remarks = (*remark, *expectations.remarks(), *_warnings(settings, estimate))
    if engine.is_free:
        remarks = (f"{engine.name} costs nothing",)
    elif rehearsal:
        remarks = ("the simulator answers here: this foresees a rehearsal", *remarks)
    return Outcome(estimate, intake, len(jobs) - len(records), remarks, rehearsal)


def _open_records(
    read_model: ReadModel, jobs: Sequence[Job], known: Sequence[Job], owner: str
) -> list[JobRecord]:
    """The jobs that have not ended, each as far as an earlier night brought it."""
    before = {job.content_key: job for job in known if job.owner == owner}
    records: list[JobRecord] = []

    def add(job: Job) -> None:
        there = before.get(job.content_key)
        if there is None:
            records.append(JobRecord(job))
        elif not there.status.is_terminal:
            records.append(read_model.record(there.job_id) or JobRecord(job))

    # One that can't be read is foreseen as if nothing of it were done.
    for job, _ in each_alone(add, jobs):
        records.append(JobRecord(job))
    return records


def _unasked(settings: Settings, environ: Mapping[str, str], home: Path) -> Engine:
    """The engine of the night to be, which is never asked: it may lack its key."""

    def opened_with(variables: Mapping[str, str]) -> Engine:
        return engine_of(
            settings,
            variables,
            clock=SystemClock(),
            uniform=random.random,
            open_log=lambda: BatchLog(home),
        )

    try:
        return opened_with(environ)
    except EnvironmentProblem:
        return opened_with(keyless(settings))


async def _rule(
    run: RunContext,
    environ: Mapping[str, str],
    records: Sequence[JobRecord],
    expectations: _Expectations,
) -> tuple[TokenRule, tuple[str, ...]]:
    """How tokens are counted, and what to say of it."""
    if run.engine.is_free or not records:
        return TokenRule(), ()
    questions = [
        asked for asked in await sampled(run, records, expectations.of) if asked.engine == COUNTING
    ]
    try:
        counter = counter_of(run.settings, environ, run.clock)
        if counter is None or not questions:
            return TokenRule(), (
                f"tokens are reckoned by characters: {run.engine.name} counts none beforehand",
            )
        try:
            rule = await calibrated(counter, questions)
        finally:
            await counter.close()
    except (EnvironmentProblem, EngineError) as error:
        return TokenRule(), (
            f"tokens are reckoned by characters, since they could not be counted: {error}",
        )
    return rule, (f"tokens are reckoned by the engine's own count of {rule.counted} questions",)


class _Expectations:
    """What is expected in each language pair, and what that rests on."""

    def __init__(
        self, read_model: ReadModel, known: Sequence[Job], settings: Settings, rehearsal: bool
    ) -> None:
        self._read_model = read_model
        self._known = known
        self._settings = settings
        self._rehearsal = rehearsal
        self._found: dict[Pair, Expectation] = {}

    def of(self, pair: Pair) -> Expectation:
        """What is expected in a language pair."""
        if pair not in self._found:
            guess = REHEARSAL if self._rehearsal else expected(*pair)
            told = cost_history(
                self._known,
                self._read_model.record,
                [pair],
                self._settings,
                simulated=self._rehearsal,
            )
            self._found[pair] = learned(guess, told.get(pair, Experience()))
        return self._found[pair]

    def remarks(self) -> tuple[str, ...]:
        """What is known from earlier nights, and what is guessed."""
        learned_from = sum(expectation.segments for expectation in self._found.values())
        guessed = sorted(f"{s} → {t}" for (s, t), e in self._found.items() if not e.segments)
        remarks = []
        if learned_from:
            remarks.append(
                f"answers are expected as those to {learned_from:,} segments of earlier nights"
            )
        if guessed:
            remarks.append(
                f"for {', '.join(guessed)}, how long answers are and how much is corrected is a "
                "guess: no night has told yet"
            )
        return tuple(remarks)


def _warnings(settings: Settings, estimate: Estimate) -> tuple[str, ...]:
    warnings = []
    if len(settings.translators) > 1:
        warnings.append(
            f"only {settings.translators[0]} is foreseen to translate: what it declines costs more"
        )
    if {settings.translator_effort, settings.qa_effort} != {"off"}:
        warnings.append("models may think first here, which can cost more than is foreseen")
    limit = settings.budget_eur
    if limit is not None and estimate.total.eur > limit:
        warnings.append(f"that is more than the budget of {limit} EUR; a night will stop there")
    return tuple(warnings)
