"""The names of nights' files: `<night>.<row>.parquet`."""

from __future__ import annotations

from pathlib import Path

from storage.layout.layout import Layout


def night_files(layout: Layout) -> list[Path]:
    """The files of all nights, by name; they need not be readable here yet.

    Raises:
        OSError: they can't be listed.
    """
    found = (stored.path for stored in layout.files.below(layout.nights))
    return sorted(path for path in found if path.suffix == ".parquet" and row_of(path))


def name_of(path: Path) -> str:
    """The night that a file is of."""
    return path.stem.rpartition(".")[0]


def row_of(path: Path) -> int:
    """Which of its night's rows a file holds: a later one counts; 0 where it holds none."""
    number = path.stem.rpartition(".")[2]
    return int(number) if number.isdigit() else 0
