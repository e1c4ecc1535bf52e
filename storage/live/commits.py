"""Group commit: how one job's rows get to disk."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import InitVar, dataclass
from functools import partial

import duckdb

from domain.errors import LakeError, LeaseLost, NightdeskError
from storage.files.io_executor import Disk
from storage.live.file_sums import NotAsWritten, signed
from storage.live.folders import LiveFolders, Opened
from storage.live.folding import Written, due, fold
from storage.live.listing import BLOCK, FENCE_SHIFT, LiveFile
from storage.live.live_bytes import live_bytes
from storage.tables.database import Database
from storage.tables.rows import LiveRow

JOT_DELAY_S = 2.0
"""Seconds a jotted row waits for a commit to travel with: as long as many an answer takes.

With a tenth of a second, a job that is taken up, taken apart and sent wrote three files before the
one with its first answer.
"""

PAID_DELAY_S = 0.1
"""The same of what was paid for: a crash may not lose it for longer."""

_PAID = "calls"

FEW_ROWS = 200
"""Rows that are made a file of at once, within a millisecond."""

GRACE_S = 60.0
"""Seconds that files stay after a folded one gathered them: longer than a query takes."""


@dataclass(eq=False)
class JobWriter:
    """The one writer of a job, from taking it until letting go of it.

    Rows that wait together travel in one file; while it is being written, the next gathers. All
    methods belong to one event loop.

    Attributes:
        job_id: the job.
        folders: where its live folder is.
        fence: of the lease it is held by.
        opened: where it begins.
        fold_at: files, from which on they are folded.
        check: raises LeaseLost when that fence is no longer good.
        disk: where files are written.
        threads: where they are folded.
        database: what folds them.
        ticks: seconds of a clock that never goes back.
        tip: the newest file it wrote; None where it wrote none.
    """

    job_id: str
    folders: LiveFolders
    fence: int
    opened: InitVar[Opened]
    fold_at: int
    check: Callable[[str, int], None]
    disk: Disk
    threads: Executor
    database: Database
    ticks: Callable[[], float]

    def __post_init__(self, opened: Opened) -> None:
        self.tip: LiveFile | None = None
        self._count, self._before = opened
        self._files: list[Written] = []
        self._gathered: deque[tuple[float, LiveFile]] = deque()
        self._rows: list[LiveRow] = []
        self._waiting: list[asyncio.Future[None]] = []
        self._writing: asyncio.Task[None] | None = None
        self._folding: asyncio.Task[None] | None = None
        self._alarm: asyncio.TimerHandle | None = None
        self._jot_failure: Exception | None = None

    async def commit(self, rows: Sequence[LiveRow]) -> None:
        """Write rows, all in one file; return once they are durable.

        Raises:
            LeaseLost: another run has the job.
            LakeError: the file can't be written.
        """
        durable: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._rows += rows
        self._waiting.append(durable)
        self._wake()
        await durable

    def jot(self, rows: Sequence[LiveRow]) -> None:
        """Let rows go with the next commit, or without one in `JOT_DELAY_S`.

        One of a call, which was paid for, goes in `PAID_DELAY_S`, with all that wait.
        """
        self._rows += rows
        if self._writing is None:
            self._wake_for(rows)

    async def settle(self) -> None:
        """Return once all rows are durable.

        Raises:
            LakeError: rows that no commit waited for could not be written.
        """
        if self._rows:
            self._wake()
        while running := [task for task in (self._writing, self._folding) if task is not None]:
            await asyncio.wait(running)
            if self._rows and self._jot_failure is None:
                self._wake()
        if self._jot_failure is not None:
            failure, self._jot_failure = self._jot_failure, None
            raise failure

    def _wake_for(self, rows: Sequence[LiveRow]) -> None:
        """See that rows which no commit waits for are written in time."""
        loop = asyncio.get_running_loop()
        is_paid = any(row.kind == _PAID for row in rows)
        due = loop.time() + (PAID_DELAY_S if is_paid else JOT_DELAY_S)
        if self._alarm is None or due < self._alarm.when():
            if self._alarm is not None:
                self._alarm.cancel()
            self._alarm = loop.call_at(due, self._wake)

    def _wake(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_all())

    async def _write_all(self) -> None:
        is_written = True
        try:
            while True:
                # What is ready in this turn of the loop comes along.
                await asyncio.sleep(0)
                rows, self._rows = self._rows, []
                waiting, self._waiting = self._waiting, []
                is_written = await self._write_for(rows, waiting)
                files = due(self._files, self.fold_at) if is_written else None
                if files and self._folding is None:
                    self._folding = asyncio.create_task(self._fold(files))
                if not self._waiting:
                    break
        finally:
            self._writing = None
        if self._rows and is_written:
            self._wake_for(self._rows)

    async def _write_for(self, rows: list[LiveRow], waiting: list[asyncio.Future[None]]) -> bool:
        """Write rows and tell who waits for them; False where they could not be written.

        They go with the next commit then: what it says of the job counts on them.
        """
        open_futures = (future for future in waiting if not future.done())
        try:
            if rows:
                write = partial(self._write, rows)
                self._files.append(await self.disk.run(write, is_small=len(rows) <= FEW_ROWS))
        except asyncio.CancelledError:
            for future in open_futures:
                future.cancel()
            raise
        except Exception as failure:
            for future in open_futures:
                future.set_exception(self._reported(failure))
            if not isinstance(failure, LeaseLost):
                self._rows = rows + self._rows
                if not waiting:
                    self._jot_failure = self._reported(failure)
            return False
        for future in open_futures:
            future.set_result(None)
        self._jot_failure = None
        return True

    def _write(self, rows: list[LiveRow]) -> Written:
        self.check(self.job_id, self.fence)
        rows = _newest(rows)
        if len(rows) > BLOCK:
            raise LakeError(f"{len(rows):,} rows are too many for one commit")
        file = LiveFile(self.fence, last=self._count, first=self._count).next()
        # Even if the write fails: its file may be seen all the same (see `whole_file`), so its
        # numbers are never given again. Nothing minds a gap: only their order counts.
        self._count = file.last
        start = self.fence << FENCE_SHIFT
        content = live_bytes(self.job_id, list(enumerate(rows, start + file.first)))
        content = signed(content, self._before)
        try:
            self.folders.append(self.job_id, file, content)
        except (FileNotFoundError, FileExistsError):
            # The job was sealed and swept, or its next owner cleared away what was half written,
            # or closed what this one writes.
            raise LeaseLost(self.job_id) from None
        self._before = self.tip = file
        return Written(file, len(content), folded=False)

    def _reported(self, failure: Exception) -> NightdeskError:
        """What a waiter is told: an error of its own, since each is raised in another task."""
        if isinstance(failure, LeaseLost):
            return LeaseLost(self.job_id)
        told = LakeError(f"job {self.job_id} can't be written: {failure}")
        told.__cause__ = failure
        return told

    async def _fold(self, files: list[LiveFile]) -> None:
        loop = asyncio.get_running_loop()
        try:
            # A fold that fails changes nothing; the next commits bring on another.
            with contextlib.suppress(OSError, NotAsWritten, duckdb.Error):
                folded = await loop.run_in_executor(
                    self.threads, fold, self.folders, self.job_id, files, self.database
                )
                self._fold_done(folded, files)
                await loop.run_in_executor(self.threads, self._drop, self._readable_no_more())
        finally:
            self._folding = None

    def _fold_done(self, folded: Written, files: list[LiveFile]) -> None:
        gone = set(files)
        now = self.ticks()
        self._files = sorted([folded, *(w for w in self._files if w.file not in gone)])
        self._gathered.extend((now + GRACE_S, file) for file in files)

    def _readable_no_more(self) -> list[LiveFile]:
        """The files that were gathered so long ago that no reader has them any more."""
        old: list[LiveFile] = []
        while self._gathered and self._gathered[0][0] <= self.ticks():
            old.append(self._gathered.popleft()[1])
        return old

    def _drop(self, files: Sequence[LiveFile]) -> None:
        for file in files:
            self.folders.drop(self.job_id, file)


def _newest(rows: Sequence[LiveRow]) -> list[LiveRow]:
    """Rows without those that a later one of the same key replaces."""
    last = {(row.kind, row.key): at for at, row in enumerate(rows)}
    return [row for at, row in enumerate(rows) if not row.key or last[row.kind, row.key] == at]
