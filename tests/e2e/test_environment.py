"""What is wrong with the environment is said, and costs no job an attempt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.e2e.conftest import House


def test_wrong_key(house: House, simulated: Callable[..., Any]) -> None:
    """A wrong key stops the night with exit code 3; the right one takes the jobs up again."""
    house.write({f"in/{n}.txt": f"Sentence {n} is the only one." for n in range(3)})
    with simulated():
        house.call("submit", "in", "--from", "en", "--to", "de")
        run = house.start("run", ANTHROPIC_API_KEY="sk-wrong-0123456789")
        out, err = run.communicate(timeout=120)
        assert run.returncode == 3
        assert "the night stopped" in err
        assert "sk-wrong" not in out + err
        assert {job["status"] for job in house.json("jobs")["jobs"]} == {"failed"}
        night = house.json("run")
    assert {(job["status"], job["attempt"]) for job in night["jobs"]} == {("completed", 1)}


def test_no_key(house: House) -> None:
    """Without a key nothing is asked, and the message says what to set."""
    house.write({"in/a.txt": "One sentence."})
    house.call("submit", "in", "--from", "en", "--to", "de")
    run = house.start("run", ANTHROPIC_API_KEY="")
    _, err = run.communicate(timeout=120)
    assert run.returncode == 3
    assert "ANTHROPIC_API_KEY" in err
    assert [job["status"] for job in house.json("jobs")["jobs"]] == ["queued"]


def test_unknown_model(house: House, simulated: Callable[..., Any]) -> None:
    """A model without a price is refused before anything is asked."""
    house.write({"in/a.txt": "One sentence."})
    with simulated() as page:
        house.call("submit", "in", "--from", "en", "--to", "de")
        run = house.start("run", NIGHTDESK_QA_MODEL="claude-nonesuch-9")
        _, err = run.communicate(timeout=120)
        assert page("ledger")["totals"]["requests"] == 0
    assert run.returncode == 2
    assert "claude-nonesuch-9" in err


def test_no_server(house: House, simulated: Callable[..., Any]) -> None:
    """A Prefect server that is named and does not answer is an error that names it."""
    house.write({"in/a.txt": "One sentence."})
    with simulated():
        house.call("submit", "in", "--from", "en", "--to", "de")
        run = house.start("run", PREFECT_API_URL="http://127.0.0.1:9/api")
        _, err = run.communicate(timeout=120)
    assert run.returncode == 3
    assert "PREFECT_API_URL=http://127.0.0.1:9/api" in err
