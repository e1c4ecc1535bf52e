"""What a night tidies up before it begins."""

from __future__ import annotations

import errno
import os
from dataclasses import replace
from typing import NoReturn

import pytest

from domain.errors import LakeError
from domain.job.job import JobStatus
from flows.nightly import _finish_for_dead_nights
from tests.integration.conftest import Sessions

HOURS = 2 * 3600.0


async def test_a_damaged_sealed_file_ends_no_night(
    in_session: Sessions, caplog: pytest.LogCaptureFixture
) -> None:
    """What a damaged sealed file stands for stays where it is, and the night goes on."""
    async with in_session("This is one whole sentence.\n") as session:
        run, job_id = session.run, session.job.job_id
        now = run.clock.now()
        ended = replace(session.job, status=JobStatus.COMPLETED, finalized=True, finished_at=now)
        await run.lake.commit(job_id, job=ended)
        await run.lake.let_go(job_id)
        run.lake.seal([job_id])
        before = now.timestamp() - HOURS
        for path in run.home.glob("sealed/2*/*"):
            os.utime(path, (before, before))
        (damaged,) = run.home.glob("sealed/2*/calls-*")
        damaged.chmod(0o600)
        damaged.write_bytes(damaged.read_bytes()[:-9])

        await _finish_for_dead_nights(run, [])

        assert run.halted is None
        assert (run.home / "live" / job_id).is_dir()
        place = damaged.relative_to(run.home)
        said = f"something is left untidy, and the night goes on: {place} is not what was sealed"
        assert [said] == [r.getMessage()[: len(said)] for r in caplog.records]


async def test_a_full_disk_ends_it(in_session: Sessions, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the home as a whole is at fault, no job is taken up."""
    async with in_session("This is one whole sentence.\n") as session:

        def full(*_: object) -> NoReturn:
            raise LakeError("the lake can't be swept") from OSError(errno.ENOSPC, "full")

        monkeypatch.setattr(session.run.lake, "sweep", full)

        await _finish_for_dead_nights(session.run, [])

        assert session.run.halted == "the lake can't be swept"
