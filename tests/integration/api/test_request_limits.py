"""How often may be asked, what Prometheus is told, and what the log says, over real HTTP."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from api.limits.request_limits import WRONG_KEYS_PER_MINUTE, RequestLimits
from api.serving import server
from domain.job.job import JobStatus
from domain.settings import Settings
from storage.control.keys import Keys
from storage.layout.documents import Documents
from tests.integration.api.api_samples import MORNING, UNKNOWN, cases, fill, id_of
from tests.served import WAITED_S, in_a_thread


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("limits") / "home"
    made = cases(Documents(home).put(b"Sentence 0.\n"))
    # As runs leave them: lists and sums go by the status that was written.
    written = [replace(case.job, status=JobStatus(case.status)) for case in made]
    asyncio.run(fill(home, [replace(c, job=j) for c, j in zip(made, written, strict=True)]))
    return home


@contextmanager
def serving(
    home: Path, requests_per_minute: int = 6000, wrong_keys: int = WRONG_KEYS_PER_MINUTE
) -> Iterator[httpx.Client]:
    running = server(home, Settings(requests_per_minute=requests_per_minute))
    running.config.app.state.limits = RequestLimits(requests_per_minute, wrong_keys)
    with (
        in_a_thread(running) as port,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=WAITED_S) as client,
    ):
        yield client


def key_of(home: Path, name: str, owner: str | None = "newsroom") -> dict[str, str]:
    return {"X-API-Key": Keys(home).add(name, MORNING, owner=owner)}


def test_who_asks_too_often(home: Path) -> None:
    """A key that asks more often than it may is told when to come back; another is answered."""
    path = f"/v1/jobs/{id_of(4)}"
    minute = -1.0
    while minute != time.time() // 60:  # of what came in the minute before, only a part counts
        minute = time.time() // 60
        eager, other = key_of(home, f"eager {minute}"), key_of(home, f"other {minute}")
        with serving(home, requests_per_minute=5) as client:
            codes = [client.get(path, headers=eager).status_code for _ in range(5)]
            refused = client.get(path, headers=eager)
            allowed = client.get(path, headers=other)

    assert [200] * 5 == codes
    assert refused.status_code == 429
    assert refused.json() == {
        "detail": "Too many requests; ask again after the seconds in Retry-After"
    }
    assert 1 <= int(refused.headers["retry-after"]) <= 120
    assert allowed.status_code == 200


def test_guesses_at_the_form(home: Path) -> None:
    """Wrong keys in the form count with those of the API; who has a key is let in all the same."""
    key = key_of(home, "guest")["X-API-Key"]
    minute = -1.0
    while minute != time.time() // 60:
        minute = time.time() // 60
        with serving(home, wrong_keys=20) as client:
            client.headers["Origin"] = str(client.base_url)
            first = client.post("/sign-in", data={"key": "nd_wrong"})
            for _ in range(19):
                client.get("/v1/jobs", headers={"X-API-Key": "nd_wrong"})
            refused = client.post("/sign-in", data={"key": "nd_wrong"})
            let_in = client.post("/sign-in", data={"key": key})

    assert (401, 429, 303) == (first.status_code, refused.status_code, let_in.status_code)


def test_who_guesses_keys() -> None:
    """Wrong keys are counted by address; nobody elsewhere and no valid key pays for them."""
    limits = RequestLimits(1, wrong_keys=2)

    assert [limits.asked_without_key("192.0.2.1") for _ in range(2)] == [None, None]
    assert limits.asked_without_key("192.0.2.1") is not None
    assert limits.asked_without_key("192.0.2.2") is None
    assert limits.asked("newsroom") is None


def test_addresses_of_one_network() -> None:
    """All IPv6 addresses that one asker can have count as one."""
    limits = RequestLimits(1, wrong_keys=1)

    assert limits.asked_without_key("2001:db8::1") is None
    assert limits.asked_without_key("2001:db8::2:3%eth0") is not None
    assert limits.asked_without_key("2001:db8:0:1::1") is None


def test_many_addresses_leave_nothing_behind() -> None:
    """What is kept of an address goes once its time is over."""
    limits = RequestLimits(1, wrong_keys=1)
    storage = limits._window.storage
    for number in range(1000):
        limits.asked_without_key(f"192.0.{number >> 8}.{number & 255}")
    assert len(storage.storage) == 1000
    storage.timer.join()  # the next one sees what is over
    for key in storage.expirations:
        storage.expirations[key] = 0.0
    limits.asked("newsroom")
    storage.timer.join()

    assert len(storage.storage) == 1


def test_figures(home: Path) -> None:
    """An operator's key reads requests by route, jobs by status, tokens and EUR."""
    operator = key_of(home, "operator", None)
    with serving(home) as client:
        client.get(f"/v1/jobs/{UNKNOWN}", headers=operator)
        client.get("/nowhere/at/all")
        bearer = {"Authorization": f"Bearer {operator['X-API-Key']}"}
        text = client.get("/metrics", headers=bearer).text
    told = {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }

    assert told["nightdesk_http_requests_total", "/v1/jobs/{job_id}", "404", "GET"] == 1
    assert told["nightdesk_http_requests_total", "404", "GET", "other"] == 1
    assert told["nightdesk_http_request_seconds_count", "/v1/jobs/{job_id}"] == 1
    assert told["nightdesk_http_requests_under_way",] == 1
    assert told["nightdesk_jobs", "completed", "true"] == 1
    assert told["nightdesk_jobs", "processing", "true"] == 2
    assert told["nightdesk_calls", "claude-sonnet-5-5", "true"] == 9
    assert told["nightdesk_tokens", "claude-sonnet-5-5", "input", "true"] == 9 * 1200
    assert told["nightdesk_tokens", "cache_read", "claude-sonnet-5-5", "true"] == 9 * 300
    eur = told["nightdesk_cost_eur", "claude-sonnet-5-5", "true"]
    assert eur == pytest.approx(9 * 0.00000198)
    assert ("nightdesk_cost_eur", "claude-sonnet-5-5", "false") not in told
    assert UNKNOWN not in text


