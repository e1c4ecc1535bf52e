"""Which jobs are led last and alone, and in which order."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from flows.preparing import _fatal
from tests.integration.conftest import Sessions

MINUTES = timedelta(minutes=1)


async def test_the_job_of_the_most_kills_comes_last(in_session: Sessions) -> None:
    """Jobs that were under way beside one that kills come before it once they were spared a kill.

    One that has committed something since is led with all others.
    """
    async with in_session("One.") as session:
        run, now = session.run, session.run.clock.now()
        jobs = [replace(session.job, job_id=name) for name in ("kills", "beside", "goes on")]
        nights = [["kills", "beside", "goes on"]] * 3 + [["kills"]]
        for number, names in enumerate(nights):
            began = now - (10 - number) * 2 * MINUTES
            run.leases.open_run(f"night {number}", began)
            for name in names:
                assert run.leases.take(name, f"night {number}", began)
            run.leases.progressed("goes on", f"night {number}")

        assert ["beside", "kills"] == [job.job_id for job in _fatal(run, jobs)]
