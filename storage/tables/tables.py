"""The five tables: a column for each field of their records, and what follows from them.

So whoever adds a field to a record adds a column to what lies on disk: see `storage.sealed.steps`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from enum import EnumType, StrEnum
from types import NoneType
from typing import Any, get_args, get_type_hints

from domain.cost.call import Call
from domain.job.job import Job
from domain.job.notes import LoggedError, Note
from domain.job.segment import Segment
from domain.usage import TokenUsage


class SqlType(StrEnum):
    """A column's type, as DuckDB names it."""

    TEXT = "VARCHAR"
    NUMBER = "BIGINT"
    NUMBERS = "BIGINT[]"
    REAL = "DOUBLE"
    FLAG = "BOOLEAN"
    MOMENT = "TIMESTAMPTZ"
    MONEY = "DECIMAL(38,18)"


MONEY_SCALE = 18
"""Decimal places of money: a price per token has at most 9, an exchange rate at most 9."""

_TYPES: Mapping[Any, SqlType] = {
    str: SqlType.TEXT,
    int: SqlType.NUMBER,
    tuple[int, ...]: SqlType.NUMBERS,
    float: SqlType.REAL,
    bool: SqlType.FLAG,
    datetime: SqlType.MOMENT,
    Decimal: SqlType.MONEY,
}

RECORDS: Mapping[str, type[Any]] = {
    "jobs": Job,
    "segments": Segment,
    "calls": Call,
    "notes": Note,
    "errors": LoggedError,
}
"""What a row of each table stands for."""


def types_of(record: type[Any]) -> dict[str, Any]:
    """The type that each field of a record has where it is not None."""
    hints = get_type_hints(record).items()
    return {name: get_args(t)[0] if NoneType in get_args(t) else t for name, t in hints}


def _columns(record: type[Any]) -> dict[str, str]:
    """A column for each field; for tokens one a class."""
    found: dict[str, str] = {}
    for name, kind in types_of(record).items():
        if kind is TokenUsage:
            found |= _columns(TokenUsage)
        else:
            found[name] = _TYPES[str if isinstance(kind, EnumType) else kind]
    return found


TABLES: Mapping[str, Mapping[str, str]] = {
    table: _columns(record) for table, record in RECORDS.items()
}
"""Columns of each table by name; `seq`, a row's order within its job, comes last in files."""

USAGE = tuple(_columns(TokenUsage))
"""The columns of tokens."""

SORTED_BY: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(TABLES, ("job_id", "seq")),
    "jobs": ("job_id",),
    "segments": ("job_id", "segment_id"),
}

ROW_GROUP: Mapping[str, int] = {**dict.fromkeys(TABLES, 2_000), "calls": 20_000}
"""Rows a group: small where one job is looked up, large where the whole is summed."""


def sealed_columns(table: str) -> dict[str, str]:
    """The columns of a sealed file and their types, in order."""
    return {**TABLES[table], "seq": SqlType.NUMBER}


def json_structure(table: str) -> str:
    """The structure of a live row's JSON, as DuckDB's `from_json` takes it."""
    return json.dumps(
        {
            name: [kind.removesuffix("[]")] if kind.endswith("[]") else kind
            for name, kind in TABLES[table].items()
        }
    )
