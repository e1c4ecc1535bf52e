"""Folding: a long job's many live files become one, so that reading it stays quick.

A folded file holds the newest row of each key under the number it had, so it may lie beside the
files it gathers without changing anything; these go some time later, when no reader has them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from storage.live.file_sums import opened, signed
from storage.live.folders import LiveFolders
from storage.live.listing import LiveFile
from storage.live.live_bytes import SCHEMA, small_parquet
from storage.tables.database import Database, arrow_table, literal_paths, statement

FOLD_AT = 64
"""Files that are not folded yet, from which on they are folded."""


class Written(NamedTuple):
    """A file as its writer knows it.

    Attributes:
        file: by name.
        size: in bytes.
        folded: whether it gathers others.
    """

    file: LiveFile
    size: int
    folded: bool


def due(files: Sequence[Written], fold_at: int) -> list[LiveFile]:
    """Which files to fold, if any: all that were not folded, and older folds no larger than those.

    So each row is written again only as often as the whole doubles.

    Args:
        files: one owner's files that count, oldest first.
        fold_at: how many that are not folded are left alone, less one.
    """
    if sum(not file.folded for file in files) < fold_at:
        return []
    gathered = 0
    chosen: list[LiveFile] = []
    for written in reversed(files):
        if written.folded and written.size > gathered:
            break
        gathered += written.size
        chosen.append(written.file)
    return chosen[::-1]


def fold(
    folders: LiveFolders, job_id: str, files: Sequence[LiveFile], database: Database
) -> Written:
    """Gather files that follow on one another into one.

    What lies between the first and the last is gathered as the folder lists it: readers will
    leave all of it out.

    Args:
        files: of one owner, in order.

    Returns:
        The new file, durable.

    Raises:
        OSError: such as a full disk; nothing is changed.
        NotAsWritten: a file is not what was written; nothing is changed.
    """
    folded = LiveFile(files[0].fence, last=files[-1].last, first=files[0].first)
    there = [file for file in folders.files(job_id) if folded.gathers(file)]
    readable = folders.readable(job_id, there)
    # What flipped in one of them must not become what was written.
    told = [opened(path)[1] for path in readable]
    before = LiveFile.named(told[0].before)
    paths = literal_paths(readable)
    rows = arrow_table(database.cursor, statement("folded"), {"files": paths})
    content = signed(small_parquet(rows.cast(SCHEMA), compression="zstd"), before)
    folders.fold(job_id, folded, content)
    return Written(folded, len(content), folded=True)
