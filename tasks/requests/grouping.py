"""Packing: segments of a job that wait at the same stage travel in one request.

Whoever arrives first takes along all that wait there and lie in the same window of the document.
The others, when their task comes to it, find the request under way and wait for its end.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from domain.document.segment_windows import Ids
from domain.document.segment_windows import halves as _halves
from domain.job.job import Step
from tasks.session.guard import guarded
from tasks.session.job_session import JobSession


@dataclass(frozen=True, slots=True)
class Stage:
    """What is done at a stage.

    Attributes:
        name: of its tasks.
        step: as the contract names it.
        wants: whether a segment has to pass it still.
        work: does it for a pack; what it returns is left of it and is done next, before the
            segments named there leave the stage.
        then: the stage that a window goes on to as soon as it has passed this one, though others
            of its range have not; None where it waits for them.
    """

    name: str
    step: Step
    wants: Callable[[JobSession, int], bool]
    work: Work
    then: Stage | None = None


@dataclass(frozen=True, slots=True)
class Further:
    """Work that is left for some segments of a pack, at the same stage."""

    ids: Ids
    work: Work


Work = Callable[[JobSession, Ids], Awaitable[Sequence[Further]]]


def halves(ids: Ids, work: Work) -> list[Further]:
    """The same work again, by halves: how a pack is searched for the segment that spoils it."""
    return [Further(half, work) for half in _halves(ids)]


def searched(ids: Ids, work: Work) -> list[Further]:
    """The same work again by halves, or for one segment as it is, without its context then."""
    return halves(ids, work) if len(ids) > 1 else [Further(ids, work)]


def left_out(asked: Ids, answered: Container[int], work: Work) -> list[Further]:
    """The same work for the segments that an answer lacks; by halves where it lacks most of them.

    Args:
        asked: the segments that it was asked for.
        answered: those that it has, at least one.
        work: what asks for them.
    """
    missing = tuple(i for i in asked if i not in answered)
    if not missing:
        return []
    return halves(missing, work) if 2 * len(missing) > len(asked) else [Further(missing, work)]


def join(session: JobSession, stage: Stage, segment_id: int) -> None:
    """See to it that a segment's pack is under way; a pack that failed is not tried again."""
    under_way = session.under_way
    if (stage.name, segment_id) in under_way or not stage.wants(session, segment_id):
        return
    ids = tuple(
        i
        for i in session.document.window_of(segment_id)
        if (stage.name, i) not in under_way and stage.wants(session, i)
    )
    _start(session, stage, Further(ids, stage.work))


def cancel(session: JobSession) -> None:
    """Let no pack of a job go on; what one had asked for and not committed is lost."""
    for pack in session.under_way.values():
        pack.cancel()


def _start(session: JobSession, stage: Stage, part: Further) -> None:
    pack = asyncio.create_task(_run(session, stage, part))
    # Who waits for it may never come to it; what it raised is then no one's to hear.
    pack.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
    for segment_id in part.ids:
        session.under_way[stage.name, segment_id] = pack


async def _run(session: JobSession, stage: Stage, part: Further) -> None:
    try:
        left = await part.work(session, part.ids)
        for segment_id in part.ids:
            del session.under_way[stage.name, segment_id]
        for further in left:
            _start(session, stage, further)
        if stage.then is not None:
            _go_on(session, stage, stage.then, part.ids[0])
    except BaseException as error:
        session.attempt.stuck.update(part.ids)
        session.met(error, stage.step, part.ids[0])
        raise


def _go_on(session: JobSession, stage: Stage, then: Stage, segment_id: int) -> None:
    window = session.document.window_of(segment_id)
    if not any((stage.name, i) in session.under_way or stage.wants(session, i) for i in window):
        for i in window:
            join(session, then, i)


async def ended(stage: Stage, items: Iterable[tuple[JobSession, int]]) -> None:
    """Return once some segments have left a stage; those of other packs that failed hold no one up.

    Raises:
        Exception: the first failure of a pack, after all have ended.
    """
    items = list(items)
    failure: BaseException | None = None
    failed: set[asyncio.Task[None]] = set()
    while packs := _packs(stage, items) - failed:
        for pack in (await asyncio.wait(packs))[0]:
            if pack.cancelled() or pack.exception() is not None:
                failed.add(pack)
                failure = failure or _failure(pack)
    if failure is not None:
        raise failure


def _packs(stage: Stage, items: Iterable[tuple[JobSession, int]]) -> set[asyncio.Task[None]]:
    found = set()
    for session, segment_id in items:
        with guarded(partial(session.met, step=stage.step, segment_id=segment_id)):
            found.add(session.under_way.get((stage.name, segment_id)))
    return {pack for pack in found if pack is not None}


def _failure(pack: asyncio.Task[None]) -> BaseException:
    return asyncio.CancelledError() if pack.cancelled() else pack.exception() or RuntimeError()
