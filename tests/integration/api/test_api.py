"""The read-model over real HTTP: a server in a thread, reading a real lake."""

from __future__ import annotations

import asyncio
import http.client
import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest

from api.reading.answers import read
from api.serving import listen, server
from domain.cost.call import Call
from domain.errors import EnvironmentProblem
from domain.job.job import Job, JobStatus
from domain.job.notes import LoggedError, Note, NoteType
from domain.job.segment import Segment, SegmentStatus
from domain.settings import Settings
from domain.usage import TokenUsage
from storage.control.keys import Keys
from storage.control.leases import Leases
from storage.lake import Lake
from storage.layout.documents import Documents
from storage.readmodel.readmodel import ReadModel
from storage.tables.records import JobRecord
from tests.served import in_a_thread

S = SegmentStatus
MORNING = datetime(2026, 3, 6, 10, 0, 0, tzinfo=UTC)
UNKNOWN = "0199f3a2-6c1e-7d3b-9f00-ffffffffffff"


def id_of(number: int) -> str:
    return f"0199f3a2-6c1e-7d3b-9f00-{number:012x}"


@dataclass(frozen=True)
class Case:
    """A job and what the API must say of it."""

    job: Job
    segments: list[Segment]
    held: bool
    status: str
    step: str | None

    @property
    def has_result(self) -> bool:
        return self.status in ("completed", "completed_with_blocks", "needs_review")


def job(number: int, **changes: Any) -> Job:
    fields: dict[str, Any] = {"supervised": True, "attempt": 1, "started_at": MORNING}
    fields = {"format": "markdown", **fields, **changes}
    return Job(
        job_id=id_of(number),
        owner="newsroom",
        source_path=f"page{number}.md",
        output_path=f"page{number}.md",
        source_lang="de",
        target_lang="en",
        briefing="{}",
        document="0" * 64,
        content_key=f"{number:064x}",
        created_at=MORNING,
        source_review=False,
        **fields,
    )


def segments_of(number: int, *statuses: SegmentStatus, **changes: Any) -> list[Segment]:
    made = []
    for segment_id, status in enumerate(statuses):
        scored = status in (S.QA_PASSED, S.QA_FAILED, S.DONE)
        fields: dict[str, Any] = {
            "translation": f"Sentence {segment_id}.",
            "qa_score": 96.0 if scored else None,
            "error": "markup" if status is S.BLOCKED else None,
            **changes,
        }
        made.append(Segment(id_of(number), segment_id, status, f"Satz {segment_id}.", 2, **fields))
    return made


def call_of(job_id: str) -> Call:
    return Call(
        call_id=f"0199f3a2-6c1e-7d3b-9f01-{job_id[-12:]}",
        job_id=job_id,
        stage="translator",
        task="translate",
        attempt=1,
        segment_ids=(0, 1),
        engine="claude",
        model="claude-sonnet-5-5",
        transport="messages",
        usage=TokenUsage(700, 300, 150, 50, 800),
        cost_usd=Decimal("0.00000231"),
        cost_eur=Decimal("0.00000198"),
        eur_per_usd=Decimal("0.8673"),
        price_version="a price list",
        prompt_version="a prompt",
        latency_ms=812,
        stop_reason="end_turn",
        outcome="ok",
        request_id="req_1",
        simulated=True,
        started_at=MORNING,
    )


def cases(output: str) -> list[Case]:
    """A job in every status; one of those that run has a segment in every status."""
    done: dict[str, Any] = {
        "finalized": True,
        "output": output,
        "finished_at": MORNING,
        "source_words": 4,
        "target_words": 5,
    }
    unread = {"supervised": False, "attempt": 0, "started_at": None}
    open_ = {"attempt_open": True}
    return [
        Case(job(1, **unread), [], False, "queued", None),
        Case(job(2, **open_), segments_of(2, *SegmentStatus), True, "processing", "translator"),
        Case(job(3, **open_), segments_of(3, S.CORRECTING, S.DONE), True, "correcting", "qa"),
        Case(job(4, **done), segments_of(4, S.DONE, S.DONE), False, "completed", None),
        Case(
            job(5, **done), segments_of(5, S.DONE, S.BLOCKED), False, "completed_with_blocks", None
        ),
        Case(
            job(6, **done),
            segments_of(6, S.QA_FAILED, S.DONE, settled=True),
            False,
            "needs_review",
            None,
        ),
        Case(job(7), segments_of(7, S.DONE, S.FAILED), False, "failed", None),
        Case(
            job(8, attempt=3, finished_at=MORNING),
            segments_of(8, S.DONE, S.FAILED),
            False,
            "dead",
            None,
        ),
        Case(
            job(9, **unread),
            [],
            True,
            "processing",
            "supervisor",
        ),
    ]


