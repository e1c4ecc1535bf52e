"""The read-model over real HTTP: a server in a thread, reading a real lake."""

from __future__ import annotations

import asyncio
import http.client
import json

import httpx
import pytest

from domain.job.job import JobStatus
from domain.job.segment import SegmentStatus
from storage.control.keys import Keys
from storage.layout.documents import Documents
from tests.integration.api.api_samples import (
    MORNING,
    UNKNOWN,
    Case,
    Night,
    fill,
    id_of,
    job,
    segments_of,
)
from tests.served import WAITED_S

S = SegmentStatus


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


def test_coverage_is_told_where_it_is_asked_for(night: Night) -> None:
    """`include=coverage` adds the words seen, offered and left; null where none were counted."""
    plain = night.get(f"/v1/jobs/{id_of(4)}/result").json()
    told = night.get(f"/v1/jobs/{id_of(4)}/result?include=coverage").json()
    assert told.pop("coverage") == {
        "seen": 10,
        "offered": 4,
        "left": {"code": 3, "computed": 0, "kept": 0, "excluded": 2, "not_understood": 1},
    }
    assert told == plain
    of_before = night.get(f"/v1/jobs/{id_of(5)}/result?include=coverage").json()
    assert of_before["coverage"] is None
    refused = night.get(f"/v1/jobs/{id_of(4)}/result?include=colour")
    assert refused.status_code == 422
    assert refused.json()["detail"].startswith("include.0: Input should be 'coverage'")


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
        with httpx.Client(timeout=WAITED_S) as client:
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
    connection = http.client.HTTPConnection(address.host, address.port or 80, timeout=WAITED_S)
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
    with httpx.Client(base_url=night.client.base_url, timeout=WAITED_S) as client:
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


def test_the_openapi_document(night: Night) -> None:
    """The OpenAPI document declares the key, every error code, and an example of each answer."""
    paths = night.schemas["paths"]
    codes = {path: sorted(methods["get"]["responses"]) for path, methods in paths.items()}

    usual = ["200", "304", "401", "413", "429", "431", "503", "default"]
    one = sorted([*usual, "404"])
    assert codes == {
        "/v1/jobs": sorted([*usual, "422"]),
        "/v1/jobs/{job_id}": one,
        "/v1/jobs/{job_id}/result": sorted([*one, "409", "422"]),
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
