"""Nothing that was acknowledged is lost, however a process ends."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Desk
from lake_samples import a_job, job_id

from storage.readmodel.readmodel import ReadModel

ROOT = Path(__file__).parents[3]
HERE = Path(__file__).parent


class Killer:
    """Starts writers and kills them at random moments."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._random = random.Random(4)
        assert self.line() == "ready"

    def line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def run_and_kill(self, command: str, *, most: int) -> list[str]:
        """What a writer told as done before it was killed."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{command}\n")
        self._process.stdin.flush()
        pid = int(self.line().removeprefix("pid "))
        told: list[str] = []
        for _ in range(self._random.randrange(most)):
            told.append(self.line())
        time.sleep(self._random.random() / 100)
        os.kill(pid, signal.SIGKILL)
        while (line := self.line()) != "dead":
            told.append(line)
        assert all(line.startswith("done ") for line in told)
        return [line.removeprefix("done ") for line in told]


@pytest.fixture
def killer(tmp_path: Path) -> Iterator[Killer]:
    with subprocess.Popen(
        [sys.executable, HERE / "killed_writers.py", tmp_path / "home"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        text=True,
    ) as process:
        yield Killer(process)
        assert process.stdin is not None
        process.stdin.close()


async def test_a_killed_writer_loses_nothing(desk: Desk, reads: ReadModel, killer: Killer) -> None:
    """Of 20 writers killed at random moments none loses a commit that it told as done.

    Nor is any commit there by half, a key twice, or a job held by the dead.
    """
    desk.lake.submit([a_job()])
    told: set[int] = set()
    for number in range(20):
        told |= {int(line) for line in killer.run_and_kill(f"commit run-{number}", most=40)}

        record = reads.record(job_id(1))
        assert record is not None
        segments = [segment.segment_id for segment in record.segments]
        assert told <= set(segments)
        assert segments == list(range(len(segments)))
        assert sorted(int(call.call_id.split("-")[2]) for call in record.calls) == segments
        assert not reads.held(job_id(1))
    assert len(told) > 150


async def test_a_killed_sealer_loses_nothing(desk: Desk, reads: ReadModel, killer: Killer) -> None:
    """Of 6 sealers killed at random moments none loses or doubles a job.

    Whoever comes next carries on, and once it is swept nothing half done is left.
    """
    told: set[str] = set()
    for _ in range(6):
        told |= set(killer.run_and_kill("seal", most=6))

        jobs = [job.job_id for job in reads.jobs()]
        assert jobs == [job_id(number + 1) for number in range(len(jobs))]
        assert told <= set(jobs)
        for row in reads.costs(["job"]):
            assert row["calls"] == 1
    assert len(told) > 3
