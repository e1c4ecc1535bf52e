"""A night with a budget stops before it spends more, and the next one goes on from there."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from tests.e2e.conftest import House
from tests.vendors import Vendor, for_both


@for_both
def test_a_budget_is_kept(house: House, simulated: Callable[..., Any], vendor: Vendor) -> None:
    """What is not begun stays queued, what is under way fails with the reason, and is resumed."""
    for n in range(4):
        sentences = (f"Sentence {s} of document {n} is here.\n" for s in range(3))
        house.write({f"in/{n}.txt": "\n".join(sentences)})
    house.environ["NIGHTDESK_PACK_SEGMENTS"] = "1"
    # The same for both vendors, whatever their servers cache by themselves.
    prices = {vendor.translator: {"input": 2, "output": 10}, vendor.qa: {"input": 1, "output": 5}}
    house.environ["NIGHTDESK_PRICES"] = json.dumps(prices)
    with simulated(latency=0.05) as page:
        house.submit()
        words = ("run", "--json", "--budget-eur", "0.03", "--max-jobs", "1")
        err = house.ended(*words, code=1, NIGHTDESK_PROMPT_CACHE="false")[1]
        assert "error: the night stopped: the budget of 0.03 EUR is reached" in err
        jobs = house.json("jobs")["jobs"]
        statuses = Counter(job["status"] for job in jobs)
        assert statuses.keys() == {"completed", "failed", "queued"}
        assert sum(Decimal(str(job["cost_eur"])) for job in jobs) <= Decimal("0.03")
        failed = next(job["job_id"] for job in jobs if job["status"] == "failed")
        log = house.json("status", failed)["error_log"]
        assert log[0]["message"].startswith("the budget of 0.03 EUR is reached: ")
        night = house.night()
        assert {job["status"] for job in night["jobs"]} == {"completed"}
        assert {job["attempt"] for job in night["jobs"]} == {1}
        assert len(night["jobs"]) == 4 - statuses["completed"]
        assert page("ledger")["totals"]["requests"] == 24
