"""A kill between two steps of publishing never makes a sound lake look damaged."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from conftest import Desk
from lake_samples import a_finished_job, job_id
from test_lake_format import of_first_format

from storage.control.published import CATALOG, MANIFEST
from storage.lake import Lake
from storage.layout.layout import Layout
from storage.layout.manifest import ManifestFile
from storage.layout.manifest_content import FORMAT
from storage.verify.verifying import verify

ROOT = Path(__file__).parents[3]

KILLED = """
import os, sys
from pathlib import Path
from storage.control import facts
from storage.sealed import sealing, steps
from storage.lake import Lake

home, where = Path(sys.argv[1]), sys.argv[2]
entered, formed = facts.Facts.raise_to, steps._of_format

def killed(*_):
    os._exit(9)

def after(*given):
    entered(*given)
    os._exit(9)

lake = Lake(home)
if where == "manifest":
    facts.Facts.raise_to = killed
elif where == "fact":
    facts.Facts.raise_to = after
elif where == "catalog":
    sealing.publish_catalog = killed
elif where == "step":
    steps._of_format = killed
Lake.create(home)
lake.seal(sys.argv[3:])
"""


def kill(home: Path, where: str, *job_ids: str) -> None:
    """Start a process that is to seal jobs, and is killed."""
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, str(home), where, *job_ids],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert 9 == ended.returncode


async def end(desk: Desk, *numbers: int) -> None:
    desk.take(*numbers)
    for number in numbers:
        await desk.lake.commit(job_id(number), job=a_finished_job(number, segment_count=0))


def faults(home: Path) -> list[str]:
    found = verify(home, datetime.now(UTC)).faults
    return [finding.kind for finding in found if finding.kind != "missing document"]


@pytest.mark.parametrize("where", ["manifest", "fact", "catalog"])
async def test_a_kill_before(desk: Desk, where: str) -> None:
    """A sealer killed behind the manifest, or what is entered of it, leaves a sound lake."""
    await end(desk, 1, 2, 3)
    desk.lake.seal([job_id(1)])

    for number in (2, 3):
        kill(desk.home, where, job_id(number))
        assert [] == faults(desk.home)
        assert 3 == len(desk.lake.load_all([job_id(n) for n in (1, 2, 3)]))

    files = Layout.of(desk.home).files
    assert {"manifest": "1", "fact": "1", "catalog": "3"}[where] == files.fact(MANIFEST)
    await end(desk, 4)
    desk.lake.seal([job_id(4)])
    desk.lake.sweep(timedelta(0), datetime.now(UTC) + timedelta(hours=2))
    version = ManifestFile(Layout.of(desk.home)).read().version
    assert str(version) == files.fact(MANIFEST)
    assert f"{version} " in (files.fact(CATALOG) or "")
    assert [] == faults(desk.home)


async def test_a_kill_while_a_lake_is_carried_over(desk: Desk) -> None:
    """A step that is broken off is taken again by whoever comes next."""
    await end(desk, 1)
    desk.lake.seal([job_id(1)])
    of_first_format(desk.home)

    kill(desk.home, "step")

    manifests = ManifestFile(Layout.of(desk.home))
    assert 1 == manifests.read().format
    Lake.create(desk.home).close()
    assert FORMAT == manifests.read().format
    assert [] == faults(desk.home)
