"""A night that is told to end comes to a clean end, and the next one completes its work."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from typing import Any

from tests.e2e.conftest import House
from tests.e2e.test_prefect import asked

SETTINGS = {"NIGHTDESK_MAX_IN_FLIGHT": "1", "NIGHTDESK_PACK_SEGMENTS": "2"}
CANCELLING = {"state": {"type": "CANCELLING", "name": "Cancelling"}}


def cancel(api: str, filters: dict[str, Any]) -> None:
    """Cancel the first flow run that is found, as the UI does."""
    (run, *_) = asked(api, "/flow_runs/filter", {"flow_runs": filters})
    asked(api, f"/flow_runs/{run['id']}/set_state", CANCELLING)


def test_told_to_end(house: House, simulated: Callable[..., Any], prefect_api: str) -> None:
    """By Prefect's cancel or a signal: what is in flight is kept, and nothing is paid twice."""
    house.write(
        {
            f"in/{d}.txt": "\n\n".join(f"Sentence {s} of document {d} is here." for s in range(8))
            for d in range(8)
        }
    )
    with simulated(latency=0.5) as page:
        house.submit()
        for how in ("SIGTERM", "SIGINT", "SIGHUP", "Prefect"):
            before = page("ledger")["totals"]["requests"]
            run = house.start("run", **SETTINGS)
            while page("ledger")["totals"]["requests"] < before + 3:
                assert run.poll() is None, run.communicate()
                time.sleep(0.02)
            if how == "Prefect":
                names = {"any_": [f"night {night}" for night in house.nights()]}
                running = {"name": {"any_": ["Running"]}}
                cancel(prefect_api, {"name": names, "state": running})
            else:
                run.send_signal(signal.Signals[how])
            out, err = run.communicate()
            assert run.returncode == 130, f"{how}: {run.returncode} {out} {err}"
        assert page("ledger")["totals"]["requests"] < 64
        house.night(**{**SETTINGS, "NIGHTDESK_MAX_IN_FLIGHT": "8"})
        assert {job["status"] for job in house.json("jobs")["jobs"]} == {"completed"}
        assert page("ledger")["totals"]["requests"] == 64
        assert all(row["times"] == row["distinct"] for row in page("asked"))
