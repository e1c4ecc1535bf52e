"""The one place that takes what a job's work raises: it becomes that job's own error.

Whatever the class, foreseen by nobody or not: it is in the job's error log, its trace is in the
log, it counts as an attempt, and the rest goes on. Only what says nothing of the job keeps its
meaning: a lease that was lost, a stop, a halt of the night, a fault of the home as a whole, and
exceptions that mean an end, such as a cancellation.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import httpx

from domain.decisions import Halt
from domain.errors import (
    DocumentError,
    EngineError,
    EnvironmentProblem,
    JobRefused,
    JobStopped,
    LeaseLost,
)
from domain.job.job import Step
from domain.job.notes import LoggedError
from storage.files.faults import is_of_home
from tasks.run.run_context import RunContext

T = TypeVar("T")

_ENDING = (KeyboardInterrupt, SystemExit, GeneratorExit, asyncio.CancelledError)

_log = logging.getLogger("nightdesk.jobs")


def is_end(error: BaseException) -> bool:
    """Whether an error means an end, of a task or of the process.

    Libraries in Rust raise others that are no `Exception` and mean no end: their panics.
    """
    return isinstance(error, _ENDING) or _is_of_prefect(error, "PrefectSignal", "ExternalSignal")


def is_of_all(error: BaseException) -> bool:
    """Whether an error is of the home, the engine or the orchestrator, and no job's."""
    if isinstance(error, EngineError):
        return isinstance(error.decision, Halt)
    is_far = isinstance(error, EnvironmentProblem | httpx.TransportError)
    return is_far or is_of_home(error) or _is_of_prefect(error, "PrefectException")


def _is_of_prefect(error: BaseException, *names: str) -> bool:
    # Prefect reads its settings when it is imported, which must not be before a night has chosen
    # its server; what is not imported has raised nothing.
    exceptions = sys.modules.get("prefect.exceptions")
    return exceptions is not None and isinstance(
        error, tuple(getattr(exceptions, name) for name in names)
    )


def met(
    run: RunContext, job_id: str, error: BaseException, step: Step, doing: str = ""
) -> LoggedError | None:
    """Take what the work on a job raised.

    Args:
        run: the run's; it is halted by what is of all.
        job_id: whose work it was.
        error: what was raised.
        step: where in the work, for the error log.
        doing: the same in words, where the step does not say it.

    Returns:
        The line for the job's error log, which the caller sees committed; None where the error is
        not the job's own.

    Raises:
        BaseException: `error` itself where it means an end.
    """
    if is_end(error):
        raise error
    if isinstance(error, LeaseLost):
        run.lost.add(job_id)
        return None
    if isinstance(error, JobStopped | JobRefused):
        return None  # Whoever stopped or refused it has said why.
    if is_of_all(error):
        halt(run, error)
        return None
    _log.error("job %s, %s: its work met a fault", job_id, doing or step, exc_info=error)
    message = " ".join(part for part in (doing and f"{doing}:", str(error)) if part)
    kind = "document" if isinstance(error, DocumentError) else type(error).__name__
    fault = LoggedError(job_id, None, kind, message or kind, step, run.clock.now())
    run.reasons[job_id] = fault.in_words
    return fault


def halt(run: RunContext, error: BaseException) -> None:
    """End the night for what no job is to blame for; an earlier reason stands."""
    if run.halted is None:
        _log.error("the night stops", exc_info=error)
        run.halted = str(error) or type(error).__name__


def by_halves(
    work: Callable[[Sequence[T]], object], items: Sequence[T]
) -> Iterator[tuple[T, BaseException]]:
    """Do some work for all items together; where that fails, by halves.

    It must be safe to repeat.

    Returns:
        The items for which it fails alone, each with what it raised.

    Raises:
        BaseException: what is of all, or means an end.
    """
    if not items:
        return
    try:
        work(items)
    except BaseException as error:
        if is_end(error) or is_of_all(error):
            raise
        if len(items) == 1:
            yield items[0], error
            return
        half = len(items) // 2
        yield from by_halves(work, items[:half])
        yield from by_halves(work, items[half:])


def each_alone(
    work: Callable[[T], object], items: Sequence[T]
) -> Iterator[tuple[T, BaseException]]:
    """Do some work for each item, with what it raised for some of them; else as `by_halves`."""
    for item in items:
        yield from by_halves(lambda one: work(one[0]), [item])


async def together(runs: Iterable[Awaitable[object]]) -> None:
    """Await some work at once, and all of it to its end, whatever one of it raises.

    What went on behind its group's back would work on jobs that were let go of meanwhile.

    Raises:
        BaseException: the first error in their order, or before it one that means an end, once
            nothing is under way any more. The others are in the log.
    """
    raise_first(await failures(runs), _tell_too)


async def failures(runs: Iterable[Awaitable[object]]) -> list[BaseException]:
    """Await some work at once, and all of it to its end; what was raised, in their order."""
    ended = await asyncio.gather(*runs, return_exceptions=True)
    return [one for one in ended if isinstance(one, BaseException)]


def raise_first(errors: Sequence[BaseException], tell: Callable[[BaseException], object]) -> None:
    """Raise the first of some errors, or before it one that means an end.

    Args:
        tell: is told each of the others, so that none goes unsaid.
    """
    first = next(filter(is_end, errors), None) or next(iter(errors), None)
    if first is None:
        return
    for error in errors:
        if error is not first and not is_end(error):
            tell(error)
    raise first


def _tell_too(error: BaseException) -> None:
    _log.error("beside another, this was raised: %s", error, exc_info=error)


@contextmanager
def guarded(take: Callable[[BaseException], object]) -> Iterator[None]:
    """Hand over what is raised within, unless it means an end."""
    try:
        yield
    except BaseException as error:
        if is_end(error):
            raise
        take(error)
