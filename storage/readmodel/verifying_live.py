"""Whether the live files of a job are those that were written, and all of them are there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from storage.layout.layout import Layout
from storage.layout.soundness import live_fault, parquet_fault
from storage.live.file_sums import NotAsWritten, told_by
from storage.live.listing import LiveFile
from storage.live.live_chain import GONE, is_there
from storage.readmodel.views import sentinels


def live_faults(
    folder: Path, files: Sequence[LiveFile], tip: str | None
) -> Iterator[tuple[str, str]]:
    """What is wrong with the live files of one job, each by its name and in words.

    Args:
        files: those that count.
        tip: the newest one when the job was let go of last; None where that is not known.

    Raises:
        FileNotFoundError: one is gone by now.
    """
    wanted = {} if tip is None else {tip: GONE}
    for file in files:
        try:
            before = told_by((folder / file.name).read_bytes()).before
        except NotAsWritten as error:
            yield file.name, str(error)
            continue
        if (fault := parquet_fault(folder / file.name)) is not None:
            yield file.name, fault
        elif before:
            wanted[before] = f"it is not there: {file.name} was written after it"
    for name, said in wanted.items():
        if not is_there(LiveFile.named(name), files):
            yield name, said


def sentinel_faults(layout: Layout) -> Iterator[tuple[Path, str]]:
    """What is wrong with files without rows, which are read along with all others.

    One that is not there is no fault: whoever reads puts it there.
    """
    for path in sentinels(layout):
        with suppress(FileNotFoundError):
            if path.suffix == ".json":
                fault = None if path.read_bytes() == b"{}" else "it is not empty"
            else:
                fault = live_fault(path)
            if fault is not None:
                yield path, fault
