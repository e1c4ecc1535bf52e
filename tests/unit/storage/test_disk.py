"""Where small work on files is done."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from storage.files.io_executor import LEFT_TO_THREADS, QUICK_S, Disk


class Clock:
    """A clock that goes on by what each look takes."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._now = 0.0

    def __call__(self) -> float:
        self._now += self.seconds
        return self._now


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


def is_here() -> bool:
    return threading.current_thread() is threading.main_thread()


async def test_quick_disk(threads: ThreadPoolExecutor) -> None:
    """On a quick disk small work is done at once, large work in a thread."""
    disk = Disk(threads, ticks=Clock(QUICK_S / 2))
    assert await disk.run(is_here)
    assert not await disk.run(is_here, is_small=False)


async def test_slow_disk(threads: ThreadPoolExecutor) -> None:
    """A disk that is slow is left to threads, and tried again after a while."""
    clock = Clock(10 * QUICK_S)
    disk = Disk(threads, ticks=clock)
    assert await disk.run(is_here)
    found = [await disk.run(is_here) for _ in range(LEFT_TO_THREADS)]
    assert found == [False] * LEFT_TO_THREADS
    clock.seconds = 0
    assert await disk.run(is_here)
    assert await disk.run(is_here)


async def test_far_away(threads: ThreadPoolExecutor) -> None:
    """What goes to another machine never holds up the loop."""
    assert not await Disk(threads, is_far=True).run(is_here)


async def test_one_slow_call(threads: ThreadPoolExecutor) -> None:
    """One call that takes long, among many that don't, changes nothing."""
    clock = Clock(0)
    disk = Disk(threads, ticks=clock)
    for seconds in (0, 4 * QUICK_S, 0, 0):
        clock.seconds = seconds
        assert await disk.run(is_here)


async def test_long_work(threads: ThreadPoolExecutor) -> None:
    """Work that keeps a processor busy for long is no slow disk's."""
    disk = Disk(threads, ticks=Clock(10 * QUICK_S), worked=Clock(10 * QUICK_S))
    assert [await disk.run(is_here) for _ in range(LEFT_TO_THREADS)] == [True] * LEFT_TO_THREADS


async def test_failed_work(threads: ThreadPoolExecutor) -> None:
    """What the work raises is raised, wherever it is done."""
    disk = Disk(threads)
    for is_small in (True, False):
        with pytest.raises(OSError, match="full"):
            await disk.run(fail, is_small=is_small)


def fail() -> None:
    raise OSError("full")
