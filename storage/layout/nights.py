"""The nights of a home: a small Parquet file when one begins, another when it has ended.

No file is ever replaced: of a night's rows the one that was written last counts, by its number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
from pydantic import TypeAdapter

from domain.job.night import Night, NightEnd
from storage.files.faults import told
from storage.files.home import Home
from storage.layout.layout import Layout
from storage.layout.night_names import name_of, night_files, row_of
from storage.layout.noted_files import note
from storage.layout.small_files import rows_in
from storage.tables.schemas import parquet_bytes

_NIGHT = TypeAdapter(Night)
_MOMENT = pa.timestamp("us", tz="UTC")

SCHEMA = pa.schema(
    {
        "batch_id": pa.string(),
        "row": pa.int64(),
        "began_at": _MOMENT,
        "engine": pa.string(),
        "transport": pa.string(),
        "simulated": pa.bool_(),
        "ended_at": _MOMENT,
        "ended_as": pa.string(),
        "reason": pa.string(),
        "left_open": pa.list_(pa.struct([("job_id", pa.string()), ("status", pa.string())])),
    }
)
"""Columns of a night's file; `left_open` has the jobs it did not bring to their end."""

_BEGAN, _FOUND_DEAD, _ENDED = 1, 2, 3
"""A night that was wrongly taken for dead ends later all the same: its own word counts."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class Nights:
    """The nights of one home; safe for threads and processes. All methods raise LakeError."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._layout = Layout.of(home)

    def begin(self, night: Night) -> None:
        """Enter a night that begins; durable on return."""
        self._write(night, _BEGAN)

    def end(self, night: Night) -> None:
        """Enter how a night ended; durable on return."""
        self._write(night, _ENDED)

    def interrupted(self, night: Night) -> None:
        """Enter that a night is dead and never said how it ended; the same again is no harm."""
        self._write(replace(night, ended_as=NightEnd.INTERRUPTED), _FOUND_DEAD)

    def all(self) -> list[Night]:
        """All nights by their names, as last written."""
        return self._read(self._files())

    def open(self) -> list[Night]:
        """Those that have not said how they ended."""
        paths = self._files()
        # Whoever has a later file need not be opened.
        ended = {name_of(path) for path in paths if row_of(path) > _BEGAN}
        return self._read([path for path in paths if name_of(path) not in ended])

    def _files(self) -> list[Path]:
        with told("the nights can't be listed"):
            return night_files(self._layout)

    def _read(self, paths: Sequence[Path]) -> list[Night]:
        newest: dict[str, Night] = {}
        for path in sorted(paths, key=row_of):
            rows = rows_in(self._layout, path)
            newest.update((row["batch_id"], _night(row)) for row in rows)
        return [newest[name] for name in sorted(newest)]

    def _write(self, night: Night, row: int) -> None:
        if not _NAME.fullmatch(night.batch_id):
            raise ValueError(f"{night.batch_id!r} can't be a night's name")
        path = self._layout.nights / f"{night.batch_id}.{row}.parquet"
        with told(f"the night can't be entered in {path}"):
            self._layout.files.write(path, _content(night, row))
            note(self._home, [path])


def _content(night: Night, row: int) -> bytes:
    values = asdict(night)
    values |= {"row": row, "left_open": values.pop("left")}
    return parquet_bytes(pa.Table.from_pylist([values], schema=SCHEMA))


def _night(row: Mapping[str, Any]) -> Night:
    return _NIGHT.validate_python({**row, "left": row["left_open"] or ()})
