"""A night that is killed is taken up again, and nothing is paid for twice."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import duckdb

from storage.readmodel.catalog import write_catalog
from tests.e2e.conftest import House
from tests.e2e.test_prefect import asked
from tests.vendors import for_both

SETTINGS = {"NIGHTDESK_MAX_IN_FLIGHT": "8", "NIGHTDESK_PACK_SEGMENTS": "2"}


CLASSES = (
    "uncached_input_tokens",
    "cache_read_tokens",
    "cache_write_5m_tokens",
    "cache_write_1h_tokens",
    "output_tokens",
)


def call_ids(house: House) -> set[str]:
    """The ids of the calls that are durable."""
    with duckdb.connect(str(write_catalog(house.home)), read_only=True) as catalog:
        return {call_id for (call_id,) in catalog.execute("SELECT call_id FROM calls").fetchall()}


def still_open(house: House, api: str) -> dict[str, list[tuple[str, str]]]:
    """Flow runs and task runs of a house's nights that Prefect takes for open: name and state."""
    nights = house.nights()
    states = {"state": {"type": {"any_": ["PENDING", "RUNNING", "CANCELLING"]}}}
    theirs = {"tags": {"any_": nights}}, {"name": {"any_": [f"night {night}" for night in nights]}}
    runs = [
        run for which in theirs for run in asked(api, "/flow_runs/filter", {"flow_runs": which})
    ]
    of_runs = {"id": {"any_": [run["id"] for run in runs]}}
    tasks = asked(api, "/task_runs/filter", {"flow_runs": of_runs, "task_runs": states})
    is_open = states["state"]["type"]["any_"]
    return {
        "flow_runs": [(r["name"], r["state_type"]) for r in runs if r["state_type"] in is_open],
        "task_runs": [(task["name"], task["state_type"]) for task in tasks],
    }


@for_both
def test_killed_twice(house: House, simulated: Callable[..., Any], prefect_api: str) -> None:
    """After kills, only what was not durable is asked again, and every job completes.

    Nothing of the dead nights is left running in Prefect.
    """
    house.write(
        {
            f"in/{d}.txt": "\n\n".join(f"Sentence {s} of document {d} is here." for s in range(8))
            for d in range(5)
        }
    )
    kept, asked = [set[str]()], 0
    with simulated(latency=0.2) as page:
        house.submit()
        for goal in (8, 22):
            run = house.start("run", **SETTINGS)
            while page("ledger")["totals"]["requests"] < goal:
                assert run.poll() is None, run.communicate()
                time.sleep(0.02)
            run.kill()
            run.wait()
            kept.append(call_ids(house))
            while page("ledger")["in_flight"]["now"]:
                time.sleep(0.02)
            asked = page("ledger")["totals"]["requests"]
        # Prefect's server writes task runs down a second after it heard of them.
        until = time.monotonic() + 120
        while not (left := still_open(house, prefect_api))["task_runs"]:
            assert time.monotonic() < until
            time.sleep(0.2)
        # The second has set right what the first left.
        assert ["RUNNING"] == [state for name, state in left["flow_runs"] if "night" in name]
        assert 1 < len(left["flow_runs"])
        night = house.night(**SETTINGS)
        assert {"flow_runs": [], "task_runs": []} == still_open(house, prefect_api)
        assert [job["status"] for job in night["jobs"]] == ["completed"] * 5
        assert [job["attempt"] for job in night["jobs"]] == [1] * 5
        totals = page("ledger")["totals"]
        again = sum(row["times"] - row["distinct"] for row in page("asked"))
    with duckdb.connect(str(write_catalog(house.home)), read_only=True) as catalog:
        calls = catalog.execute(
            "SELECT call_id, job_id, stage, segment_ids::VARCHAR FROM calls"
        ).fetchall()
        statuses = Counter(catalog.execute("SELECT status FROM segments").fetchall())
    assert len(calls) == len({call[1:] for call in calls}) == 40
    assert kept[0] < kept[1] < kept[2] < {call[0] for call in calls}
    assert again == 2 * (asked - len(kept[2])) == 2 * (totals["requests"] - 40)
    assert statuses == {("done",): 40}
    assert sorted(
        p.name for p in (house.folder / "outbox" / night["night"] / "de" / "in").iterdir()
    ) == ["0.txt", "1.txt", "2.txt", "3.txt", "4.txt"]
    assert list(house.home.rglob("*.tmp")) == []


@for_both
def test_ledger_under_faults(house: House, simulated: Callable[..., Any]) -> None:
    """With faults of many kinds every job ends, and the ledger's tokens are the server's.

    Each of the five classes that are billed is equal, to the token.
    """
    house.write(
        {
            f"in/{d}.md": "\n\n".join(
                f"Sentence {s} in part {d} of *page* `{d}` is {{here}}." for s in range(8)
            )
            for d in range(4)
        }
    )
    rates = {
        "500": 0.05,
        "truncate": 0.05,
        "broken": 0.05,
        "wrong_ids": 0.05,
        "lose_placeholder": 0.05,
        "empty": 0.05,
    }
    with simulated(fault_rates=rates) as page:
        house.submit()
        night = house.night(NIGHTDESK_PACK_SEGMENTS="3")
        ledger = page("ledger")
    assert {job["status"] for job in night["jobs"]} <= {"completed", "completed_with_blocks"}
    assert ledger["violations"]["count"] == 0
    totals = ledger["totals"]
    with duckdb.connect(str(write_catalog(house.home)), read_only=True) as catalog:
        sums = ", ".join(f"sum({name})::BIGINT" for name in CLASSES)
        row = catalog.execute(f"SELECT {sums} FROM calls").fetchone()
    assert row == tuple(totals[name] for name in CLASSES)
    assert totals["cache_read_tokens"] > 0
