"""Lists, nights, usage and documents over real HTTP, and who may read them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from domain.job.job import Job, JobStatus, Step
from domain.job.segment import SegmentStatus
from storage.control.keys import Keys
from storage.control.leases import Leases
from storage.lake import Lake
from storage.layout.documents import Documents
from tests.integration.api.api_samples import (
    MORNING,
    Night,
    call_of,
    hold,
    id_of,
    job,
    segments_of,
    serving,
)
from tests.served import WAITED_S

S = SegmentStatus
NIGHT = "2026-03-06-220000-abcd"
TEXT = "Sätze.\n".encode()


def jobs(output: str) -> list[Job]:
    ended: dict[str, Any] = {
        "batch_id": NIGHT,
        "finalized": True,
        "output": output,
        "finished_at": MORNING,
        "segment_count": 1,
        "source_words": 4,
        "target_words": 5,
        "qa_score": 96.0,
    }
    bert = {"owner": "bert"}
    return [
        replace(job(1, **ended, status=JobStatus.COMPLETED), output_path='a/ä "1".md'),
        job(2, **{**ended, "qa_score": 70.0}, status=JobStatus.NEEDS_REVIEW),
        replace(job(3, **ended, status=JobStatus.COMPLETED), **bert),
        replace(job(4, batch_id=NIGHT, step=Step.TRANSLATOR, status=JobStatus.PROCESSING), **bert),
        job(5, supervised=False, attempt=0, started_at=None),
    ]


async def fill(home: Path) -> None:
    """Three jobs that ended, of two owners, one under way and one that waits."""
    lake, leases = Lake.create(home), Leases(home)
    leases.open_run("a-run", MORNING.replace(year=2036))
    all_jobs = jobs(Documents(home).put(TEXT))
    lake.submit([replace(j, attempt=0, supervised=False, output=None) for j in all_jobs])
    for at_work in all_jobs[:4]:
        job_id = at_work.job_id
        await hold(lake, leases, job_id)
        status = S.PENDING if at_work.status is JobStatus.PROCESSING else S.DONE
        if at_work.status is JobStatus.NEEDS_REVIEW:
            status = S.QA_FAILED
        segments = segments_of(int(job_id[-12:]), status, settled=True)
        await lake.commit(job_id, job=at_work, segments=segments, calls=[call_of(job_id)])
        await lake.let_go(job_id)
        if at_work.status.is_terminal:
            leases.release(job_id, "a-run")
    lake.seal([id_of(1), id_of(3)])
    leases.close()
    lake.close()


@dataclass(frozen=True)
class Office:
    """A home with jobs of two owners, and a client for each and for the operator."""

    home: Path
    newsroom: httpx.Client
    bert: httpx.Client
    operator: httpx.Client
    night: Night

    def assert_valid(self, path: str, schema: str) -> Any:
        response = self.operator.get(path)
        assert response.status_code == 200
        self.night.assert_valid(response.json(), schema)
        return response.json()


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    home = tmp_path_factory.mktemp("office") / "home"
    asyncio.run(fill(home))
    keys, clients = Keys(home), []
    with serving(home) as anybody:
        for owner in ("newsroom", "bert", None):
            key = keys.add(f"{owner}'s", MORNING, owner=owner)
            headers = {"X-API-Key": key}
            clients.append(
                httpx.Client(base_url=anybody.base_url, headers=headers, timeout=WAITED_S)
            )
        schemas = anybody.get("/openapi.json").json()
        yield Office(home, *clients, Night(home, [], clients[2], schemas))
        for client in clients:
            client.close()
    keys.close()


def numbers(body: Any) -> list[int]:
    return [int(listed["job_id"][-12:]) for listed in body["jobs"]]


def test_each_reads_their_own_jobs(office: Office) -> None:
    """A list holds the jobs of the key's owner; an operator's holds all, or those of one owner."""
    assert numbers(office.newsroom.get("/v1/jobs").json()) == [5, 2, 1]
    assert numbers(office.bert.get("/v1/jobs").json()) == [4, 3]
    assert numbers(office.operator.get("/v1/jobs").json()) == [5, 4, 3, 2, 1]
    assert numbers(office.operator.get("/v1/jobs?owner=bert").json()) == [4, 3]
    assert numbers(office.newsroom.get("/v1/jobs?owner=bert").json()) == []
    assert numbers(office.newsroom.get("/v1/jobs?owner=newsroom").json()) == [5, 2, 1]


@pytest.mark.parametrize("ending", ["", "/result", "/download"])
def test_the_jobs_of_others_are_not_found(office: Office, ending: str) -> None:
    """Another owner's job gets the very answer of one that is not there."""
    there, nowhere = (
        office.newsroom.get(f"/v1/jobs/{id_of(number)}{ending}") for number in (3, 999)
    )

    assert (there.status_code, there.json()) == (404, {"detail": "Job not found"})
    assert (nowhere.status_code, nowhere.content) == (404, there.content)
    assert nowhere.headers.keys() == there.headers.keys()
    assert office.bert.get(f"/v1/jobs/{id_of(3)}{ending}").status_code == 200
    assert office.operator.get(f"/v1/jobs/{id_of(3)}{ending}").status_code == 200