async def fill(home: Path, all_cases: list[Case]) -> None:
    """Write jobs as runs do; those that are held stay so."""
    lake, leases = Lake.create(home), Leases(home)
    # As if its heartbeat went on for as long as the tests take.
    leases.open_run("a-run", datetime.now(UTC) + timedelta(hours=1))
    lake.submit([replace(case.job, attempt=0, supervised=False, output=None) for case in all_cases])
    for case in all_cases:
        job_id = case.job.job_id
        await hold(lake, leases, job_id)
        await lake.commit(
            job_id,
            job=case.job,
            segments=case.segments,
            calls=[call_of(job_id)],
            notes=[Note(job_id, 0, NoteType.LOW_CONFIDENCE, "two meanings", "translator", MORNING)],
            errors=[LoggedError(job_id, 1, "overloaded_error", "Busy", "translator", MORNING)],
        )
        await lake.let_go(job_id)
        if not case.held:
            leases.release(job_id, "a-run")
    leases.close()
    lake.close()


async def hold(lake: Lake, leases: Leases, job_id: str) -> None:
    fence = leases.take(job_id, "a-run", MORNING)
    assert fence is not None
    lake.hold(job_id, fence)


@contextmanager
def serving(home: Path) -> Iterator[httpx.Client]:
    """A client of a server that runs in a thread of its own, on a free port."""
    with (
        in_a_thread(server(home, Settings())) as port,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client,
    ):
        yield client


@dataclass(frozen=True)
class Night:
    """A home with a job in every status, and a client that has a key."""

    home: Path
    cases: list[Case]
    client: httpx.Client
    schemas: dict[str, Any]

    def get(self, path: str) -> httpx.Response:
        return self.client.get(path)

    def assert_valid(self, body: Any, schema: str) -> None:
        root = {"$ref": f"#/components/schemas/{schema}", **self.schemas}
        jsonschema.Draft202012Validator(
            root, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
        ).validate(body)


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    home = tmp_path_factory.mktemp("night") / "home"
    all_cases = cases(Documents(home).put(b"Sentence 0.\n\nSentence 1.\n"))
    asyncio.run(fill(home, all_cases))
    key = Keys(home).add("newsroom", MORNING, owner="newsroom")
    with serving(home) as client:
        client.headers["X-API-Key"] = key
        yield Night(home, all_cases, client, client.get("/openapi.json").json())


def test_each_job_status(night: Night) -> None:
    """A job in each status is told with the contract's name for it and its step."""
    told = [night.get(f"/v1/jobs/{case.job.job_id}").json() for case in night.cases]

    assert [(case.status, case.step) for case in night.cases] == [
        (body["status"], body["current_step"]) for body in told
    ]
    assert set(JobStatus) == {body["status"] for body in told}


def test_each_segment_status(night: Night) -> None:
    """A segment in each status is told with the contract's name for it."""
    told = night.get(f"/v1/jobs/{id_of(2)}").json()["segments"]

    assert told == [
        {"id": 0, "status": "pending", "qa_score": None, "retry_count": 0, "error": None},
        {"id": 1, "status": "processing", "qa_score": None, "retry_count": 0, "error": None},
        {"id": 2, "status": "translated", "qa_score": None, "retry_count": 0, "error": None},
        {"id": 3, "status": "qa_passed", "qa_score": 96.0, "retry_count": 0, "error": None},
        {"id": 4, "status": "qa_failed", "qa_score": 96.0, "retry_count": 0, "error": None},
        {"id": 5, "status": "blocked", "qa_score": None, "retry_count": 0, "error": "markup"},
        {"id": 6, "status": "correcting", "qa_score": None, "retry_count": 0, "error": None},
        {"id": 7, "status": "done", "qa_score": 96.0, "retry_count": 0, "error": None},
        {"id": 8, "status": "failed", "qa_score": None, "retry_count": 0, "error": None},
    ]


def test_bodies_follow_the_openapi_document(night: Night) -> None:
    """Every answer has the shape that the server's own OpenAPI document gives it."""
    for case in night.cases:
        path = f"/v1/jobs/{case.job.job_id}"
        night.assert_valid(night.get(path).json(), "JobStatusBody")
        result = night.get(f"{path}/result")
        night.assert_valid(result.json(), "JobResultBody" if case.has_result else "NotComplete")
    night.assert_valid(night.get(f"/v1/jobs/{UNKNOWN}").json(), "Refusal")


