"""The five tables: their columns, in DuckDB's types, and what follows from them."""

from __future__ import annotations

import json
from collections.abc import Mapping

TEXT = "VARCHAR"
NUMBER = "BIGINT"
NUMBERS = "BIGINT[]"
REAL = "DOUBLE"
FLAG = "BOOLEAN"
MOMENT = "TIMESTAMPTZ"
MONEY = "DECIMAL(38,18)"

MONEY_SCALE = 18
"""Decimal places of money: a price per token has at most 9, an exchange rate at most 9."""

_USAGE = {
    "uncached_input_tokens": NUMBER,
    "cache_read_tokens": NUMBER,
    "cache_write_5m_tokens": NUMBER,
    "cache_write_1h_tokens": NUMBER,
    "output_tokens": NUMBER,
}

TABLES: Mapping[str, Mapping[str, str]] = {
    "jobs": {
        "job_id": TEXT,
        "owner": TEXT,
        "source_path": TEXT,
        "output_path": TEXT,
        "format": TEXT,
        "source_lang": TEXT,
        "target_lang": TEXT,
        "briefing": TEXT,
        "document": TEXT,
        "content_key": TEXT,
        "created_at": MOMENT,
        "source_review": FLAG,
        "batch_id": TEXT,
        "status": TEXT,
        "step": TEXT,
        "attempt": NUMBER,
        "attempt_open": FLAG,
        "brief": TEXT,
        "supervised": FLAG,
        "finalized": FLAG,
        "output": TEXT,
        "segment_count": NUMBER,
        "source_words": NUMBER,
        "target_words": NUMBER,
        "qa_score": REAL,
        **_USAGE,
        "cost_eur": MONEY,
        "simulated": FLAG,
        "started_at": MOMENT,
        "finished_at": MOMENT,
    },
    "segments": {
        "job_id": TEXT,
        "segment_id": NUMBER,
        "status": TEXT,
        "source": TEXT,
        "words": NUMBER,
        "translation": TEXT,
        "answer": TEXT,
        "candidate": TEXT,
        "qa_score": REAL,
        "findings": TEXT,
        "retry_count": NUMBER,
        "settled": FLAG,
        "reviewed": FLAG,
        "origin": TEXT,
        "error": TEXT,
        "memory_key": TEXT,
    },
    "calls": {
        "call_id": TEXT,
        "job_id": TEXT,
        "stage": TEXT,
        "task": TEXT,
        "attempt": NUMBER,
        "segment_ids": NUMBERS,
        "engine": TEXT,
        "model": TEXT,
        "transport": TEXT,
        **_USAGE,
        "cost_usd": MONEY,
        "cost_eur": MONEY,
        "eur_per_usd": MONEY,
        "price_version": TEXT,
        "prompt_version": TEXT,
        "latency_ms": NUMBER,
        "stop_reason": TEXT,
        "outcome": TEXT,
        "request_id": TEXT,
        "simulated": FLAG,
        "started_at": MOMENT,
        "batch_id": TEXT,
        "answered_model": TEXT,
    },
    "notes": {
        "job_id": TEXT,
        "segment_id": NUMBER,
        "type": TEXT,
        "message": TEXT,
        "step": TEXT,
        "created_at": MOMENT,
        "retracted": FLAG,
    },
    "errors": {
        "job_id": TEXT,
        "segment_id": NUMBER,
        "type": TEXT,
        "message": TEXT,
        "step": TEXT,
        "created_at": MOMENT,
    },
}
"""Columns of each table by name; `seq`, a row's order within its job, comes last in files."""

SORTED_BY: Mapping[str, tuple[str, ...]] = {
    "jobs": ("job_id",),
    "segments": ("job_id", "segment_id"),
    "calls": ("job_id", "seq"),
    "notes": ("job_id", "seq"),
    "errors": ("job_id", "seq"),
}

ROW_GROUP: Mapping[str, int] = {
    "jobs": 2_000,
    "segments": 2_000,
    "calls": 20_000,
    "notes": 2_000,
    "errors": 2_000,
}
"""Rows a group: small where one job is looked up, large where the whole is summed."""


def sealed_columns(table: str) -> dict[str, str]:
    """The columns of a sealed file and their types, in order."""
    return {**TABLES[table], "seq": NUMBER}


def json_structure(table: str) -> str:
    """The structure of a live row's JSON, as DuckDB's `from_json` takes it."""
    return json.dumps(
        {
            name: [kind.removesuffix("[]")] if kind.endswith("[]") else kind
            for name, kind in TABLES[table].items()
        }
    )