def test_a_job_in_a_list(office: Office) -> None:
    """A job is told without its segments, with the numbers of its result."""
    listed = office.newsroom.get("/v1/jobs?status=needs_review")

    assert listed.text == (
        '{"jobs":[{"job_id":"0199f3a2-6c1e-7d3b-9f00-000000000002",'
        '"batch_id":"2026-03-06-220000-abcd","owner":"newsroom","source_path":"page2.md",'
        '"format":"markdown","source_lang":"de","target_lang":"en","status":"needs_review",'
        '"current_step":null,"attempt":1,"segment_count":1,"word_count":{"source":4,"target":5},'
        '"qa_score":70.0,"token_usage":{"input":1200,"output":800,"cache_read":300,'
        '"cache_write":200,"total":2000},"cost_eur":0.000002,'
        '"created_at":"2026-03-06T10:00:00+00:00","started_at":"2026-03-06T10:00:00+00:00",'
        '"finished_at":"2026-03-06T10:00:00+00:00","simulated":true}],"next_cursor":null}'
    )


def test_pages_of_jobs(office: Office) -> None:
    """Each page names the next; the last names none."""
    pages, cursor = [], ""
    while cursor is not None:
        body = office.operator.get(f"/v1/jobs?limit=2{cursor and f'&cursor={cursor}'}").json()
        pages.append(numbers(body))
        cursor = body["next_cursor"]

    assert pages == [[5, 4], [3, 2], [1]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status=completed", [3, 1]),
        ("status=processing", [4]),
        ("target_lang=en&source_lang=de", [5, 4, 3, 2, 1]),
        ("target_lang=fr", []),
        ("day=2026-03-06", [5, 4, 3, 2, 1]),
        ("day=2026-03-07", []),
        (f"batch_id={NIGHT}&status=completed", [3, 1]),
        ("batch_id=%00", []),
        ("cursor=", []),
        ("cursor=zzz", [5, 4, 3, 2, 1]),
    ],
)
def test_filters(office: Office, query: str, found: list[int]) -> None:
    """Each filter lets its own jobs through, all of them together those that pass each."""
    assert numbers(office.operator.get(f"/v1/jobs?{query}").json()) == found


@pytest.mark.parametrize(
    ("path", "detail"),
    [
        (
            "/v1/jobs?status=done",
            "status: Input should be 'queued', 'processing', 'correcting', 'completed', "
            "'completed_with_blocks', 'needs_review', 'failed' or 'dead'",
        ),
        ("/v1/jobs?state=queued", "state: Extra inputs are not permitted"),
        ("/v1/jobs?limit=501", "limit: Input should be less than or equal to 500"),
        ("/v1/jobs?day=yesterday", "day: Value error, must be a day as 2026-03-06"),
        ("/v1/usage?by=colour", "by.0: Input should be 'day', 'model'"),
        ("/v1/usage?cursor=-1", "cursor: String should match pattern"),
        ("/v1/batches?limit=0", "limit: Input should be greater than or equal to 1"),
    ],
)
def test_parameters_that_cant_be_used(office: Office, path: str, detail: str) -> None:
    """A parameter that is unknown or malformed is named, with what is wrong with it."""
    response = office.operator.get(path)

    assert response.status_code == 422
    assert response.json()["detail"].startswith(detail)
    assert set(response.json()) == {"detail"}


