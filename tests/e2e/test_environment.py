"""What is wrong with the environment is said, and costs no job an attempt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simulator.outage import Phase
from tests.e2e.conftest import House


def test_wrong_key(house: House, simulated: Callable[..., Any]) -> None:
    """A wrong key is found before anything is taken up; the right one does the night."""
    house.write({f"in/{n}.txt": f"Sentence {n} is the only one." for n in range(3)})
    with simulated():
        house.submit()
        out, err = house.ended("run", code=3, ANTHROPIC_API_KEY="sk-wrong-0123456789")
        assert "401: invalid x-api-key" in err
        assert "sk-wrong" not in out + err
        assert {job["status"] for job in house.json("jobs")["jobs"]} == {"queued"}
        night = house.night()
    assert {(job["status"], job["attempt"]) for job in night["jobs"]} == {("completed", 1)}


def test_no_key(house: House) -> None:
    """Without a key nothing is asked, and the message says what to set."""
    house.write({"in/a.txt": "One sentence."})
    house.submit()
    _, err = house.called("run", code=3, ANTHROPIC_API_KEY="")
    assert "ANTHROPIC_API_KEY" in err
    assert [job["status"] for job in house.json("jobs")["jobs"]] == ["queued"]


def test_unknown_model(house: House, simulated: Callable[..., Any]) -> None:
    """A model without a price is refused before anything is asked."""
    house.write({"in/a.txt": "One sentence."})
    with simulated() as page:
        house.submit()
        _, err = house.called("run", code=2, NIGHTDESK_QA_MODEL="claude-nonesuch-9")
        assert page("ledger")["totals"]["requests"] == 0
    assert "claude-nonesuch-9" in err


def test_outage(house: House, simulated: Callable[..., Any]) -> None:
    """An API that is away for longer than is set ends the night; the next one loses nothing."""
    house.write({f"in/{n}.txt": f"Sentence {n} is the only one." for n in range(4)})
    with simulated(outage=(Phase("503", 3600),), outage_after=3):
        house.submit()
        night = house.night(code=3, NIGHTDESK_OUTAGE_HOURS="0.001")
        assert "longer than outage_hours = 0.001 allows: 503: The simulator" in night["halted"]
        whys = {wait["why"] for wait in night["waits"] if wait["until"] is None}
        assert whys == {"503: The simulator plays an outage: 503."}
        (report,) = house.folder.glob("outbox/*/report.md")
        assert "## Waited for the API" in report.read_text()
        assert {job["status"] for job in night["jobs"]} <= {"completed", "failed", "queued"}
    with simulated() as page:
        house.night()
        jobs = house.json("jobs")["jobs"]
        assert {(job["status"], job["attempt"]) for job in jobs} == {("completed", 1)}
        assert page("ledger")["outage"] == []


def test_retired_model(house: House, simulated: Callable[..., Any]) -> None:
    """A model that was retired is found before anything is asked; the jobs wait for another."""
    house.write({"in/a.txt": "One sentence."})
    with simulated(retired=frozenset({"claude-sonnet-5-5"})) as page:
        house.submit()
        _, err = house.ended("run", code=3)
        assert "has no model 'claude-sonnet-5-5' (it is retired)" in err
        assert page("ledger")["totals"]["requests"] == 0
        (job,) = house.json("jobs")["jobs"]
        assert (job["status"], job["attempt"]) == ("queued", 0)


def test_no_server(house: House, simulated: Callable[..., Any]) -> None:
    """A Prefect server that is named and does not answer is an error that names it."""
    house.write({"in/a.txt": "One sentence."})
    with simulated():
        house.submit()
        _, err = house.called("run", code=3, PREFECT_API_URL="http://127.0.0.1:9/api")
    assert "PREFECT_API_URL=http://127.0.0.1:9/api" in err
