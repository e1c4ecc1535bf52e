"""Letting go of what the log of batches need not know any more."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime

from storage.control.batch_log import BatchLog
from storage.files.home import Home
from storage.lake import Lake


def forget_ended(home: Home, lake: Lake, now: datetime) -> None:
    """Forget what went out for jobs that have ended since, and what can't be fetched any more.

    All that was learned for such a job is in the lake, and nothing is asked about it any more.

    Args:
        home: where the log lies.
        lake: the lake of that home.
        now: the present time, with its zone.

    Raises:
        LakeError: the lake can't be read, or the log not be written.
    """
    with closing(BatchLog(home)) as log:
        log.forget_old(now)
        sent = log.job_ids()  # read first: a job that another run begins meanwhile is not in it
        if sent:
            under_way = {job.job_id for job in lake.live_jobs() if not job.status.is_terminal}
            log.forget_jobs(sent - under_way)