def test_nights(office: Office) -> None:
    """A night sums up the jobs that the caller may read, and is not found without any."""
    body = office.assert_valid(f"/v1/batches/{NIGHT}", "BatchSummary")
    assert body == office.assert_valid("/v1/batches", "BatchPage")["batches"][0]
    mine = office.newsroom.get(f"/v1/batches/{NIGHT}").json()

    assert [body[name] for name in ("jobs", "segment_count", "cost_eur")] == [4, 3, 0.000008]
    assert [mine[name] for name in ("jobs", "segment_count", "cost_eur")] == [2, 2, 0.000004]
    assert {status: count for status, count in mine["statuses"].items() if count} == {
        "completed": 1,
        "needs_review": 1,
    }
    assert mine["finished_at"] == "2026-03-06T10:00:00+00:00"
    assert body["finished_at"] is None
    nowhere = office.newsroom.get("/v1/batches/2026-03-07")
    assert (nowhere.status_code, nowhere.json()) == (404, {"detail": "Batch not found"})


def test_usage(office: Office) -> None:
    """The ledger is summed up by what is asked, over the jobs that the caller may read."""
    body = office.assert_valid("/v1/usage?by=day&by=stage", "UsagePage")

    assert body == {
        "usage": [
            {
                "day": "2026-03-06",
                "stage": "translator",
                "simulated": True,
                "calls": 4,
                "token_usage": {
                    "input": 4800,
                    "output": 3200,
                    "cache_read": 1200,
                    "cache_write": 800,
                    "total": 8000,
                },
                "cost_usd": 0.000009,
                "cost_eur": 0.000008,
            }
        ],
        "next_cursor": None,
    }
    assert [2] == [row["calls"] for row in office.newsroom.get("/v1/usage").json()["usage"]]
    assert [2] == [
        row["calls"] for row in office.operator.get("/v1/usage?owner=bert").json()["usage"]
    ]
    assert office.newsroom.get("/v1/usage?owner=bert").json()["usage"] == []
    assert office.operator.get("/v1/usage?since=2026-03-07").json()["usage"] == []
    assert office.operator.get("/v1/usage?until=2026-03-05").json()["usage"] == []
    assert office.operator.get("/v1/usage?since=0001-01-01&until=9999-12-31").json()["usage"] != []


def test_usage_equals_what_jobs_cost(office: Office) -> None:
    """The pages of usage by job hold each job once, with the cost that its status tells."""
    costs, cursor = {}, "0"
    while cursor is not None:
        body = office.operator.get(f"/v1/usage?by=job&limit=3&cursor={cursor}").json()
        costs |= {row["job"]: Decimal(str(row["cost_eur"])) for row in body["usage"]}
        cursor = body["next_cursor"]

    assert costs == {
        job_id: Decimal(str(office.operator.get(f"/v1/jobs/{job_id}").json()["cost_eur"]))
        for job_id in map(id_of, (1, 2, 3, 4))
    }


def test_a_document_is_downloaded(office: Office) -> None:
    """The document comes as its bytes, under its own name, to be kept and not to be shown."""
    response = office.newsroom.get(f"/v1/jobs/{id_of(1)}/download")

    assert response.content == TEXT
    assert response.headers["content-disposition"] == (
        "attachment; filename*=utf-8''%C3%A4%20%221%22.md"
    )
    assert response.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["content-type"] == "text/markdown"


@pytest.mark.parametrize("ending", ["/result", "/download"])
def test_when_to_ask_again(office: Office, ending: str) -> None:
    """What is not complete says when to ask again."""
    waits = {}
    for number in (4, 5):
        response = office.operator.get(f"/v1/jobs/{id_of(number)}{ending}")
        assert response.status_code == 409
        waits[response.json()["status"]] = response.headers["retry-after"]

    assert waits == {"processing": "10", "queued": "60"}


@pytest.mark.parametrize(
    "path", ["/v1/jobs", f"/v1/jobs/{id_of(1)}", f"/v1/jobs/{id_of(1)}/result"]
)
def test_polling_is_cheap(office: Office, path: str) -> None:
    """What the asker has is not sent again, and what it has not is."""
    first = office.newsroom.get(path)
    tag = first.headers["etag"]

    for known in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        again = office.newsroom.get(path, headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
    for other in ('"x"', tag.strip('"'), ""):
        again = office.newsroom.get(path, headers={"If-None-Match": other})
        assert (again.status_code, again.content) == (200, first.content)
    assert office.operator.get(f"/v1/jobs/{id_of(2)}").headers["etag"] != tag
