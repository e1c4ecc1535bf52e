"""Writers to be killed: run as a program, it forks one for each line it reads.

The lines: `commit RUN` commits until it is killed and tells each commit once it is durable;
`seal` submits, finishes and seals jobs, telling each. Forking saves the time of importing.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import sys
import time
from datetime import timedelta
from pathlib import Path

from lake_samples import NOON, a_call, a_finished_job, a_job, a_segment, job_id

from storage.control.leases import Leases
from storage.lake import Lake


def tell(line: str) -> None:
    os.write(1, f"{line}\n".encode())


async def commit(home: Path, run_id: str) -> None:
    """Commit a segment and its call with each number, four at once, from where others stopped."""
    # A thousand times faster than the clock: what was folded goes at once.
    lake = Lake.create(home, ticks=lambda: time.monotonic() * 1000, fold_at=8)
    leases = Leases(home)
    leases.open_run(run_id, NOON)
    fence = leases.take(job_id(1), run_id, NOON)
    assert fence is not None
    lake.hold(job_id(1), fence)
    numbers = itertools.count(len(lake.load(job_id(1)).segments))

    async def one_after_another() -> None:
        for number in numbers:
            await lake.commit(
                job_id(1), segments=[a_segment(segment_id=number)], calls=[a_call(call=number)]
            )
            tell(f"done {number}")

    await asyncio.gather(*(one_after_another() for _ in range(4)))


async def seal(home: Path) -> None:
    """Bring jobs to their end and seal and sweep them, from where others stopped."""
    lake, leases = Lake.create(home), Leases(home)
    run_id = str(os.getpid())
    leases.open_run(run_id, NOON)
    for number in itertools.count(1):
        lake.submit([a_job(number)])
        job = lake.load(job_id(number)).job
        if not job.status.is_terminal:
            fence = leases.take(job.job_id, run_id, NOON)
            assert fence is not None
            lake.hold(job.job_id, fence)
            await lake.commit(job.job_id, job=a_finished_job(number), calls=[a_call(number)])
        lake.seal([job.job_id])
        tell(f"done {job.job_id}")
        if number % 4 == 0:
            lake.sweep(timedelta(0), NOON + timedelta(days=36500))


def main() -> None:
    home = Path(sys.argv[1])
    tell("ready")
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            action, *arguments = line.split()
            asyncio.run({"commit": commit, "seal": seal}[action](home, *arguments))
            os._exit(1)
        tell(f"pid {pid}")
        os.waitpid(pid, 0)
        tell("dead")


if __name__ == "__main__":
    main()
