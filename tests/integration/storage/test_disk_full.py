"""A disk that is full, by a limit on the size of files."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]

FULL = """
import asyncio, resource, sys
from pathlib import Path
from lake_samples import *
from domain.errors import LakeError
from storage.layout.documents import Documents
from storage.lake import Lake
from storage.control.leases import Leases

home = Path(sys.argv[1])
ONE, TWO = job_id(1), job_id(2)

async def main():
    lake, leases, documents = Lake.create(home), Leases(home), Documents(home)
    leases.open_run("night", NOON)
    lake.submit([a_job(1), a_job(2)])
    for job in (ONE, TWO):
        lake.hold(job, leases.take(job, "night", NOON))
    await lake.commit(ONE, segments=[a_segment(segment_id=0)])
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, resource.RLIM_INFINITY))
    large = a_segment(segment_id=1, source="x" * 60_000)
    both = asyncio.gather(
        lake.commit(ONE, segments=[large]),
        lake.commit(ONE, segments=[a_segment(segment_id=2)]),
        lake.commit(TWO, segments=[a_segment(2)]),
        return_exceptions=True,
    )
    for outcome in await both:
        print(type(outcome).__name__, "File too large" in str(outcome))
    try:
        documents.put(b"x" * 60_000)
    except LakeError:
        print("document refused")
    lake.jot(ONE, segments=[large])
    try:
        await lake.settle()
    except LakeError:
        print("jot refused")
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    await lake.commit(ONE, segments=[a_segment(segment_id=3)])
    print([segment.segment_id for segment in lake.load(ONE).segments])
    print([segment.segment_id for segment in lake.load(TWO).segments])
    print(len(list(home.rglob("*.tmp"))))
    print([name[9:34] for name in sorted(path.name for path in (home / "live" / ONE).iterdir())])
    await lake.let_go(ONE)
    lake.hold(ONE, leases.take(ONE, "other", NOON) or 1)
    await lake.commit(ONE, segments=[a_segment(segment_id=4)])
    print([segment.segment_id for segment in lake.load(ONE).segments])
    lake.close()

asyncio.run(main())
"""


def test_a_full_disk_reaches_all_it_concerns_and_no_other(tmp_path: Path) -> None:
    """A full disk is an error for each commit that shared the file, and for none of other jobs.

    Nothing half is left, and once there is room the job goes on: what could not be written goes
    with the next commit, jotted or not. The numbers it had are not given again, and the gap
    changes nothing.
    """
    done = subprocess.run(
        [sys.executable, "-c", FULL, tmp_path / "home"],
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{Path(__file__).parent}"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "LakeError True",
        "LakeError True",
        "NoneType False",
        "document refused",
        "jot refused",
        "[0, 1, 2, 3]",
        "[0]",
        "0",
        "['000000000001-000000000001', '000000000001-000001000000', '000003000001-000004000000']",
        "[0, 1, 2, 3, 4]",
    ]
