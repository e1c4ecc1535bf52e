"""A night whose model has to show that it can judge, from the command line to its report."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.e2e.conftest import House
from tests.vendors import for_both

DOCUMENTS = {
    f"in/{n}.txt": f"Page {n} tells of the harbour. The boats leave at noon from pier {n}.\n\n"
    f"Tickets for tour {n} are sold at the counter. Bring a coat, since it is cold.\n"
    for n in range(1, 7)
}


@for_both
def test_a_good_judge_and_a_bad_one(house: House, simulated: Callable[..., Any]) -> None:
    """By a good one all is completed and the next night plants nothing; by a bad one nothing is."""
    house.write(DOCUMENTS)
    house.environ["NIGHTDESK_JUDGED_DAYS"] = "7"
    with simulated() as page:
        house.submit()
        assert {job["status"] for job in house.night()["jobs"]} == {"completed"}
        planted = page("ledger")["totals"]
        house.write({"in/7.txt": "The last boat leaves at dusk. Nobody waits for you then.\n"})
        house.submit()
        assert [job["status"] for job in house.night()["jobs"]] == ["completed"]
        after = page("ledger")["totals"]
    assert after["requests"] == planted["requests"] + 2

    house.environ["NIGHTDESK_HOME"] = "another"
    with simulated(judge="same") as page:
        house.submit()
        report = house.night()
        told = page("ledger")["totals"]
        (costs,) = house.json("costs", "--by", "batch_id")["costs"]
    assert {(job["status"], job["qa_score"]) for job in report["jobs"]} == {("needs_review", None)}
    (written,) = (house.folder / "outbox").glob(f"{report['night']}*/report.md")
    assert "not judged: " in written.read_text(encoding="utf-8")
    assert told["output_tokens"] == costs["output_tokens"]


def test_a_second_judge(house: House, simulated: Callable[..., Any]) -> None:
    """By a second model, which is believed, all is completed; the next night asks it at once."""
    house.write(DOCUMENTS)
    house.environ |= {"NIGHTDESK_JUDGED_DAYS": "7", "NIGHTDESK_QA_SECOND_MODEL": "claude-opus-5-5"}
    with simulated(judges={"claude-haiku-5-5": "random"}) as page:
        house.submit()
        assert {job["status"] for job in house.night()["jobs"]} == {"completed"}
        before = page("ledger")["totals"]["requests"]
        house.write({"in/7.txt": "The last boat leaves at dusk. Nobody waits for you then.\n"})
        house.submit()
        night = house.night()
        told = page("ledger")["totals"]
        costs = house.json("costs", "--by", "model")["costs"]
    assert [(job["status"], job["qa_score"]) for job in night["jobs"]] == [("completed", 100.0)]
    assert told["requests"] == before + 2
    assert told["output_tokens"] == sum(row["output_tokens"] for row in costs)
