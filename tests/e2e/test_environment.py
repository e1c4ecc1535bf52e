"""What is wrong with the environment is said, and costs no job an attempt."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from flows.prefect.ports import any_port, is_free
from simulator.misbehaviour.outage import Phase
from tests.e2e.conftest import House
from tests.e2e.test_prefect import asked


def test_wrong_key(house: House, simulated: Callable[..., Any]) -> None:
    """A wrong key is found before anything is taken up; the right one does the night."""
    house.write({f"in/{n}.txt": f"Sentence {n} is the only one." for n in range(3)})
    with simulated():
        house.submit()
        run = house.start_fresh("run", ANTHROPIC_API_KEY="sk-wrong-0123456789")
        out, err = run.communicate()
        assert 3 == run.returncode, out + err
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


def test_a_server_that_dies_before_the_first_call(
    house: House, simulated: Callable[..., Any]
) -> None:
    """It is one clear line, and the environment's fault; the jobs wait."""
    house.write({"in/a.txt": "One sentence."})

    class Dying(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "4")
            self.end_headers()
            self.wfile.write(b"true")
            self.server.socket.close()

    with simulated():
        house.submit()
        server = HTTPServer(("127.0.0.1", 0), Dying)
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}/api"
        _, err = house.ended("run", code=3, PREFECT_API_URL=url)
        thread.join()
    assert f"error: Prefect's server at {url} does not answer any more (" in err
    assert "Traceback" not in err
    assert ["queued"] == [job["status"] for job in house.json("jobs")["jobs"]]


def test_a_server_that_dies_in_mid_night(house: House, simulated: Callable[..., Any]) -> None:
    """One that the night started is started again, and the night goes on as if nothing had been."""
    house.write({f"in/{n}.txt": f"Sentence {n} is the only one." for n in range(12)})
    del house.environ["PREFECT_API_URL"]
    settings = {"NIGHTDESK_MAX_IN_FLIGHT": "1", "NIGHTDESK_MAX_JOBS": "1"}
    with simulated(latency=0.3) as page:
        house.submit()
        run = house.start_fresh("run", "--json", **settings)
        while page("ledger")["totals"]["requests"] < 4:
            assert run.poll() is None, run.communicate()
            time.sleep(0.02)
        note = json.loads((house.home / "prefect" / "server.json").read_text())
        os.kill(note["pid"], signal.SIGKILL)
        out, err = run.communicate()
        assert 0 == run.returncode, out + err
        assert all(row["times"] == row["distinct"] for row in page("asked"))
    assert {"completed"} == {job["status"] for job in json.loads(out)["jobs"]}
    assert not (house.home / "prefect" / "server.json").exists()


def test_a_terminal_that_closes_ends_the_server(house: House) -> None:
    """`nightdesk server` takes what it started with it, whoever tells it to end.

    It has the kinds of blocks that its user may set up.
    """
    port = any_port()
    server = house.start_fresh("server", "--port", str(port))
    assert server.stdout is not None
    assert f"127.0.0.1:{port}" in server.stdout.readline()
    kinds = asked(f"http://127.0.0.1:{port}/api", "/block_types/filter", {})
    assert "slack-webhook" in {kind["slug"] for kind in kinds}
    server.send_signal(signal.SIGHUP)
    _, err = server.communicate()
    assert 130 == server.returncode, err
    assert is_free(port)
