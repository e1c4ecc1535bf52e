"""What is asked of the read-model while something is wrong or under way."""

from __future__ import annotations

import asyncio
import re
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.reading.answers import read
from api.serving import listen
from domain.errors import EnvironmentProblem
from domain.job.job import JobStatus
from domain.job.segment import SegmentStatus
from storage.control.keys import Keys
from storage.control.leases import Leases
from storage.lake import Lake
from storage.layout.documents import Documents
from storage.readmodel.readmodel import ReadModel
from storage.tables.records import JobRecord
from tests.integration.api.api_samples import (
    MORNING,
    UNKNOWN,
    Case,
    Night,
    cases,
    fill,
    hold,
    id_of,
    job,
    segments_of,
    serving,
)
from tests.served import WAITED_S

S = SegmentStatus


def another(number: int, **changes: Any) -> Case:
    """The completed job once more, with something else in its row."""
    case = cases("f" * 64)[3]
    job_id = id_of(number)
    job = replace(case.job, job_id=job_id, content_key=str(number), **changes)
    return replace(case, job=job, segments=[replace(s, job_id=job_id) for s in case.segments])


def test_a_document_that_is_gone_is_told(night: Night) -> None:
    """A document that is gone from the disk is a 503 that says which, from home, and what to do."""
    asyncio.run(fill(night.home, [another(20)]))

    response = night.get(f"/v1/jobs/{id_of(20)}/result")

    assert (response.status_code, response.json()) == (
        503,
        {
            "detail": f"documents/ff/{'f' * 64} is not there; restore it from a backup"
            " (docs/backup.md), or submit its document with --again"
        },
    )
    assert 200 == night.get(f"/v1/jobs/{id_of(20)}").status_code


