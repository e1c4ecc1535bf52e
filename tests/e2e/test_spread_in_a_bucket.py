"""A night spread over machines that share nothing but an S3 endpoint and Prefect's server."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from flows.prefect import server_process
from tests.e2e.conftest import House
from tests.e2e.postgres import postgres, programs
from tests.e2e.test_owners import awaited
from tests.e2e.test_spread import DATABASE, end, pool
from tests.s3 import s3

JOBS = 24


@pytest.mark.skipif(programs() is None, reason="PostgreSQL isn't installed: no pg_ctl is found")
def test_killed_machine(
    house: House, simulated: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Where one of two machines dies, the night has its jobs done, and none asked for twice."""
    house.write({f"in/{n}.txt": f"Sentence {n} is the only one." for n in range(JOBS)})
    bin_folder = programs()
    assert bin_folder is not None
    folder = tmp_path_factory.mktemp("server")
    with simulated(latency=0.5) as page, postgres(bin_folder) as database, s3() as endpoint:
        environ = {**house.environ, DATABASE: database}
        server = server_process.start(folder, None, environ, owner=None)
        house.environ.update(
            endpoint.environ,
            PREFECT_API_URL=server.url,
            PREFECT_WORKER_QUERY_SECONDS="1",
            NIGHTDESK_HOME=endpoint.home("a/home"),
            NIGHTDESK_CACHE=str(house.folder / "cache"),
            NIGHTDESK_WORKERS="2",
            NIGHTDESK_MAX_IN_FLIGHT="1",
            NIGHTDESK_PACK_SEGMENTS="1",
        )
        try:
            house.submit()
            with pool(house, house.environ, apart=True) as workers:
                night = house.start("run", "--json")
                awaited(night, lambda: page("ledger")["totals"]["requests"] >= 8)
                end(workers[0])
                out, err = night.communicate()
                assert night.returncode == 0, out + err
                asked = page("ledger")["totals"]["requests"]
            report = json.loads(out)
            seen = {**house.environ, "NIGHTDESK_CACHE": str(house.folder / "another cache")}
            results = [
                house.ended("result", job["job_id"], **seen)[0] for job in report["jobs"][:3]
            ]
            checked, _ = house.ended("verify", "--json", **seen)
        finally:
            server_process.stop(folder, server)
    assert Counter(job["status"] for job in report["jobs"]) == {"completed": JOBS}
    delivered = list((house.folder / "outbox").glob("*/de/in/*.txt"))
    assert {path.read_text() for path in delivered} >= set(results)
    assert len(delivered) == JOBS
    assert 2 * JOBS <= asked <= 2 * JOBS + 1
    found = json.loads(checked)
    assert (found["faults"], found["leftovers"]) == ([], [])
    for number in range(2):
        assert list((house.folder / f"machine{number}" / "cache").glob("*/live/*/*.parquet"))
    assert not house.home.exists()
