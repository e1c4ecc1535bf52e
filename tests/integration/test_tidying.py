"""What a night tidies up before it begins."""

from __future__ import annotations

import errno
import os
from dataclasses import replace
from typing import NoReturn

import pytest

from domain.errors import LakeError
from domain.job.job import JobStatus
from flows.nightly import _recovered
from tests.integration.conftest import Hands

HOURS = 2 * 3600.0


async def test_a_damaged_sealed_file_ends_no_night(
    in_hand: Hands, caplog: pytest.LogCaptureFixture
) -> None:
    """What a damaged sealed file stands for stays where it is, and the night goes on."""
    async with in_hand("This is one whole sentence.\n") as hand:
        desk, job_id = hand.desk, hand.job.job_id
        now = desk.clock.now()
        ended = replace(hand.job, status=JobStatus.COMPLETED, finalized=True, finished_at=now)
        await desk.lake.commit(job_id, job=ended)
        await desk.lake.let_go(job_id)
        desk.lake.seal([job_id])
        before = now.timestamp() - HOURS
        for path in desk.home.glob("sealed/2*/*"):
            os.utime(path, (before, before))
        (damaged,) = desk.home.glob("sealed/2*/calls-*")
        damaged.chmod(0o600)
        damaged.write_bytes(damaged.read_bytes()[:-9])

        await _recovered(desk, [])

        assert desk.halted is None
        assert (desk.home / "live" / job_id).is_dir()
        place = damaged.relative_to(desk.home)
        said = f"something is left untidy, and the night goes on: {place} is not what was sealed"
        assert [said] == [r.getMessage()[: len(said)] for r in caplog.records]


async def test_a_full_disk_ends_it(in_hand: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the home as a whole is at fault, no job is taken up."""
    async with in_hand("This is one whole sentence.\n") as hand:

        def full(*_: object) -> NoReturn:
            raise LakeError("the lake can't be swept") from OSError(errno.ENOSPC, "full")

        monkeypatch.setattr(hand.desk.lake, "sweep", full)

        await _recovered(hand.desk, [])

        assert hand.desk.halted == "the lake can't be swept"
