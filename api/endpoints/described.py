"""What the OpenAPI document says beyond the shapes: examples and error codes."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

from domain.job.job import JobStatus

BATCH_ID = "0199f3a2-6c1e-7d3b-9f00-2b1c5d7e9a10"
JOB_ID = "550e8400-e29b-41d4-a716-446655440000"

DESCRIPTION = """\
Status and results of translation jobs, read from where the night's runs write them.

Each request names a key in the header `X-API-Key`; `nightdesk keys add NAME` makes one. Errors are
`{"detail": "…"}`.
"""


class Refusal(BaseModel):
    """Why there is no answer."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    detail: str
    """A sentence for a person."""


class NotComplete(Refusal):
    """Why there is no result yet."""

    status: JobStatus
    """The job's current status."""


class Health(BaseModel):
    """That the server answers."""

    model_config = ConfigDict(extra="forbid")

    status: str


STATUS_EXAMPLE: dict[str, Any] = {
    "job_id": JOB_ID,
    "status": "processing",
    "segment_count": 2,
    "segments": [
        {"id": 0, "status": "translated", "qa_score": 92.5, "retry_count": 0, "error": None},
        {"id": 1, "status": "pending", "qa_score": None, "retry_count": 0, "error": None},
    ],
    "token_usage": {"input_tokens": 1200, "output_tokens": 800},
    "cost_eur": 0.0014,
    "error_log": [
        {
            "segment_id": 1,
            "step": "translator",
            "type": "overloaded_error",
            "message": "Overloaded",
            "created_at": "2026-03-06T10:00:07+00:00",
        }
    ],
    "created_at": "2026-03-06T10:00:00+00:00",
    "started_at": "2026-03-06T10:00:05+00:00",
    "finished_at": None,
    "current_step": "translator",
    "source_review_enabled": False,
}

RESULT_EXAMPLE: dict[str, Any] = {
    "job_id": JOB_ID,
    "status": "completed",
    "translation": "The quality of our products speaks for itself.",
    "segments": [
        {
            "id": 0,
            "source": "Die Qualität unserer Produkte spricht für sich.",
            "translation": "The quality of our products speaks for itself.",
            "qa_score": 96.5,
            "status": "done",
        }
    ],
    "cost_eur": 0.0014,
    "token_usage": {
        "input": 1200,
        "output": 800,
        "cache_read": 400,
        "cache_write": 0,
        "total": 2000,
    },
    "word_count": {"source": 7, "target": 8},
    "qa_score": 96.5,
    "warning": None,
    "delivery_notes": [
        {
            "type": "low_confidence",
            "segment_id": 0,
            "message": "'spricht für sich' could also be meant ironically.",
        }
    ],
}

JOBS_EXAMPLE: dict[str, Any] = {
    "jobs": [
        {
            "job_id": JOB_ID,
            "batch_id": BATCH_ID,
            "owner": "newsroom",
            "source_path": "news/quality.md",
            "format": "markdown",
            "source_lang": "de",
            "target_lang": "en",
            "status": "completed",
            "current_step": None,
            "attempt": 1,
            "segment_count": 1,
            "word_count": {"source": 7, "target": 8},
            "qa_score": 96.5,
            "token_usage": RESULT_EXAMPLE["token_usage"],
            "cost_eur": 0.0014,
            "created_at": "2026-03-06T10:00:00+00:00",
            "started_at": "2026-03-06T10:00:05+00:00",
            "finished_at": "2026-03-06T10:00:20+00:00",
            "simulated": False,
        }
    ],
    "next_cursor": None,
}

BATCH_EXAMPLE: dict[str, Any] = {
    "batch_id": BATCH_ID,
    "jobs": 1,
    "statuses": {
        "queued": 0,
        "processing": 0,
        "correcting": 0,
        "completed": 1,
        "completed_with_blocks": 0,
        "needs_review": 0,
        "failed": 0,
        "dead": 0,
    },
    "segment_count": 1,
    "word_count": {"source": 7, "target": 8},
    "qa_score": 96.5,
    "token_usage": RESULT_EXAMPLE["token_usage"],
    "cost_eur": 0.0014,
    "started_at": "2026-03-06T10:00:05+00:00",
    "finished_at": "2026-03-06T10:00:20+00:00",
    "ended_as": "done",
    "simulated": False,
}

