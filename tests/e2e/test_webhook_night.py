"""Owners are told of their jobs' ends: by the night that ended them, or by the next."""

from __future__ import annotations

import getpass
import json
import time
from collections.abc import Callable
from typing import Any

from tests.e2e.conftest import House
from tests.integration.test_webhooks import Receiver, receiver

__all__ = ["receiver"]

ALLOWED = {"NIGHTDESK_WEBHOOK_ALLOW": "127.0.0.1"}


def write(house: House, names: str) -> None:
    house.write({f"in/{name}.txt": f"Sentence {name} is here." for name in names})


def test_a_night_tells(house: House, simulated: Callable[..., Any], receiver: Receiver) -> None:
    """Each job's end is told once, with its status; what nobody took is told by the next night."""
    house.environ.update(ALLOWED)
    with simulated():
        house.called("webhooks", "add", getpass.getuser(), receiver.url)
        write(house, "ab")
        house.submit()
        house.night()
        told = [json.loads(body)["data"] for _, body in receiver.seen]
        assert ["completed"] * 2 == [job["status"] for job in told]
        assert {job["job_id"] for job in house.json("jobs")["jobs"]} == {
            job["job_id"] for job in told
        }

        receiver.statuses = [503]
        write(house, "cd")
        house.submit()
        house.night()
        [listed] = house.json("webhooks", "list")["webhooks"]
        assert (2, "HTTP 503") == (listed["owed"], listed["error"])
        receiver.statuses, before = [204], set(receiver.ids)
        time.sleep(6)  # the shortest wait, and what it may be longer
        receiver.seen.clear()
        house.night()
        assert [] == [event for event in receiver.ids if event not in before]
        assert 2 == len(receiver.ids)
        assert 0 == house.json("webhooks", "list")["webhooks"][0]["owed"]


def test_a_night_that_was_killed(
    house: House, simulated: Callable[..., Any], receiver: Receiver
) -> None:
    """A job that ended before its night was killed is told of by the next."""
    house.environ.update(ALLOWED)
    with simulated(latency=0.3) as page:
        house.called("webhooks", "add", getpass.getuser(), receiver.url)
        write(house, "abcdefgh")
        house.submit()
        run = house.start("run", NIGHTDESK_MAX_JOBS="1", NIGHTDESK_MAX_IN_FLIGHT="1")
        while page("ledger")["totals"]["requests"] < 10:
            assert run.poll() is None, run.communicate()
            time.sleep(0.02)
        run.kill()
        run.communicate()
        house.night()

    ids = {f"job.ended.{job['job_id']}" for job in house.json("jobs")["jobs"]}
    assert ids == set(receiver.ids)
    assert len(receiver.ids) == 8
