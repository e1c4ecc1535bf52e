"""What batches need remembered beyond their process: the seam that storage plugs into."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Protocol, TypeVar

from domain.requests.batch import Entered, Sent


class BatchLog(Protocol):
    """Which questions went out in which batch. All methods block, and are durable on return."""

    def begin(self, key: str, questions: Mapping[str, Sent], now: datetime) -> dict[str, Entered]:
        """Enter a batch that is about to go out, if none of its questions is in another.

        Args:
            key: our name for the batch.
            questions: how each travels, by its custom id.
            now: the present time, with its zone.

        Returns:
            Those that are entered already; where there are any, nothing was entered.
        """
        ...

    def find(self, custom_ids: Collection[str]) -> dict[str, Entered]:
        """Those questions that are entered, by custom id."""
        ...

    def name(self, key: str, batch_id: str | None) -> None:
        """Enter the vendor's id of a batch; None where the one entered turned out wrong."""
        ...

    def batch_ids(self) -> set[str]:
        """All of the vendor's ids that are entered."""
        ...

    def forget_batch(self, key: str) -> None:
        """Forget a batch that was never created, and that its questions went out."""
        ...

    def forget_items(self, custom_ids: Collection[str]) -> None:
        """Forget that these questions went out; asked again, they go out again."""
        ...

    def close(self) -> None:
        """Let go of files."""
        ...


R = TypeVar("R")


class LogInThread:
    """A log that is opened at its first use and never keeps the event loop waiting for the disk.

    Belongs to one event loop.
    """

    def __init__(self, open_log: Callable[[], BatchLog]) -> None:
        self._open_log = open_log
        self._log: BatchLog | None = None
        self._one_by_one = asyncio.Lock()

    async def do(self, what: Callable[[BatchLog], R]) -> R:
        """The result of something done with the log; durable on return."""
        async with self._one_by_one:
            if self._log is None:
                self._log = await asyncio.to_thread(self._open_log)
            return await asyncio.to_thread(what, self._log)

    def close(self) -> None:
        """Let go of files, if it was opened."""
        if self._log is not None:
            self._log.close()