USAGE_EXAMPLE: dict[str, Any] = {
    "usage": [
        {
            "day": "2026-03-06",
            "model": "claude-sonnet-5-5",
            "simulated": False,
            "calls": 2,
            "token_usage": RESULT_EXAMPLE["token_usage"],
            "cost_usd": 0.0016,
            "cost_eur": 0.0014,
        }
    ],
    "next_cursor": None,
}

EXAMPLES: dict[str, dict[str, Any]] = {
    "/v1/jobs": JOBS_EXAMPLE,
    "/v1/batches": {"batches": [BATCH_EXAMPLE], "next_cursor": None},
    "/v1/batches/{batch_id}": BATCH_EXAMPLE,
    "/v1/usage": USAGE_EXAMPLE,
    "/v1/jobs/{job_id}": STATUS_EXAMPLE,
    "/v1/jobs/{job_id}/result": RESULT_EXAMPLE,
    "/health": {"status": "ok"},
}

MISSING_KEY = "Missing or invalid X-API-Key"
NO_JOB = "Job not found"
NO_BATCH = "Batch not found"
NO_OPERATOR = "An operator's key is needed"
TOO_MANY = "Too many requests; ask again after the seconds in Retry-After"
DAMAGED_DETAIL = (
    "manifest.json is not there, and version 7 was published;"
    " `nightdesk rebuild manifest` makes it anew from the sealed files"
)
MALFORMED_DETAIL = "limit: Input should be less than or equal to 500"
NOT_COMPLETE = "Job not yet complete"
UNREADABLE = "The home can't be read now; why is in the server's log"


def _refusal(
    description: str, example: dict[str, Any], model: type[Refusal] = Refusal
) -> dict[str, Any]:
    return {
        "description": description,
        "model": model,
        "content": {"application/json": {"example": example}},
    }


# `default` stands for what no client should have to expect, such as a path that leads nowhere.
REFUSALS: dict[int | str, dict[str, Any]] = {
    401: _refusal(MISSING_KEY, {"detail": MISSING_KEY}),
    413: _refusal("A body is too large", {"detail": "Body too large: more than 16384 bytes"}),
    429: {
        **_refusal("Too many requests in a minute", {"detail": TOO_MANY}),
        "headers": {
            "Retry-After": {
                "description": "Seconds after which to ask again",
                "schema": {"type": "integer", "minimum": 1},
            }
        },
    },
    431: _refusal(
        "The headers are too large", {"detail": "Headers too large: more than 65536 bytes"}
    ),
    503: _refusal(
        "What has to be read is damaged, or a newer version wrote it, or it can't be reached; other"
        " jobs may be answered all the same",
        {"detail": DAMAGED_DETAIL},
    ),
    "default": {"description": "Anything else, in the same shape", "model": Refusal},
}
NO_SUCH_JOB: dict[int | str, dict[str, Any]] = {
    404: _refusal(NO_JOB, {"detail": NO_JOB}),
}
OPERATORS_ONLY: dict[int | str, dict[str, Any]] = {
    **REFUSALS,
    403: _refusal("The key is an owner's", {"detail": NO_OPERATOR}),
}
FIGURES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The figures",
        "content": {"text/plain": {"schema": {"type": "string"}}},
    },
}
MALFORMED: dict[int | str, dict[str, Any]] = {
    422: _refusal("A parameter can't be used", {"detail": MALFORMED_DETAIL}),
}
UNCHANGED: dict[int | str, dict[str, Any]] = {
    304: {"description": "The same as the asker has, by `If-None-Match`"},
}
NO_SUCH_BATCH: dict[int | str, dict[str, Any]] = {
    404: _refusal(NO_BATCH, {"detail": NO_BATCH}),
}
DOCUMENT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The document",
        "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}},
    },
}
NO_RESULT: dict[int | str, dict[str, Any]] = {
    409: _refusal(
        f"{NOT_COMPLETE}; the body holds its current status",
        {"detail": f"{NOT_COMPLETE}: processing", "status": "processing"},
        NotComplete,
    ),
}


def with_examples(document: dict[str, Any]) -> dict[str, Any]:
    """The OpenAPI document with an example of each answer put in."""
    # Given to the framework beforehand, the examples would lose their nulls.
    for path, example in EXAMPLES.items():
        answer = document["paths"][path]["get"]["responses"]["200"]
        answer["content"]["application/json"]["example"] = example
    return document
