"""The trials of a home: a small Parquet file for each, which never changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from domain.errors import LakeError
from domain.judge.trial import Trial
from domain.judge.verdict import Tally
from storage.files.faults import told
from storage.files.home import Home
from storage.layout.layout import Layout
from storage.layout.noted_files import note
from storage.layout.small_files import rows_in
from storage.tables.schemas import parquet_bytes

SCHEMA = pa.schema(
    {
        "trial_id": pa.string(),
        "judge": pa.string(),
        "batch_id": pa.string(),
        "job_id": pa.string(),
        "engine": pa.string(),
        "model": pa.string(),
        "source_lang": pa.string(),
        "target_lang": pa.string(),
        "simulated": pa.bool_(),
        "ended_at": pa.timestamp("us", tz="UTC"),
        **{field.name: pa.int64() for field in fields(Tally)},
    }
)
"""Columns of a trial's file."""


class Trials:
    """The trials of one home; safe for threads and processes. All methods raise LakeError."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._layout = Layout.of(home)

    def add(self, trial: Trial) -> None:
        """Enter a trial; durable on return."""
        path = self._layout.trials / f"{trial.judge}.{trial.trial_id}.parquet"
        with told(f"the trial can't be entered in {path}"):
            self._layout.files.write(path, _content(trial))
            note(self._home, [path])

    def of(self, judge: str, since: datetime) -> list[Trial]:
        """The trials of one judge that have ended since then, oldest first.

        Args:
            judge: as in `Trial`.
            since: with its zone.
        """
        with told("the trials can't be listed"):
            paths = [path for path in trial_files(self._layout) if path.name.startswith(judge)]
        found = [trial for path in paths if (trial := self._read(path)).ended_at >= since]
        return sorted(found, key=lambda trial: (trial.ended_at, trial.trial_id))

    def _read(self, path: Path) -> Trial:
        rows = rows_in(self._layout, path)
        if len(rows) != 1:
            raise LakeError(f"{path} is damaged: it has {len(rows)} rows")
        return _trial(rows[0])


def trial_files(layout: Layout) -> list[Path]:
    """The files of all trials, by name; they need not be readable here yet.

    Raises:
        OSError: they can't be listed.
    """
    found = (stored.path for stored in layout.files.below(layout.trials))
    return sorted(path for path in found if path.suffix == ".parquet" and "." in path.stem)


def _content(trial: Trial) -> bytes:
    values = asdict(trial)
    values |= values.pop("tally")
    return parquet_bytes(pa.Table.from_pylist([values], schema=SCHEMA))


def _trial(row: Mapping[str, Any]) -> Trial:
    tally = Tally(**{field.name: row[field.name] for field in fields(Tally)})
    own = {f.name: row[f.name] for f in fields(Trial) if f.name != "tally"}
    return Trial(**own, tally=tally)
