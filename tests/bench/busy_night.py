"""`python -m tests.bench.busy_night HOME`: a run at work on a lake's live jobs, until ended."""

from __future__ import annotations

import argparse
import asyncio
import itertools
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import uuid_utils

from domain.job.job import JobStatus
from domain.job.segment import SegmentStatus
from storage.control.leases import Leases
from storage.lake import Lake
from tests.bench.archive import LIVE_JOBS, live_id, live_job, segment, stored_in

COMMITS_A_SECOND = 20
SEAL_EVERY = 40
"""Commits from one sealed job to the next."""


async def work(home: Path) -> None:
    """Hold the live jobs; commit a segment of one after the other, and end a job now and then."""
    lake, leases, run = Lake(home), Leases(home), str(uuid_utils.uuid7())
    leases.open_run(run, datetime.now(UTC))
    stored = stored_in(home)

    def take(job_id: str) -> None:
        fence = leases.take(job_id, run, datetime.now(UTC))
        if fence is not None:
            lake.hold(job_id, fence)

    held = [live_id(number) for number in range(LIVE_JOBS)]
    for job_id in held:
        take(job_id)
    for count in itertools.count():
        job_id = held[count % LIVE_JOBS]
        await lake.commit(job_id, segments=[segment(job_id, count % 50, SegmentStatus.DONE)])
        if count % SEAL_EVERY == 0:
            new = replace(
                live_job(0, stored), job_id=str(uuid_utils.uuid7()), content_key=f"busy {count}"
            )
            lake.submit([new])
            take(new.job_id)
            over = replace(
                new,
                attempt=1,
                supervised=True,
                finalized=True,
                status=JobStatus.COMPLETED,
                output=stored["output"],
            )
            await lake.commit(new.job_id, job=over)
            await lake.let_go(new.job_id)
            leases.release(new.job_id, run)
            await asyncio.to_thread(lake.seal, [new.job_id])
        await asyncio.sleep(1 / COMMITS_A_SECOND)


def main() -> None:
    """Work until the process is ended."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.busy_night")
    parser.add_argument("home", type=Path)
    asyncio.run(work(parser.parse_args().home))


if __name__ == "__main__":
    main()
