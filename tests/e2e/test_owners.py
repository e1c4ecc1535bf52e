"""Who owns a job: a night that was stopped, an operator who cancels one, batches that are out."""

from __future__ import annotations

import json
import signal
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from typing import Any

from tests.e2e.conftest import House
from tests.e2e.test_endings import CANCELLING
from tests.e2e.test_prefect import asked
from tests.forked import Forked

SHORT_LAPSE = (
    "from storage.control import leases; from tasks.run import heartbeat;"
    " leases.HEARTBEAT_LAPSE_S, heartbeat.EVERY_SECONDS = 4, 1"
)
SWIFT_BATCHES = (
    "from engines.claude.batches import engine;"
    " from engines.claude.batches.timing import BatchTiming;"
    " swift = BatchTiming("
    "quiet=0.1, longest_gathering=5, first_poll=0.1, longest_poll=0.2, search=0.5);"
    " engine.BatchTiming = lambda: swift"
)


def awaited(night: Forked, found: Callable[[], bool]) -> None:
    """Wait until something is so, while a night lives."""
    while not found():
        assert night.poll() is None, night.communicate()
        time.sleep(0.05)


def documents(number: int) -> dict[str, str]:
    """Documents of six sentences each."""
    return {
        f"in/{d}.txt": "\n\n".join(f"Sentence {s} of document {d} is here." for s in range(6))
        for d in range(number)
    }


def sealed(house: House) -> list[tuple[str, int]]:
    """The sealed files, and when each was written."""
    found = house.home.glob("sealed/**/*.parquet")
    return sorted((str(path), path.stat().st_mtime_ns) for path in found)


SETTINGS = {"NIGHTDESK_MAX_IN_FLIGHT": "1", "NIGHTDESK_PACK_SEGMENTS": "2"}


def test_stopped_owner(house: House, simulated: Callable[..., Any]) -> None:
    """A night that was stopped for longer than the lapse asks and writes nothing more.

    Another has its jobs then; it says so, and ends with exit code 1.
    """
    house.write(documents(2))
    with simulated(latency=0.3) as page:
        house.submit()
        stale = house.start("run", "--json", before=SHORT_LAPSE, **SETTINGS)
        awaited(stale, lambda: page("ledger")["totals"]["requests"] >= 3)
        stale.send_signal(signal.SIGSTOP)
        time.sleep(4.5)
        other = house.start("run", "--json", before=SHORT_LAPSE, **SETTINGS)
        out, err = other.communicate()
        assert other.returncode == 0, err
        night = json.loads(out)
        assert [job["status"] for job in night["jobs"]] == ["completed"] * 2
        before = page("ledger")["totals"]["requests"]
        files = sealed(house)
        stale.send_signal(signal.SIGCONT)
        out, err = stale.communicate()
        assert before == page("ledger")["totals"]["requests"]
    assert files == sealed(house)
    house.called("verify")
    assert 1 == stale.returncode, err
    lost = json.loads(out)["lost"]
    assert lost
    assert {job["job_id"] for job in night["jobs"]} >= {*lost}
    assert f"error: job {lost[0]} is held by another run, which took it" in err


def test_cancelled_job(house: House, simulated: Callable[..., Any], prefect_api: str) -> None:
    """A job whose flow run is cancelled in Prefect is left to the next night; the others go on."""
    house.write(documents(3))
    with simulated(latency=0.5) as page:
        house.submit()
        night = house.start("run", "--json", **SETTINGS)
        awaited(night, lambda: page("ledger")["totals"]["requests"] >= 2)
        its = {
            "name": {"any_": ["in/2.txt → de"]},
            "tags": {"any_": house.nights()},
            "state": {"name": {"any_": ["Running"]}},
        }
        running: list[Any] = []

        def is_running() -> bool:
            running[:] = asked(prefect_api, "/flow_runs/filter", {"flow_runs": its})
            return bool(running)

        awaited(night, is_running)
        (run,) = running
        asked(prefect_api, f"/flow_runs/{run['id']}/set_state", CANCELLING)
        night.communicate()
        assert 1 == night.returncode
        found = {job["path"]: job["status"] for job in house.json("jobs")["jobs"]}
        state = asked(
            prefect_api, "/flow_runs/filter", {"flow_runs": {"id": {"any_": [run["id"]]}}}
        )
        house.night(**SETTINGS)
        assert {job["status"] for job in house.json("jobs")["jobs"]} == {"completed"}
        assert page("ledger")["totals"]["requests"] == 18
    assert {"in/0.txt": "completed", "in/1.txt": "completed", "in/2.txt": "failed"} == found
    assert "CANCELLED" == state[0]["state_type"]


def test_told_to_end_in_batches(house: House, simulated: Callable[..., Any]) -> None:
    """SIGTERM while batches are out: nobody waits, and the next night fetches their answers."""
    house.write(documents(3))
    held = [True]
    with simulated(batch_seconds=1, clock=lambda: 0.0 if held else time.monotonic()) as page:
        house.submit()
        own = {"NIGHTDESK_TRANSPORT": "batches"}
        night = house.start("run", before=SWIFT_BATCHES, **own)

        def is_out() -> bool:
            file = house.home / "control.sqlite"
            if not file.exists():
                return False
            with closing(sqlite3.connect(file)) as control:
                query = "SELECT count(*) FROM batches WHERE batch_id IS NOT NULL"
                return bool(control.execute(query).fetchone()[0])

        awaited(night, is_out)
        night.send_signal(signal.SIGTERM)
        out, err = night.communicate()
        assert 130 == night.returncode, out + err
        assert 0 == page("ledger")["totals"]["requests"]
        held.clear()
        night = house.start("run", before=SWIFT_BATCHES, **own)
        out, err = night.communicate()
        assert 0 == night.returncode, out + err
        assert {job["status"] for job in house.json("jobs")["jobs"]} == {"completed"}
        assert all(row["times"] == row["distinct"] for row in page("asked"))
