"""A reader in a process of its own, at work all the while nights are killed beside it."""

from __future__ import annotations

import json
import random
import signal
import time
from collections.abc import Iterable
from pathlib import Path

import duckdb

from domain.job.job import Job
from domain.job.segment import Segment
from storage.files.home import Home
from storage.readmodel.readmodel import ReadModel

PAUSE_S = 0.3
COUNTED = {
    "jobs": "job_id",
    "segments": "(job_id, segment_id)",
    "calls": "call_id",
}


class Reader:
    """What one reader has seen, and what of it can't be.

    Args:
        home: the lake's.
        jobs: how many there are, from the beginning to the end.
    """

    def __init__(self, home: Home, jobs: int) -> None:
        self.half_states: list[str] = []
        # Of a home in a store each machine makes its own, when it is asked for.
        self._catalog = home / "catalog.duckdb" if isinstance(home, Path) else None
        self._expected = jobs
        self._model = ReadModel(home)
        self._jobs: dict[str, Job] = {}
        self._ended: dict[tuple[str, int], Segment] = {}
        self._calls: dict[str, set[str]] = {}
        self._counts: dict[str, int] = {}

    def look(self) -> None:
        """Read all jobs, one of them whole, and the views."""
        jobs = self._model.jobs()
        if len(jobs) != self._expected or len({job.job_id for job in jobs}) != len(jobs):
            self._half(f"{len(jobs)} jobs are listed of {self._expected}")
        for job in jobs:
            self._see_job(job)
        if jobs:
            self._see_record(random.choice(jobs).job_id)
        if self._catalog is not None and self._catalog.exists():
            self._see_views(self._catalog)

    def _half(self, what: str) -> None:
        self.half_states.append(what)

    def _see_job(self, job: Job) -> None:
        before = self._jobs.get(job.job_id)
        if before is not None and before.status.is_terminal and job != before:
            self._half(f"job {job.job_id} went on from {before.status} to {job.status}")
        if before is not None and job.usage.total_tokens < before.usage.total_tokens:
            self._half(f"job {job.job_id} cost less than before")
        self._jobs[job.job_id] = job

    def _see_record(self, job_id: str) -> None:
        record = self._model.record(job_id)
        if record is None:
            self._half(f"job {job_id} is listed and not there")
            return
        ids = [segment.segment_id for segment in record.segments]
        if ids != list(range(len(ids))) or (
            record.job.supervised and len(ids) != record.job.segment_count
        ):
            self._half(f"job {job_id} has segments {ids} of {record.job.segment_count}")
        self._see_segments(record.segments)
        calls = [call.call_id for call in record.calls]
        if len(set(calls)) != len(calls):
            self._half(f"job {job_id} has a call twice")
        if lost := self._calls.get(job_id, set()) - set(calls):
            self._half(f"job {job_id} lost calls {lost}")
        self._calls[job_id] = set(calls)
        if record.job.output is not None:
            self._model.output(record.job)

    def _see_segments(self, segments: Iterable[Segment]) -> None:
        for segment in segments:
            key = segment.job_id, segment.segment_id
            before = self._ended.get(key)
            if before is not None and segment != before:
                self._half(f"segment {key} went from {before.status} to {segment.status}")
            if segment.is_terminal:
                self._ended[key] = segment

    def _see_views(self, path: Path) -> None:
        with duckdb.connect(str(path), read_only=True) as catalog:
            for view, key in COUNTED.items():
                sql = f"SELECT count(*), count(DISTINCT {key}) FROM {view}"
                found = catalog.execute(sql).fetchone()
                assert found is not None
                if found[0] != found[1] or found[0] < self._counts.get(view, 0):
                    self._half(f"the view {view} has {found}, before {self._counts.get(view)}")
                self._counts[view] = found[0]


def read_on(home: Home, finds: Path, jobs: int) -> int:
    """Look until SIGTERM, then write how often, and what was a half state."""
    told: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, frame: told.append(number))
    reader, looks = Reader(home, jobs), 0
    while not told or not looks:
        try:
            reader.look()
        except Exception as error:  # whatever it is, a reader must not get it
            reader.half_states.append(f"{type(error).__name__}: {error}")
        looks += 1
        time.sleep(PAUSE_S)
    finds.write_text(json.dumps({"looks": looks, "half_states": reader.half_states}))
    return 0
