"""Webhooks over real HTTP: a receiver on loopback, which the setting lets through."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import socket
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from domain.addresses import networks_of
from domain.errors import InputError
from domain.job.job import Job, JobStatus
from storage.control.webhooks import WAITS, Webhooks
from tasks.delivery import webhook_sender
from tasks.delivery.webhook_sender import AT_ONCE, Courier, courier
from tests.integration.api.api_samples import MORNING, job

LOOPBACK = networks_of("127.0.0.1")


@dataclass
class Receiver:
    """What came in, and what is answered: a status for each request, the last for all others."""

    url: str = ""
    statuses: list[int] = field(default_factory=lambda: [204])
    seen: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _ in self.seen]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.seen.append(({k.lower(): v for k, v in self.headers.items()}, body))
            status = found.statuses.pop(0) if len(found.statuses) > 1 else found.statuses[0]
            self.send_response(status)
            if status == 302:
                self.send_header("Location", found.url + "elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        found.url = f"http://127.0.0.1:{running.server_port}/"
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield found
        running.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow this machine is, its receiver answers in time."""
    monkeypatch.setattr(webhook_sender, "TIMEOUT_S", 300.0)
    monkeypatch.setattr(webhook_sender, "LAST_S", 300.0)


@dataclass
class Clock:
    now: datetime = MORNING

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def webhooks(tmp_path: Path) -> Iterator[Webhooks]:
    with closing(Webhooks(tmp_path)) as found:
        yield found


def over(number: int, owner: str = "newsroom") -> Job:
    ended = job(number, status=JobStatus.COMPLETED, finished_at=MORNING)
    return replace(ended, owner=owner)


async def test_an_owner_is_told(webhooks: Webhooks, receiver: Receiver) -> None:
    """The owner of a job is told of its end, signed with the secret; other owners are not."""
    secret = webhooks.add("newsroom", receiver.url, MORNING)
    webhooks.owe([over(1), over(2, "legal")], MORNING)

    await Courier(webhooks, LOOPBACK, Clock()).send_all()

    [(headers, body)] = receiver.seen
    key = base64.b64decode(secret.removeprefix("whsec_"))
    message = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.digest(key, message, hashlib.sha256)).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert headers["webhook-timestamp"] == str(int(MORNING.timestamp()))
    assert json.loads(body)["data"]["job_id"] == over(1).job_id
    assert [(one.owed, one.given_up) for one in webhooks.list()] == [(0, 0)]


async def test_an_address_that_nobody_can_look_up(webhooks: Webhooks, receiver: Receiver) -> None:
    """An address whose look-up raises what no network does is that owner's; others are told."""
    webhooks.add("legal", f"https://{'a' * 70}.example/", MORNING)
    webhooks.add("newsroom", receiver.url, MORNING)
    webhooks.owe([over(1, "legal"), over(2)], MORNING)

    await Courier(webhooks, LOOPBACK, Clock()).send_all()

    assert [over(2).job_id] == [json.loads(body)["data"]["job_id"] for _, body in receiver.seen]
    legal, newsroom = webhooks.list()
    assert (1, 0) == (legal.owed, newsroom.owed)
    assert "label" in (legal.error or "")


async def test_each_end_is_owed_once(webhooks: Webhooks, receiver: Receiver) -> None:
    """A job that a later night finds again is not told of twice while it is owed."""
    webhooks.add("newsroom", receiver.url, MORNING)
    for _ in range(2):
        webhooks.owe([over(1)], MORNING)

    await Courier(webhooks, LOOPBACK, Clock()).send_all()

    assert receiver.ids == [f"job.ended.{over(1).job_id}"]


@pytest.mark.parametrize("status", [302, 400, 404, 500, 503])
async def test_what_fails_is_tried_again(
    webhooks: Webhooks, receiver: Receiver, status: int
) -> None:
    """A refused event is sent again under the same id, later and later, and then given up."""
    receiver.statuses = [status]
    webhooks.add("newsroom", receiver.url, MORNING)
    webhooks.owe([over(1)], MORNING)
    clock, waits = Clock(), []
    one = Courier(webhooks, LOOPBACK, clock)
    while webhooks.list()[0].owed:
        before = len(receiver.seen)
        await one.send_all()
        if len(receiver.seen) > before:
            waits.append(clock.now)
        clock.now += timedelta(seconds=1) if clock.now < MORNING + WAITS[3] else WAITS[3]

    assert len(set(receiver.ids)) == 1
    assert len(receiver.seen) == 1 + len(WAITS)
    gaps = [later - earlier for earlier, later in pairwise(waits)]
    assert gaps == sorted(gaps)
    assert [(r.owed, r.given_up, r.error) for r in webhooks.list()] == [(0, 1, f"HTTP {status}")]


async def test_it_gets_there_at_last(webhooks: Webhooks, receiver: Receiver) -> None:
    """An event that was refused first is received later, and owed no more."""
    receiver.statuses = [500, 200]
    webhooks.add("newsroom", receiver.url, MORNING)
    webhooks.owe([over(1)], MORNING)
    clock = Clock()
    one = Courier(webhooks, LOOPBACK, clock)
    await one.send_all()
    assert [(r.owed, r.error) for r in webhooks.list()] == [(1, "HTTP 500")]
    clock.now += timedelta(seconds=30)
    await one.send_all()

    assert len(receiver.seen) == 2
    assert [(r.owed, r.given_up, r.error) for r in webhooks.list()] == [(0, 0, None)]