def test_figures_are_the_operators(home: Path) -> None:
    """Figures over all owners are nothing for an owner's key, or for no key."""
    with serving(home) as client:
        codes = [
            client.get("/metrics", headers=headers).status_code
            for headers in ({}, {"Authorization": "Bearer x"}, key_of(home, "an owner's"))
        ]

    assert [401, 401, 403] == codes


def test_a_line_a_request(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Each request is one line of JSON that names it, its job and its key; never the key itself."""
    key = key_of(home, "lines")
    with serving(home) as client:
        given = client.get(f"/v1/jobs/{id_of(4)}", headers={**key, "X-Request-ID": "mine.1"})
        made = client.get("/v1/jobs/a%0A%7B%22event%22:%22forged%22%7D?x=1", headers=key)
        odd = client.get("/health", headers={"X-Request-ID": 'a" b'})
    written = capfd.readouterr().err
    lines = [json.loads(line) for line in written.splitlines()]
    answered = [line for line in lines if line["event"] == "answered"]

    assert given.headers["x-request-id"] == "mine.1"
    assert [made.headers["x-request-id"], odd.headers["x-request-id"]] == [
        answered[1]["request_id"],
        answered[2]["request_id"],
    ]
    first = {
        name: value for name, value in answered[0].items() if name not in ("time", "duration_ms")
    }
    assert first == {
        "event": "answered",
        "level": "info",
        "request_id": "mine.1",
        "status": 200,
        "method": "GET",
        "route": "/v1/jobs/{job_id}",
        "path": f"/v1/jobs/{id_of(4)}",
        "job_id": id_of(4),
        "key": "lines",
        "client": "127.0.0.1",
    }
    assert answered[1]["path"] == "/v1/jobs/a%0A%7B%22event%22:%22forged%22%7D"
    assert {"forged"}.isdisjoint(line["event"] for line in lines)
    assert key["X-API-Key"] not in written


def test_a_fault_is_logged_once(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """What broke is in the log once, with the id that the answer bears and without any key."""
    with _without_documents(home):
        key = key_of(home, "faults")
        with serving(home) as client:
            response = client.get(f"/v1/jobs/{id_of(4)}/result", headers=key)
    written = capfd.readouterr().err

    assert response.status_code == 503
    assert "is not there; restore it from a backup" in response.json()["detail"]
    assert written.count(response.json()["detail"]) == 1
    assert response.headers["x-request-id"] in written
    assert key["X-API-Key"] not in written


@contextmanager
def _without_documents(home: Path) -> Iterator[None]:
    documents, aside = home / "documents", home / "aside"
    documents.rename(aside)
    try:
        yield
    finally:
        if documents.exists():
            documents.rmdir()
        aside.rename(documents)
