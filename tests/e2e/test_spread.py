"""A night spread over workers, on a Prefect server with PostgreSQL behind it."""

from __future__ import annotations

import json
import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from flows.prefect import server_process
from tests.e2e.conftest import House
from tests.e2e.postgres import postgres, programs
from tests.e2e.test_owners import awaited
from tests.e2e.test_prefect import asked, deploy
from tests.forked import Forked, prefect

DATABASE = "PREFECT_API_DATABASE_CONNECTION_URL"


@contextmanager
def pool(
    house: House, environ: dict[str, str], *, workers: int = 2, apart: bool = False
) -> Iterator[list[Forked]]:
    """Workers of the pool that prefect.yaml names, each with a process group of its own.

    Args:
        workers: how many.
        apart: whether each has folders of its own, as on several machines.
    """
    deploy(environ)
    folders = [house.folder / f"machine{n}" if apart else house.folder for n in range(workers)]
    own = {"NIGHTDESK_CACHE": "cache", "HOME": "home", "TMPDIR": "tmp"} if apart else {}
    for folder in folders:
        for name in own.values():
            (folder / name).mkdir(parents=True)
    started = [
        Forked(
            work,
            folder=folder,
            environ={**environ, **{name: str(folder / place) for name, place in own.items()}},
        )
        for folder in folders
    ]
    try:
        yield started
    finally:
        for worker in started:
            end(worker)


def work() -> None:
    """Be a worker that takes a run at a time."""
    os.setsid()
    prefect(["worker", "start", "--pool", "nightdesk", "--limit", "1"])


def end(worker: Forked) -> None:
    """Kill a worker and the run it leads, as a machine does that goes down."""
    if worker.poll() is None:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()


@pytest.mark.skipif(programs() is None, reason="PostgreSQL isn't installed: no pg_ctl is found")
def test_killed_worker(
    house: House, simulated: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Where one of two workers is killed, the night has its jobs done, and none asked for twice."""
    house.write({f"in/{n}.txt": f"Sentence {n} is the only one." for n in range(24)})
    bin_folder = programs()
    assert bin_folder is not None
    folder = tmp_path_factory.mktemp("server")
    with simulated(latency=0.5) as page, postgres(bin_folder) as database:
        environ = {**house.environ, DATABASE: database}
        server = server_process.start(folder, None, environ, owner=None)
        own = {
            "PREFECT_API_URL": server.url,
            "PREFECT_WORKER_QUERY_SECONDS": "1",
            "NIGHTDESK_HOME": str(house.home),
            "NIGHTDESK_WORKERS": "2",
            "NIGHTDESK_MAX_IN_FLIGHT": "1",
            "NIGHTDESK_PACK_SEGMENTS": "1",
        }
        house.environ.update(own)
        try:
            house.submit()
            with pool(house, house.environ) as workers:
                night = house.start("run", "--json")
                awaited(night, lambda: page("ledger")["totals"]["requests"] >= 8)
                end(workers[0])
                out, err = night.communicate()
                assert night.returncode == 0, out + err
                ledger = page("ledger")
        finally:
            server_process.stop(folder, server)
    report = json.loads(out)
    assert Counter(job["status"] for job in report["jobs"]) == {"completed": 24}
    assert len(list((house.folder / "outbox").glob("*/de/in/*.txt"))) == 24
    assert 48 <= ledger["totals"]["requests"] <= 49


@pytest.mark.xdist_group("deployments")
def test_ended_spread_night(house: House, simulated: Callable[..., Any], prefect_api: str) -> None:
    """A spread night that is told to end cancels its shards' runs, and nothing is asked on."""
    # Each shard has more to ask than is asked until its end is told, however slow this machine is.
    house.write(
        {
            f"in/{d}.txt": "\n\n".join(f"Sentence {s} of document {d} is here." for s in range(12))
            for d in range(24)
        }
    )
    with simulated(latency=1) as page:
        house.environ.update(
            PREFECT_WORKER_QUERY_SECONDS="1",
            NIGHTDESK_HOME=str(house.home),
            NIGHTDESK_WORKERS="2",
            NIGHTDESK_MAX_IN_FLIGHT="1",
            NIGHTDESK_PACK_SEGMENTS="1",
        )
        house.submit()
        with pool(house, house.environ):
            night = house.start("run", "--json")

            def both_work() -> bool:
                ledger = page("ledger")
                return ledger["in_flight"]["now"] == 2 and ledger["totals"]["requests"] >= 4

            awaited(night, both_work)
            night.send_signal(signal.SIGTERM)
            out, err = night.communicate()
            assert night.returncode == 130, out + err
            before = page("ledger")["totals"]["requests"]
            name = json.loads(out)["night"]
            tagged = {"flow_runs": {"tags": {"all_": [name]}}}
            states = [run["state_type"] for run in asked(prefect_api, "/flow_runs/filter", tagged)]
            assert Counter(states) == {"CANCELLED": 2}
            time.sleep(2)
            assert before == page("ledger")["totals"]["requests"] < 24 * 12 * 2
