"""A writer that does all that is ever done to a lake, in some seconds: run as a program.

It submits, commits, folds, seals, compacts and sweeps.
"""

from __future__ import annotations

import asyncio
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from lake_samples import NOON, a_call, a_finished_job, a_job, a_segment, job_id

from storage.control.leases import Leases
from storage.lake import Lake

GRACE_S = 10.0
"""Seconds that what is replaced stays; the readers' queries take less."""

JOBS = 6
SEGMENTS = 20


async def main(home: Path) -> None:
    # What was folded goes after 60 of these seconds.
    lake = Lake.create(home, ticks=lambda: time.monotonic() * 60 / GRACE_S, fold_at=8)
    leases = Leases(home)
    leases.open_run("night", NOON)
    for first in range(1, JOBS + 1, 3):
        group = range(first, first + 3)
        lake.submit([a_job(number) for number in group])
        await asyncio.gather(*(work(lake, leases, number) for number in group))
        await asyncio.to_thread(lake.seal, [job_id(number) for number in group])
        await asyncio.to_thread(lake.compact, datetime.now(UTC))
        lake.sweep(timedelta(seconds=GRACE_S), datetime.now(UTC))
    await asyncio.sleep(GRACE_S + 0.5)
    lake.sweep(timedelta(seconds=GRACE_S), datetime.now(UTC))
    lake.close()


async def work(lake: Lake, leases: Leases, number: int) -> None:
    fence = leases.take(job_id(number), "night", NOON)
    assert fence is not None
    lake.hold(job_id(number), fence)
    for n in range(SEGMENTS):
        await lake.commit(
            job_id(number), segments=[a_segment(number, n)], calls=[a_call(number, n)]
        )
    await lake.commit(job_id(number), job=a_finished_job(number, segment_count=SEGMENTS))
    await lake.let_go(job_id(number))
    leases.release(job_id(number), "night")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
