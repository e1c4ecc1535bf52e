"""A job's JSON is the same wherever its rows lie, and whoever prints it."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from cli.main import application
from domain.job.job import JobStatus
from domain.job.notes import LoggedError, Note, NoteType
from domain.job.segment import SegmentStatus
from storage.control.keys import Keys
from storage.control.leases import Leases
from storage.lake import Lake
from storage.layout.documents import Documents
from tests.integration.api.api_samples import (
    MORNING,
    call_of,
    hold,
    id_of,
    job,
    segments_of,
    serving,
)

S = SegmentStatus
JOBS = range(1, 13)
PATHS = [f"/v1/jobs/{id_of(n)}{ending}" for n in JOBS for ending in ("", "/result", "/download")]


async def write_night(lake: Lake, home: Path) -> None:
    """What a run leaves: jobs that ended, each in several files."""
    leases = Leases(home)
    leases.open_run("a-run", MORNING)
    output = Documents(home).put(b"Sentence 0.\n\nSentence 1.\n")
    lake.submit([job(n, attempt=0, supervised=False) for n in JOBS])
    for n in JOBS:
        job_id = id_of(n)
        await hold(lake, leases, job_id)
        pending = segments_of(n, S.PENDING, S.PENDING, S.PENDING)
        await lake.commit(job_id, job=job(n, attempt_open=True), segments=pending)
        for segment in segments_of(n, S.DONE, S.BLOCKED, S.DONE):
            await lake.commit(job_id, segments=[segment])
        over = job(n, finalized=True, output=output, finished_at=MORNING, source_words=4)
        await lake.commit(
            job_id,
            job=replace(over, status=JobStatus.COMPLETED_WITH_BLOCKS),
            calls=[call_of(job_id)],
            notes=[Note(job_id, 0, NoteType.LOW_CONFIDENCE, "two meanings", "translator", MORNING)],
            errors=[LoggedError(job_id, 1, "overloaded_error", "Busy", "translator", MORNING)],
        )
        await lake.let_go(job_id)
        leases.release(job_id, "a-run")
    leases.close()


@dataclass
class Reader:
    """Reads all answers over and over, in a thread, from when it is entered to when it is left."""

    client: httpx.Client
    seen: dict[str, set[bytes]]
    rounds: int = 0
    over: bool = False

    def read(self) -> None:
        while not self.over:
            for path in PATHS:
                self.seen[path].add(self.client.get(path).content)
            self.rounds += 1

    def wait_for(self, rounds: int) -> None:
        """Until so many rounds are over."""
        while self.rounds < rounds:
            assert self.thread.is_alive()
            time.sleep(0.01)

    def __enter__(self) -> Reader:
        self.thread = threading.Thread(target=self.read)
        self.thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self.over = True
        self.thread.join()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def client(home: Path) -> Iterator[httpx.Client]:
    with serving(home) as client:
        client.headers["X-API-Key"] = Keys(home).add("reader", MORNING, owner=None)
        yield client


def test_the_same_before_during_and_after_compaction(home: Path, client: httpx.Client) -> None:
    """Sealing, compacting and sweeping change no byte of any answer, and no reader ever waits."""
    lake = Lake.create(home)
    asyncio.run(write_night(lake, home))
    before = {path: client.get(path).content for path in PATHS}

    with Reader(client, defaultdict(set)) as reader:
        for n in JOBS:
            lake.seal([id_of(n)])
            lake.compact(datetime.now(UTC))
        reader.wait_for(2)
        for later in (1, 2):
            lake.sweep(timedelta(0), datetime.now(UTC) + timedelta(days=later))
        reader.wait_for(reader.rounds + 2)
    lake.close()

    assert {path: {body} for path, body in before.items()} == reader.seen
    assert before == {path: client.get(path).content for path in PATHS}
    assert len({*before.values()}) == 2 * len(JOBS) + 1  # the documents are alike


def test_the_same_from_the_command_line(home: Path, client: httpx.Client) -> None:
    """The command line prints the very bytes that the API answers, live or sealed."""
    lake = Lake.create(home)
    asyncio.run(write_night(lake, home))
    lake.seal([id_of(n) for n in JOBS if n % 2])
    lake.close()

    for n in JOBS:
        for command, ending in (("status", ""), ("result", "/result")):
            told = CliRunner().invoke(
                application(), [command, id_of(n), "--json", "--home", str(home)]
            )
            assert told.stdout_bytes == client.get(f"/v1/jobs/{id_of(n)}{ending}").content + b"\n"
