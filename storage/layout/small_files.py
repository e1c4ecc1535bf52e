"""Reading the small Parquet files of nights and trials, a few rows each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa

from domain.errors import LakeError
from storage.files.faults import told
from storage.layout.layout import Layout
from storage.tables.schemas import read_parquet


def rows_in(layout: Layout, path: Path) -> list[dict[str, Any]]:
    """All rows of a file, which need not be on this machine yet.

    Raises:
        LakeError: it is damaged, or can't be read.
    """
    with told(f"{path} can't be read"):
        layout.files.fetch([path])
        try:
            rows: list[dict[str, Any]] = read_parquet(path).to_pylist()
        except (pa.ArrowException, ValueError) as error:
            raise LakeError(f"{path} is damaged: {error}") from error
    return rows