async def test_what_a_killed_process_had_claimed(webhooks: Webhooks, receiver: Receiver) -> None:
    """An event that a process claimed and never settled is sent by another, not at once."""
    webhooks.add("newsroom", receiver.url, MORNING)
    webhooks.owe([over(1)], MORNING)
    assert len(webhooks.claim(MORNING, AT_ONCE)) == 1
    clock = Clock()
    one = Courier(webhooks, LOOPBACK, clock)
    await one.send_all()
    assert receiver.seen == []
    clock.now += timedelta(seconds=61)
    await one.send_all()

    assert len(receiver.seen) == 1


async def test_two_processes_send_each_event_once(webhooks: Webhooks, receiver: Receiver) -> None:
    """Two that send at the same time never send the same event."""
    webhooks.add("newsroom", receiver.url, MORNING)
    webhooks.owe([over(n) for n in range(40)], MORNING)
    first = {d.event.event_id for d in webhooks.claim(MORNING, 30)}
    second = {d.event.event_id for d in webhooks.claim(MORNING, 30)}

    assert (len(first), len(second), first & second) == (30, 10, set())


async def test_the_end_of_a_night(tmp_path: Path, receiver: Receiver) -> None:
    """What comes to be owed while a night is under way is sent before it is over."""
    with closing(Webhooks(tmp_path)) as webhooks:
        webhooks.add("newsroom", receiver.url, MORNING)
        async with courier(Webhooks(tmp_path), LOOPBACK, lambda: datetime.now(UTC)):
            webhooks.owe([over(n) for n in range(20)], MORNING)
        assert len(set(receiver.ids)) == len(receiver.ids) == 20


class Names(AbstractResolver):
    """Gives addresses for names, another at each look-up."""

    def __init__(self, *addresses: list[str]) -> None:
        self.left = list(addresses)

    async def resolve(self, host: str, port: int = 0, family: Any = None) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host, host=address, port=port, family=socket.AF_INET, proto=0, flags=0
            )
            for address in self.left.pop(0)
        ]

    async def close(self) -> None:
        pass


@pytest.mark.parametrize(
    "addresses", [["127.0.0.1"], ["169.254.169.254"], ["1.1.1.1", "10.0.0.1"], ["192.168.0.1"]]
)
async def test_names_that_lead_inside(
    webhooks: Webhooks, receiver: Receiver, addresses: list[str]
) -> None:
    """A name that leads to an address inside is refused, with nothing sent."""
    port = receiver.url.rsplit(":", 1)[1]
    webhooks.add("newsroom", f"https://hook.example:{port}", MORNING)
    webhooks.owe([over(1)], MORNING)

    await Courier(webhooks, (), Clock(), Names(addresses)).send_all()

    assert receiver.seen == []
    [told] = webhooks.list()
    assert "not public" in str(told.error)


class Broken(AbstractResolver):
    """Ends the task that looks a name up, at once."""

    async def resolve(self, host: str, port: int = 0, family: Any = None) -> list[ResolveResult]:
        raise asyncio.CancelledError

    async def close(self) -> None:
        pass


async def test_one_that_ends_at_once_leaves_the_others_their_time(
    webhooks: Webhooks, receiver: Receiver
) -> None:
    """Where the sending to one owner is ended, what is under way to another comes to its end."""
    webhooks.add("newsroom", "https://hook.example", MORNING)
    webhooks.add("archive", receiver.url, MORNING)
    webhooks.owe([over(1), over(2, "archive")], MORNING)

    with pytest.raises(asyncio.CancelledError):
        await Courier(webhooks, LOOPBACK, Clock(), Broken()).send_all()

    assert len(receiver.seen) == 1
    assert {"archive": None} == {w.owner: w.error for w in webhooks.list() if w.owner == "archive"}


def test_an_owner_with_many_events_holds_up_no_other(webhooks: Webhooks) -> None:
    """The oldest event of each owner comes before the second of any."""
    webhooks.add("newsroom", "https://example.org", MORNING)
    webhooks.add("archive", "https://example.org", MORNING)
    webhooks.owe([over(n) for n in range(1, 20)], MORNING)
    webhooks.owe([over(n, "archive") for n in (20, 21)], MORNING)

    claimed = webhooks.claim(MORNING, AT_ONCE)

    owners = [delivery.event.owner for delivery in claimed]
    assert (AT_ONCE, 2) == (len(owners), owners.count("archive"))


async def test_a_name_is_looked_up_once_a_try(webhooks: Webhooks, receiver: Receiver) -> None:
    """The address that was checked is the one that is called: there is no second look-up."""
    port = receiver.url.rsplit(":", 1)[1]
    webhooks.add("newsroom", f"https://hook.example:{port}", MORNING)
    webhooks.owe([over(1)], MORNING)
    names = Names(["127.0.0.1"], ["10.0.0.1"])

    await Courier(webhooks, LOOPBACK, Clock(), names).send_all()

    # It speaks TLS to a receiver that doesn't: refused there, and not by a second look-up.
    assert names.left == [["10.0.0.1"]]
    assert "not public" not in str(webhooks.list()[0].error)


def test_webhooks_are_added_and_removed(webhooks: Webhooks, tmp_path: Path) -> None:
    """An owner has one webhook; its secret is told once, and goes with it."""
    secret = webhooks.add("newsroom", "https://example.org", MORNING)
    with pytest.raises(InputError, match="'newsroom' has a webhook; remove it first"):
        webhooks.add("newsroom", "https://example.org", MORNING)
    with pytest.raises(InputError, match="can't be an owner's name"):
        webhooks.add(" ", "https://example.org", MORNING)
    assert secret not in str(webhooks.list())
    webhooks.owe([over(1)], MORNING)
    webhooks.remove("newsroom")
    assert webhooks.list() == []
    with pytest.raises(InputError, match="'newsroom' has no webhook"):
        webhooks.remove("newsroom")
    with closing(sqlite3.connect(tmp_path / "control.sqlite")) as there:
        assert there.execute("SELECT count(*) FROM deliveries").fetchone() == (0,)