def test_a_status_in_full(night: Night) -> None:
    """A status is the contract's, to the byte, from the ledger's sums to the error log."""
    response = night.get(f"/v1/jobs/{id_of(7)}")

    assert response.headers["content-type"] == "application/json"
    assert response.text == (
        '{"job_id":"0199f3a2-6c1e-7d3b-9f00-000000000007","status":"failed","segment_count":2,'
        '"segments":[{"id":0,"status":"done","qa_score":96.0,"retry_count":0,"error":null},'
        '{"id":1,"status":"failed","qa_score":null,"retry_count":0,"error":null}],'
        '"token_usage":{"input_tokens":1200,"output_tokens":800},"cost_eur":0.000002,'
        '"error_log":[{"segment_id":1,"step":"translator","type":"overloaded_error",'
        '"message":"Busy","created_at":"2026-03-06T10:00:00+00:00"}],'
        '"created_at":"2026-03-06T10:00:00+00:00","started_at":"2026-03-06T10:00:00+00:00",'
        '"finished_at":null,"current_step":null,"source_review_enabled":false}'
    )


def test_a_result_in_full(night: Night) -> None:
    """A result is the contract's, to the byte, with the assembled document in it."""
    assert night.get(f"/v1/jobs/{id_of(5)}/result").text == (
        '{"job_id":"0199f3a2-6c1e-7d3b-9f00-000000000005","status":"completed_with_blocks",'
        '"translation":"Sentence 0.\\n\\nSentence 1.\\n","segments":['
        '{"id":0,"source":"Satz 0.","translation":"Sentence 0.","qa_score":96.0,"status":"done"},'
        '{"id":1,"source":"Satz 1.","translation":null,"qa_score":null,"status":"blocked"}],'
        '"cost_eur":0.000002,'
        '"token_usage":{"input":1200,"output":800,"cache_read":300,"cache_write":200,"total":2000},'
        '"word_count":{"source":4,"target":5},"qa_score":96.0,"warning":null,"delivery_notes":['
        '{"type":"low_confidence","segment_id":0,"message":"two meanings"}]}'
    )


def test_results_only_when_complete(night: Night) -> None:
    """A job without a result is answered with 409 and its current status."""
    told = {}
    for case in night.cases:
        response = night.get(f"/v1/jobs/{case.job.job_id}/result")
        told[case.status] = (response.status_code, response.json()["status"])
        if response.status_code == 409:
            assert response.json()["detail"] == f"Job not yet complete: {case.status}"

    assert told == {
        "queued": (409, "queued"),
        "processing": (409, "processing"),
        "correcting": (409, "correcting"),
        "completed": (200, "completed"),
        "completed_with_blocks": (200, "completed_with_blocks"),
        "needs_review": (200, "needs_review"),
        "failed": (409, "failed"),
        "dead": (409, "dead"),
    }


@pytest.mark.parametrize("key", [None, "", "x", "ü".encode(), b"\xff\xfe", "k" * 20_000])
@pytest.mark.parametrize("job_id", [id_of(4), UNKNOWN, "%00"])
def test_without_a_valid_key(night: Night, key: str | bytes | None, job_id: str) -> None:
    """Without a valid key the answer is the same, whether the job exists or not."""
    headers: dict[bytes, bytes] = {}
    if key is not None:
        headers[b"X-API-Key"] = key.encode() if isinstance(key, str) else key
    for path in (f"/v1/jobs/{job_id}", f"/v1/jobs/{job_id}/result"):
        request = httpx.Request("GET", night.client.base_url.join(path), headers=headers)
        with httpx.Client() as client:
            response = client.send(request)

        assert response.status_code == 401
        assert response.json() == {"detail": "Missing or invalid X-API-Key"}


def test_keys_are_revoked_at_once(night: Night) -> None:
    """A key works from the moment it is made to the moment it is revoked."""
    keys = Keys(night.home)
    headers = {"X-API-Key": keys.add("visitor", MORNING, owner=None)}
    path = f"/v1/jobs/{id_of(4)}"

    assert night.client.get(path, headers=headers).status_code == 200
    keys.revoke("visitor", MORNING)
    assert night.client.get(path, headers=headers).status_code == 401