def test_a_fault_of_ours_tells_nothing(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    """What nobody foresaw is a 500 without a trace of where it was."""

    def unforeseen(*_: Any) -> None:
        raise IndexError("of a list at a place that nobody may know")

    monkeypatch.setattr(ReadModel, "output", unforeseen)

    response = night.get(f"/v1/jobs/{id_of(4)}/result")

    assert (response.status_code, response.json()) == (
        500,
        {"detail": "Something went wrong on our side"},
    )


async def translate(home: Path, job_id: str, sentences: int) -> None:
    """What a run writes, a segment at a time; then the job is sealed."""
    lake, leases = Lake(home), Leases(home)
    await hold(lake, leases, job_id)
    running = job(30, attempt_open=True)
    pending = segments_of(30, *[S.PENDING] * sentences, translation=None)
    await lake.commit(job_id, job=running, segments=pending)
    for segment in pending:
        done = replace(segment, status=S.DONE, translation="Sentence.", qa_score=96.0)
        await lake.commit(job_id, segments=[done])
    output = Documents(home).put(b"Sentence.")
    over = replace(running, attempt_open=False, finalized=True, output=output)
    await lake.commit(job_id, job=replace(over, status=JobStatus.COMPLETED, finished_at=MORNING))
    await lake.let_go(job_id)
    leases.release(job_id, "a-run")
    lake.seal([job_id])
    leases.close()
    lake.close()


def test_reading_while_a_run_writes(night: Night) -> None:
    """Read during a run, a job only ever gets further, and never seems to have failed."""
    sentences = 60
    lake = Lake(night.home)
    lake.submit([job(30, supervised=False, attempt=0, started_at=None)])
    lake.close()
    thread = threading.Thread(
        target=asyncio.run, args=(translate(night.home, id_of(30), sentences),)
    )
    thread.start()
    seen: list[tuple[str, int]] = []
    while not seen or seen[-1][0] != "completed":
        response = night.get(f"/v1/jobs/{id_of(30)}")
        assert response.status_code == 200
        body = response.json()
        seen.append((body["status"], sum(s["status"] == "done" for s in body["segments"])))
    thread.join()

    order = ["queued", "processing", "completed"]
    places = [order.index(status) for status, _ in seen]
    assert places == sorted(places)
    counts = [done for _, done in seen]
    assert counts == sorted(counts)
    assert night.get(f"/v1/jobs/{id_of(30)}").json() == body


@pytest.mark.parametrize(
    "path", ["/v1/jobs", f"/v1/jobs/{id_of(1)}", "/v1/jobs/nobody", "/v1/batches", "/v1/usage"]
)
def test_a_damaged_home_is_told(night: Night, path: str) -> None:
    """While the manifest is gone, whatever is asked is answered 503 and why; then as before."""
    before = night.get(path)
    manifest = night.home / "manifest.json"
    aside = manifest.rename(manifest.with_suffix(".aside"))
    try:
        # Lists are up to a second old.
        time.sleep(0 if path.startswith("/v1/jobs/") or path == "/v1/usage" else 1.1)
        found = night.get(path)
    finally:
        aside.rename(manifest)

    assert 503 == found.status_code
    night.assert_valid(found.json(), "Refusal")
    assert re.fullmatch(
        r"manifest\.json is not there, and version \d+ was published;"
        r" `nightdesk rebuild manifest` makes it anew from the sealed files",
        found.json()["detail"],
    )
    assert (before.status_code, before.json()) == (
        night.get(path).status_code,
        night.get(path).json(),
    )


class Meanwhile(ReadModel):
    """A read-model during whose reading something else happens, before it or after."""

    before: Callable[[], object] = staticmethod(lambda: None)
    after: Callable[[], object] = staticmethod(lambda: None)

    def record(self, job_id: str, *columns: Any) -> JobRecord | None:
        self.before()
        record = super().record(job_id, *columns)
        self.after()
        return record


def test_a_job_that_changes_hands_while_it_is_read(tmp_path: Path) -> None:
    """A job that a run takes up or lets go of during the reading counts as held."""
    asyncio.run(fill(tmp_path, [Case(job(2), [], False, "failed", None)]))
    read_model, leases = Meanwhile(tmp_path), Leases(tmp_path)

    assert not read(read_model, id_of(2))[1]
    read_model.before = lambda: leases.take(id_of(2), "a-run", MORNING)
    assert read(read_model, id_of(2))[1]
    read_model.before = lambda: None
    read_model.after = lambda: leases.release(id_of(2), "a-run")
    assert read(read_model, id_of(2))[1]
    assert not read(read_model, id_of(2))[1]
    leases.close()
    read_model.close()


def test_many_readers_at_once(night: Night) -> None:
    """Many readers at once all get their answer, each their own."""

    async def read() -> list[httpx.Response]:
        key = night.client.headers["x-api-key"]
        limits = httpx.Limits(max_connections=60)
        async with httpx.AsyncClient(
            base_url=night.client.base_url,
            headers={"X-API-Key": key},
            limits=limits,
            timeout=WAITED_S,
        ) as client:
            asked = [case.job.job_id for case in night.cases] * 10
            return await asyncio.gather(*(client.get(f"/v1/jobs/{job_id}") for job_id in asked))

    answers = asyncio.run(read())

    expected = [case.job.job_id for case in night.cases] * 10
    assert [answer.json()["job_id"] for answer in answers] == expected


def test_a_home_without_anything(tmp_path: Path) -> None:
    """A server on a home that holds nothing yet knows no key and no job."""
    home = tmp_path / "home"
    with serving(home) as client:
        assert client.get("/health").status_code == 200
        assert client.get(f"/v1/jobs/{UNKNOWN}").status_code == 401
        client.headers["X-API-Key"] = Keys(home).add("early", MORNING, owner=None)
        assert client.get(f"/v1/jobs/{UNKNOWN}").status_code == 404


def test_answers_leave_at_once() -> None:
    """Connections name their protocol, without which asyncio leaves Nagle's algorithm on."""
    with listen("127.0.0.1", 0) as listener:
        assert listener.proto == socket.IPPROTO_TCP


def test_an_address_in_use() -> None:
    """An address that can't be listened on is a problem of the environment that names it."""
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(EnvironmentProblem, match=f"can't listen on 127.0.0.1:{port}"):
            listen("127.0.0.1", port)
    with pytest.raises(EnvironmentProblem, match=r"127\.0\.0\.1:70000"):
        listen("127.0.0.1", 70_000)
    with pytest.raises(EnvironmentProblem, match=r"::1%nowhere:80: .*not known"):
        listen("::1%nowhere", 80)
