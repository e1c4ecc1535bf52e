"""A disk that is full in the middle of a night: a small file system, full to the last block."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.job.job import JobStatus
from simulator.running import running
from simulator.settings import SimulatorSettings
from tests.chaos.accounts import asked, kept, page, settled
from tests.chaos.killing import House
from tests.chaos.nursery import Nursery

JOBS = 3
SENTENCES = 12


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 8 MB of its own."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def fill(path: Path) -> None:
    """Write a file until no byte more fits."""
    with path.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4096))


def all_begun(house: House) -> bool:
    """Whether something of each job's work is durable."""
    jobs = kept(house.home).jobs
    return len(jobs) == JOBS and all(job.status is not JobStatus.QUEUED for job in jobs.values())


def test_full_in_the_middle_of_a_night(lanes: list[Nursery], small_disk: Path) -> None:
    """The night says so, unfinished jobs are failed, and once there is room the next ends them."""
    simulator = SimulatorSettings(latency=0.3)
    settings = {"NIGHTDESK_PACK_SEGMENTS": "1", "NIGHTDESK_MAX_IN_FLIGHT": "4"}
    all_sentences = sum(SENTENCES * (d + 1) for d in range(JOBS))
    with running(simulator) as url:
        house = House(lanes[0], small_disk, url, settings)
        house.out = small_disk.parent / "out.txt"
        house.write(
            {
                f"{d}.txt": "\n\n".join(
                    f"Sentence {s} of document {d} is here." for s in range(SENTENCES)
                )
                for d in range(JOBS)
            }
        )
        pid = house.start("run", "--json")
        # It stands still while it is looked at, so that what is seen is what the full disk meets.
        os.kill(pid, signal.SIGSTOP)
        while not all_begun(house):
            os.kill(pid, signal.SIGCONT)
            time.sleep(0.1)
            assert house.nursery.poll(pid) is None
            os.kill(pid, signal.SIGSTOP)
        jobs = kept(house.home).jobs
        completed = {key for key, job in jobs.items() if job.status is JobStatus.COMPLETED}
        assert len(completed) < JOBS
        fill(small_disk / "ballast")
        os.kill(pid, signal.SIGCONT)
        code = house.await_end(pid)
        printed = house.out.read_text(encoding="utf-8")
        assert code in (1, 3), printed
        assert "No space left on device" in printed or "disk is full" in printed, printed
        listed = json.loads(house.ended("jobs", "--json"))["jobs"]
        assert {job["job_id"]: job["status"] for job in listed} == {
            key: "completed" if key in completed else "failed" for key in jobs
        }
        before = kept(house.home)
        (small_disk / "ballast").unlink()
        assert page(url, "ledger")["totals"]["requests"] < 2 * all_sentences
        house.ended("run", "--json")
        after = kept(house.home)
        assert {str(job.status) for job in after.jobs.values()} == {"completed"}
        assert before.calls.items() <= after.calls.items()
        assert settled(after, asked(url)) == []
        assert house.temporary() == []
