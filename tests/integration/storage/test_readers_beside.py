"""Readers at work while a lake is written, folded, sealed, compacted and swept."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
from busy_writer import JOBS, SEGMENTS
from conftest import Desk
from lake_samples import job_id

from storage.readmodel.readmodel import ReadModel

ROOT = Path(__file__).parents[3]
IDS = [job_id(number) for number in range(1, JOBS + 1)]


class Watch:
    """What readers have seen; it must only ever grow."""

    def __init__(self, home: Path, reads: ReadModel) -> None:
        self.over = threading.Event()
        self.reads_done = Counter[str]()
        self._home = home
        self._reads = reads

    def repeat(self, name: str, look: Callable[[dict[str, int]], dict[str, int]]) -> None:
        """Look again and again, until the writer is through and once more."""
        before: dict[str, int] = {}
        last = False
        while not last:
            last = self.over.is_set()
            seen = look(before)
            for key, count in before.items():
                assert seen.get(key, 0) >= count, f"{name}: {key} went from {count} to {seen}"
            before = seen
            self.reads_done[name] += 1
        assert before == dict.fromkeys(IDS, SEGMENTS)

    def records(self, before: dict[str, int]) -> dict[str, int]:
        """Segments by job, as the API reads them; a segment comes with its call."""
        seen = {}
        for wanted in IDS:
            record = self._reads.record(wanted)
            if record is not None:
                ids = [segment.segment_id for segment in record.segments]
                assert ids == list(range(len(ids)))
                assert [call.call_id.rpartition("-")[2] for call in record.calls] == [
                    str(n) for n in ids
                ]
                seen[wanted] = len(ids)
        return seen

    def costs(self, before: dict[str, int]) -> dict[str, int]:
        """Calls by job, as the command line sums them."""
        rows = self._reads.costs(["job"])
        assert len(rows) == len({row["job"] for row in rows})
        return {row["job"]: row["calls"] for row in rows}

    def catalog(self, before: dict[str, int]) -> dict[str, int]:
        """Segments by job, as an analyst counts them who opens the catalog."""
        with duckdb.connect(str(self._home / "catalog.duckdb"), read_only=True) as connection:
            rows = connection.execute(
                "SELECT job_id, count(*), count(DISTINCT segment_id) FROM segments GROUP BY job_id"
            ).fetchall()
        assert all(count == distinct for _, count, distinct in rows)
        return {job: count for job, count, _ in rows}


async def test_readers_see_no_error_no_gap_and_no_double(desk: Desk, reads: ReadModel) -> None:
    """Readers that read all the while see no error, nothing missing and nothing twice."""
    watch = Watch(desk.home, reads)
    with (
        subprocess.Popen(  # noqa: ASYNC220 - started, not waited for
            [sys.executable, Path(__file__).with_name("busy_writer.py"), desk.home],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            text=True,
        ) as writer,
        ThreadPoolExecutor(3) as threads,
    ):
        looks = {"records": watch.records, "costs": watch.costs, "catalog": watch.catalog}
        readers = [threads.submit(watch.repeat, name, look) for name, look in looks.items()]
        writer.wait()
        watch.over.set()
        for reader in readers:
            reader.result()

    assert writer.returncode == 0
    assert [path.name for path in (desk.home / "live").iterdir()] == ["_none"]
    assert all(count > 5 for count in watch.reads_done.values()), watch.reads_done
