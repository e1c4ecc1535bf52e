"""Segments that share a translation: one of them is translated, the others wait for it."""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from functools import partial

from domain.job import Step
from domain.memory import MEMORY_ORIGIN
from domain.notes import Note
from domain.segment import Segment, SegmentStatus
from tasks.hand import JobInHand
from tasks.jobwork import guarded
from tasks.memory import NightMemory
from tasks.recall import recalled, unit_of

Item = tuple[JobInHand, int]


async def parts(memory: NightMemory, items: Sequence[Item]) -> AsyncIterator[list[Item]]:
    """The segments that have to be worked on, in parts, one as soon as the one before is done.

    What is in memory is taken from there and committed; what another segment is being translated
    for waits for that one, and is in a later part where that did not pass QA. Nobody who leads
    waits, so that no two wait for each other.

    Args:
        memory: the night's.
        items: open segments of some jobs, in document order.
    """
    _offer(memory, {hand for hand, _ in items})
    while items:
        leading, items = await _shared_out(memory, items)
        if leading:
            yield leading
        elif items:
            await _any_settled(memory, items)


def settle(memory: NightMemory, items: Iterable[Item]) -> None:
    """Offer segments that passed QA to those that wait for them, and give the others up."""
    for hand, segment_id in items:
        key = hand.segments[segment_id].memory_key
        if key is None:
            continue
        unit = None
        with guarded(partial(hand.met, step=Step.QA)):
            unit = unit_of(hand, segment_id)
        if unit is not None:
            memory.passed(key, unit)
        else:
            memory.abandon(key, (hand.job.job_id, segment_id))


def _offer(memory: NightMemory, hands: Iterable[JobInHand]) -> None:
    """Offer what earlier attempts of these jobs translated."""
    for hand in hands:
        for segment in hand.segments.values():
            if segment.origin != MEMORY_ORIGIN and segment.status is SegmentStatus.QA_PASSED:
                settle(memory, [(hand, segment.segment_id)])


async def _shared_out(memory: NightMemory, items: Sequence[Item]) -> tuple[list[Item], list[Item]]:
    """Those to work on now and those that wait; what was in memory is in neither."""
    leading: list[Item] = []
    waiting: list[Item] = []
    found: defaultdict[JobInHand, list[tuple[Segment, list[Note]]]] = defaultdict(list)
    for hand, segment_id in items:
        segment = hand.segments[segment_id]
        if segment_id in hand.stuck:
            continue
        if segment.status is not SegmentStatus.PENDING or segment.memory_key is None:
            leading.append((hand, segment_id))
        elif known := _recalled(memory, hand, segment_id):
            found[hand].append(known)
        elif segment_id in hand.stuck:
            continue
        elif memory.claim(segment.memory_key, (hand.job.job_id, segment_id)):
            leading.append((hand, segment_id))
        else:
            waiting.append((hand, segment_id))
    for hand in {hand for hand, _ in items}:
        hand.held_back = frozenset(i for other, i in waiting if other is hand)
    for hand, hits in found.items():
        segments = [segment for segment, _ in hits]
        with guarded(partial(hand.met, step=Step.TRANSLATOR)):
            await hand.commit(*segments, notes=[note for _, notes in hits for note in notes])
    return leading, waiting


def _recalled(
    memory: NightMemory, hand: JobInHand, segment_id: int
) -> tuple[Segment, list[Note]] | None:
    try:
        return recalled(memory, hand, segment_id)
    except BaseException as error:
        hand.stuck.add(segment_id)
        hand.met(error, Step.TRANSLATOR, segment_id)
        return None


async def _any_settled(memory: NightMemory, items: Iterable[Item]) -> None:
    keys = {hand.segments[segment_id].memory_key or "" for hand, segment_id in items}
    watches = [asyncio.create_task(memory.settled(key)) for key in keys]
    try:
        await asyncio.wait(watches, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for watch in watches:
            watch.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*watches, return_exceptions=True)
