"""Records of the domain as rows, and back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, fields
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Context, Decimal
from enum import EnumType
from typing import Any, NamedTuple

from domain.cost.call import Call
from domain.job.job import Job
from domain.job.notes import LoggedError, Note
from domain.job.segment import Segment
from domain.usage import TokenUsage
from storage.tables.tables import MONEY_SCALE, RECORDS, USAGE, types_of

Record = Job | Segment | Call | Note | LoggedError

_TABLE_OF = {record: table for table, record in RECORDS.items()}
_FIELDS = {table: tuple(f.name for f in fields(record)) for table, record in RECORDS.items()}
_MONEY = Decimal(1).scaleb(-MONEY_SCALE)
_EXACT = Context(prec=38, rounding=ROUND_HALF_EVEN)


class LiveRow(NamedTuple):
    """A row of a live file: of which table, under which key, and its fields as a JSON object.

    An empty key is one no other row has: such rows are only ever added.
    """

    kind: str
    key: str
    body: str


def encoded(record: Record) -> LiveRow:
    """A record as a row of a live file.

    Money is kept to 18 decimal places; half a surrogate pair, which no file can hold, becomes
    U+FFFD.

    Raises:
        ValueError: a moment is without a zone.
    """
    table = _TABLE_OF[type(record)]
    values: dict[str, Any] = {}
    for name in _FIELDS[table]:
        value = getattr(record, name)
        if name == "usage":
            values.update((part, getattr(value, part)) for part in USAGE)
        else:
            values[name] = value
    body = json.dumps(values, ensure_ascii=False, allow_nan=False, default=_plain)
    return LiveRow(table, _whole(_key(record)), _whole(body))


def decoded(table: str, values: Mapping[str, Any]) -> Any:
    """The record that a row stands for, whether its values came from JSON or from DuckDB.

    A field that a row of an older version lacks takes its default; one that is not known here is
    left out.
    """
    found: dict[str, Any] = {}
    for name, has_default, convert in _WAYS[table]:
        if name == "usage":
            found[name] = TokenUsage(*(values.get(part) or 0 for part in USAGE))
            continue
        value = values.get(name)
        if value is not None:
            found[name] = convert(value) if convert else value
        elif not has_default:
            found[name] = None
    return RECORDS[table](**found)


def records(table: str, rows: Iterable[Mapping[str, Any]]) -> tuple[Any, ...]:
    """The records that rows of one table stand for."""
    return tuple(decoded(table, row) for row in rows)


def _key(record: Record) -> str:
    match record:
        case Segment():
            return str(record.segment_id)
        case Call():
            return record.call_id
        case Note():
            return json.dumps([record.segment_id, record.type, record.message], ensure_ascii=False)
        case Job():
            return "job"
        case LoggedError():
            return ""


def _whole(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"the moment {value} is without a zone")
        return value.astimezone(UTC).isoformat()
    if isinstance(value, Decimal):
        return format(value.quantize(_MONEY, context=_EXACT), "f")
    raise TypeError(f"{type(value).__name__} can't be stored")


def _moment(value: datetime | str) -> datetime:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment.astimezone(UTC)


def _money(value: Decimal | str) -> Decimal:
    # Without the zeros that fill it up to the scale, and without an exponent.
    return Decimal(format(Decimal(value).normalize(_EXACT), "f"))


def _conversion(kind: Any) -> Callable[[Any], Any] | None:
    """What makes a field's value of that of a row; None where it is the same."""
    of_kind: Mapping[Any, Callable[[Any], Any]]
    of_kind = {tuple[int, ...]: tuple, Decimal: _money, datetime: _moment}
    return kind if isinstance(kind, EnumType) else of_kind.get(kind)


def _ways(record: type[Any]) -> tuple[tuple[str, bool, Callable[[Any], Any] | None], ...]:
    """Of a record's fields in order: the name, whether it has a default, and the conversion."""
    types = types_of(record)
    return tuple(
        (f.name, f.default is not MISSING, _conversion(types[f.name])) for f in fields(record)
    )


_WAYS = {table: _ways(record) for table, record in RECORDS.items()}