@pytest.mark.parametrize(
    "path",
    [
        f"/v1/jobs/{UNKNOWN}",
        "/v1/jobs/x",
        "/v1/jobs/%00",
        f"/v1/jobs/{id_of(4)}%00",
        f"/v1/jobs/{id_of(4)}%0a",
        f"/v1/jobs/%20{id_of(4)}",
        "/v1/jobs/%ff%fe%80",
        "/v1/jobs/%ED%A0%80",
        "/v1/jobs/%F0%9F%8C%99",
        "/v1/jobs/..%2f..%2fcontrol.sqlite",
        "/v1/jobs/../../etc/passwd",
        "/v1/jobs/..",
        "/v1/jobs/.",
        "/v1/jobs/",
        "/v1/jobs//result",
        f"/v1/jobs/{id_of(4)}/",
        f"/v1/jobs/{id_of(4)}/result/",
        f"/v1/jobs/{id_of(4)}/../{id_of(5)}",
        "/v1/jobs/*",
        "/v1/jobs/[0]",
        "/v1/jobs/%27%20OR%201=1--",
        f"/v1/jobs/{{{id_of(4)}}}",
        f"/v1/jobs/urn:uuid:{id_of(4)}",
        f"/v1/jobs/{id_of(4).replace('-', '')}",
        "/v1/jobs/" + "a" * 300,
        "/v1/jobs/" + "a" * 60_000,
        "/v1/jobs/" + "%00" * 20_000,
        "/docs",
        "/redoc",
    ],
)
@pytest.mark.parametrize("ending", ["", "/result"])
def test_paths_that_lead_nowhere(night: Night, path: str, ending: str) -> None:
    """An id that no job bears, or that nothing could bear, is not found, whatever is in it."""
    address = night.client.base_url
    connection = http.client.HTTPConnection(address.host, address.port or 80, timeout=30)
    connection.request(
        "GET", path + ending, headers={"X-API-Key": night.client.headers["x-api-key"]}
    )
    response = connection.getresponse()
    body = json.loads(response.read())
    connection.close()

    assert response.status == 404
    assert set(body) == {"detail"}


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
def test_nothing_can_be_changed(night: Night, method: str) -> None:
    """Only GET is answered."""
    assert night.client.request(method, f"/v1/jobs/{id_of(4)}").status_code == 405


def test_health_needs_no_key(night: Night) -> None:
    """Whether the server answers can be asked by anyone."""
    with httpx.Client(base_url=night.client.base_url) as client:
        response = client.get("/health")

    assert (response.status_code, response.text) == (200, '{"status":"ok"}')


def test_answers_say_little_of_the_server(night: Night) -> None:
    """No answer names its server, and none may be kept by a cache in between."""
    for path in (f"/v1/jobs/{id_of(4)}", f"/v1/jobs/{UNKNOWN}", "/health", "/nowhere"):
        assert "server" not in night.get(path).headers
    assert night.get(f"/v1/jobs/{id_of(4)}").headers["cache-control"] == "private, no-cache"


def test_a_document_in_another_encoding(night: Night) -> None:
    """A document in the encoding that it declares is told as text all the same."""
    output = Documents(night.home).put(b'<meta charset="iso-8859-1"><p>Gr\xf6\xdfe</p>')
    other = job(21, finalized=True, output=output, format="html")
    asyncio.run(fill(night.home, [Case(other, segments_of(21, S.DONE), False, "completed", None)]))

    body = night.get(f"/v1/jobs/{id_of(21)}/result").json()

    assert body["translation"] == '<meta charset="iso-8859-1"><p>Größe</p>'


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


def test_the_openapi_document(night: Night) -> None:
    """The OpenAPI document declares the key, every error code, and an example of each answer."""
    paths = night.schemas["paths"]
    codes = {path: sorted(methods["get"]["responses"]) for path, methods in paths.items()}

    usual = ["200", "304", "401", "413", "429", "431", "503", "default"]
    one = sorted([*usual, "404"])
    assert codes == {
        "/v1/jobs": sorted([*usual, "422"]),
        "/v1/jobs/{job_id}": one,
        "/v1/jobs/{job_id}/result": sorted([*one, "409"]),
        "/v1/jobs/{job_id}/download": sorted({*one, "409"} - {"304"}),
        "/v1/batches": sorted([*usual, "422"]),
        "/v1/batches/{batch_id}": one,
        "/v1/usage": sorted([*usual, "422"]),
        "/metrics": ["200", "401", "403", "413", "429", "431", "503", "default"],
        "/health": ["200"],
    }
    assert night.schemas["components"]["securitySchemes"] == {
        "APIKeyHeader": {
            "type": "apiKey",
            "in": "header",
            "name": "X-API-Key",
            "description": "As `nightdesk keys add NAME` printed it.",
        },
        "HTTPBearer": {
            "type": "http",
            "scheme": "bearer",
            "description": "The same key, as Prometheus sends it.",
        },
    }
    secured = [{"APIKeyHeader": []}]
    alike = {"/health": None, "/metrics": [{"APIKeyHeader": []}, {"HTTPBearer": []}]}
    no_json = {("200", "/download"), ("200", "/metrics")}
    for path, methods in paths.items():
        assert methods["get"].get("security") == alike.get(path, secured)
        for code, response in methods["get"]["responses"].items():
            content = response.get("content", {}).get("application/json", {})
            if code not in ("default", "304") and (code, path[-9:]) not in no_json:
                night.assert_valid(content["example"], content["schema"]["$ref"].split("/")[-1])


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
            base_url=night.client.base_url, headers={"X-API-Key": key}, limits=limits, timeout=60
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
