"""Segments that share a translation: one of them is translated, the others wait for it."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from functools import partial

from domain.job.job import Step
from domain.job.notes import Note
from domain.job.segment import Segment, SegmentStatus
from domain.reuse.memory import RECALLED
from tasks.reuse.recall import recalled, unfit_review, unit_of
from tasks.run.night_memory import NightMemory
from tasks.session.guard import guarded
from tasks.session.job_session import JobSession

Item = tuple[JobSession, int]


async def parts(memory: NightMemory, items: Sequence[Item]) -> AsyncIterator[list[Item]]:
    """The segments that have to be worked on, in parts, one as soon as the one before is done.

    What is in memory is taken from there and committed; what another segment is being translated
    for waits for that one, and is in a later part where that did not pass QA. Nobody who leads
    waits, so that no two wait for each other.

    Args:
        memory: the night's.
        items: open segments of some jobs, in document order.
    """
    _offer(memory, {session for session, _ in items})
    waiting = _Waiting(memory)
    while items or waiting:
        leading = await _shared_out(memory, items, waiting)
        if leading:
            yield leading
        items = waiting.free() if leading else await waiting.some_free()


class _Waiting:
    """Segments that wait until nobody leads their key; each is looked at once it may go on."""

    def __init__(self, memory: NightMemory) -> None:
        self._memory = memory
        self._items: defaultdict[str, list[Item]] = defaultdict(list)
        self._settled: asyncio.Queue[str] = asyncio.Queue()

    def __bool__(self) -> bool:
        return bool(self._items)

    def add(self, key: str, item: Item) -> None:
        """Have a segment wait."""
        session, segment_id = item
        session.held_back.add(segment_id)
        self._items[key].append(item)
        if len(self._items[key]) == 1:
            self._memory.tell(key, self._settled.put_nowait)

    def free(self) -> list[Item]:
        """Those that need not wait any longer, in document order; they are not waiting then."""
        freed: list[Item] = []
        while not self._settled.empty():
            freed += self._items.pop(self._settled.get_nowait())
        for session, segment_id in freed:
            session.held_back.discard(segment_id)
        return sorted(freed, key=lambda item: (item[0].job.job_id, item[1]))

    async def some_free(self) -> list[Item]:
        """The same, once there are some; at once where nobody waits."""
        if self._items:
            self._settled.put_nowait(await self._settled.get())
        return self.free()


def settle(memory: NightMemory, items: Iterable[Item]) -> None:
    """Offer segments that passed QA to those that wait for them, and give the others up."""
    for session, segment_id in items:
        with guarded(partial(_given_up, memory, session, segment_id)):
            _settle(memory, session, segment_id)


def _settle(memory: NightMemory, session: JobSession, segment_id: int) -> None:
    key = session.segments[segment_id].memory_key
    if key is None:
        return
    unit = unit_of(session, segment_id)
    if unit is not None:
        memory.passed(key, unit)
    else:
        memory.abandon(key, (session.job.job_id, segment_id))


def _given_up(
    memory: NightMemory, session: JobSession, segment_id: int, error: BaseException
) -> None:
    """A fault stops a segment, but nobody who waits for it."""
    session.attempt.stuck.add(segment_id)
    memory.abandon(session.segments[segment_id].memory_key or "", (session.job.job_id, segment_id))
    session.met(error, Step.TRANSLATOR, segment_id)


def _offer(memory: NightMemory, sessions: Iterable[JobSession]) -> None:
    """Offer what earlier attempts of these jobs translated."""
    for session in sessions:
        with guarded(partial(session.met, step=Step.TRANSLATOR)):
            for segment in session.segments.values():
                if segment.origin not in RECALLED and segment.status is SegmentStatus.QA_PASSED:
                    settle(memory, [(session, segment.segment_id)])


async def _shared_out(memory: NightMemory, items: Sequence[Item], waiting: _Waiting) -> list[Item]:
    """Those to work on now; what was in memory is done, and the others wait."""
    leading: list[Item] = []
    found: defaultdict[JobSession, list[tuple[Segment, list[Note]]]] = defaultdict(list)
    for session, segment_id in items:
        with guarded(partial(_given_up, memory, session, segment_id)):
            if segment_id not in session.attempt.stuck:
                known = _known_or_shared(memory, session, segment_id, leading, waiting)
                found[session] += [] if known is None else [known]
    for session, hits in found.items():
        with guarded(partial(session.met, step=Step.TRANSLATOR)):
            segments = [segment for segment, _ in hits]
            notes = [note for _, notes in hits for note in notes]
            if segments:
                await session.commit(*segments, notes=notes)
    return leading


def _tell_of_unfit(memory: NightMemory, session: JobSession, segment_id: int) -> None:
    message = unfit_review(memory, session, segment_id)
    if message is not None:
        session.jot(errors=[session.error(segment_id, "memory", message, Step.TRANSLATOR)])


def _known_or_shared(
    memory: NightMemory,
    session: JobSession,
    segment_id: int,
    leading: list[Item],
    waiting: _Waiting,
) -> tuple[Segment, list[Note]] | None:
    """What is known of a segment; None for one that now leads or waits."""
    segment = session.segments[segment_id]
    key = segment.memory_key
    if segment.status is not SegmentStatus.PENDING or key is None:
        leading.append((session, segment_id))
    elif known := recalled(memory, session, segment_id):
        return known
    elif memory.hit(key) or memory.claim(key, (session.job.job_id, segment_id)):
        # What there is for it may not fit it; then nobody else's will.
        _tell_of_unfit(memory, session, segment_id)
        leading.append((session, segment_id))
    else:
        waiting.add(key, (session, segment_id))
    return None
