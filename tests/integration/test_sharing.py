"""Segments that wait for another's translation, over a real job in hand."""

from __future__ import annotations

import asyncio
from collections.abc import Collection

import pytest

from domain.job.segment import SegmentStatus
from domain.reuse.memory import Unit
from tasks.reuse.recall import prepare
from tasks.reuse.sharing import parts
from tasks.run.night_memory import NightMemory
from tasks.session.job_session import JobSession
from tests.integration.conftest import Sessions

UNIT = Unit("Es ist gut.", 100.0, "[]", "claude")
SENTENCES = 400


class Counted(NightMemory):
    """A memory that counts what it is asked."""

    asked = 0

    def hit(self, key: str) -> Unit | None:
        self.asked += 1
        return super().hit(key)

    def claim(self, key: str, owner: tuple[str, int]) -> bool:
        self.asked += 1
        return super().claim(key, owner)


class Empty:
    """Nothing is stored."""

    def units(self, keys: Collection[str]) -> dict[str, Unit]:
        return {}

    def holds_imports(self) -> bool:
        return False

    def imported(self, keys: Collection[str]) -> dict[str, Unit]:
        return {}


@pytest.fixture
def text() -> str:
    return "\n\n".join(f"This is sentence {n}." for n in range(SENTENCES))


async def worked_on(memory: NightMemory, session: JobSession) -> list[list[int]]:
    """The parts of a job's segments that come to be worked on; each is done at once."""
    found = []
    async for part in parts(memory, [(session, i) for i in session.segments]):
        found.append([i for _, i in part])
        for _, i in part:
            memory.abandon(session.segments[i].memory_key or "", (session.job.job_id, i))
    return found


async def test_who_waits_is_looked_at_when_it_may_go_on(in_session: Sessions, text: str) -> None:
    """Waiting for many segments of another job takes as many looks as there are segments."""
    async with in_session(text) as session:
        memory = Counted(Empty())
        keys = [session.segments[i].memory_key or "" for i in range(SENTENCES)]
        for i, key in enumerate(keys):
            assert memory.claim(key, ("other", i))
        memory.asked = 0
        work = asyncio.create_task(worked_on(memory, session))
        for start in range(0, SENTENCES, 4):
            await asyncio.sleep(0.001)
            for key in keys[start : start + 4]:
                memory.passed(key, UNIT)
        assert await work == []
        assert {str(s.status) for s in session.segments.values()} == {"qa_passed"}
        assert session.held_back == set()
        # When it comes, whether it leads, and once more when the other's is there.
        assert memory.asked <= 4 * SENTENCES


class Known(Empty):
    """All is stored."""

    def units(self, keys: Collection[str]) -> dict[str, Unit]:
        return dict.fromkeys(keys, UNIT)


async def test_what_the_memory_knows_is_not_asked_for(in_session: Sessions, text: str) -> None:
    """Of a document that is known, nothing is asked, though it is larger than what is kept."""
    async with in_session(text) as session:
        memory = NightMemory(Known(), kept=SENTENCES // 10)
        await prepare(memory, [session])
        assert await worked_on(memory, session) == []
        assert {str(s.status) for s in session.segments.values()} == {"qa_passed"}


async def test_who_waits_in_vain_is_worked_on(in_session: Sessions, text: str) -> None:
    """Of those that waited for segments that failed, the first of each text is worked on."""
    async with in_session("This is it. " * 3 + "That is not.") as session:
        memory = NightMemory(Empty())
        key = session.segments[3].memory_key or ""
        assert memory.claim(key, ("other", 0))
        work = asyncio.create_task(worked_on(memory, session))
        await asyncio.sleep(0.001)
        memory.let_go("other")
        # The two that share a text with the first wait for it, one after another.
        assert sorted(map(tuple, await work)) == [(0,), (1,), (2,), (3,)]


async def test_what_does_not_fit_holds_nobody_up(in_session: Sessions) -> None:
    """A unit that lacks a segment's markup is no hit; the segment is worked on."""
    async with in_session("This is `it`.") as session:
        memory = NightMemory(Empty())
        memory.passed(session.segments[0].memory_key or "", UNIT)
        assert await asyncio.wait_for(worked_on(memory, session), 300) == [[0]]
        assert session.segments[0].status is SegmentStatus.PENDING
