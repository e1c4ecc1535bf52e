"""Where small work on files is done: at once while the disk is quick, else in threads."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Executor
from typing import TypeVar

T = TypeVar("T")

QUICK_S = 0.005
"""Seconds that one call may wait in the event loop, on the average of the last few."""

LAST = 8
LEFT_TO_THREADS = 64
"""Calls that go to threads where the disk was too slow, until it is tried again."""


class Disk:
    """Runs small work on files where it costs least; belongs to one event loop.

    In a thread, work hands Python's lock over at each call to the operating system, ten for a
    file, and gets it back from a loop that is busy: with a hundred jobs under way a commit then
    costs some 3 ms of CPU time, where the same done at once costs 0.7. On a disk that is not quick
    the loop would stand still meanwhile, so there threads it is.

    Args:
        threads: for a slow disk, and for what is large.
        is_far: whether files are durable only once another machine has them; then all goes to
            threads.
        ticks: seconds of a clock that never goes back.
        worked: seconds for which this thread has had a processor: no disk is to blame for them.
    """

    def __init__(
        self,
        threads: Executor,
        *,
        is_far: bool = False,
        ticks: Callable[[], float] = time.monotonic,
        worked: Callable[[], float] = time.thread_time,
    ) -> None:
        self.is_far = is_far
        self._threads = threads
        self._ticks = ticks
        self._worked = worked
        self._mean = 0.0
        self._left_to_threads = 0

    async def run(self, work: Callable[[], T], *, is_small: bool = True) -> T:
        """What some work returns, or raises.

        Args:
            work: called in this thread or another.
            is_small: whether it takes a millisecond or two on a quick disk.
        """
        if is_small and not self.is_far and not self._left_to_threads:
            began, worked = self._ticks(), self._worked()
            try:
                return work()
            finally:
                self._waited(self._ticks() - began - (self._worked() - worked))
        self._left_to_threads = max(0, self._left_to_threads - is_small)
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def _waited(self, seconds: float) -> None:
        self._mean += (seconds - self._mean) / LAST
        if self._mean > QUICK_S:
            self._mean = 0.0
            self._left_to_threads = LEFT_TO_THREADS
