"""Units that came from elsewhere: a Parquet file an import, which never changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, fields
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq
import uuid_utils

from storage.files.faults import told
from storage.files.home import Home
from storage.layout.layout import Layout
from storage.layout.noted_files import forget_gone, note

ROW_GROUP = 2_000
BATCH = 50_000


@dataclass(frozen=True, slots=True)
class ImportedUnit:
    """A unit to keep.

    Attributes:
        import_key: as `domain.reuse.memory.import_key` gives it.
        source_lang: BCP-47.
        target_lang: BCP-47.
        source: with placeholders.
        target: with placeholders.
        origin: the file it is from.
        reviewed: whether a person wrote or approved it.
    """

    import_key: str
    source_lang: str
    target_lang: str
    source: str
    target: str
    origin: str
    reviewed: bool = False


_SCHEMA = pa.schema(
    [(field.name, pa.string()) for field in fields(ImportedUnit) if field.name != "reviewed"]
)


_REVIEWED = ".reviewed.parquet"
"""How the name of a file ends whose units people wrote or approved."""


def is_reviewed(path: Path) -> bool:
    """Whether people wrote or approved the units of an import's file."""
    return path.name.endswith(_REVIEWED)


def imports(layout: Layout) -> list[Path]:
    """The files of all imports, oldest first; they need not be readable here yet."""
    found = (stored.path for stored in layout.files.below(layout.memory))
    return sorted(path for path in found if path.suffix == ".parquet")


@dataclass(frozen=True, slots=True)
class Kept:
    """How many units were kept.

    Attributes:
        units: all.
        reviewed: those that people wrote or approved.
    """

    units: int
    reviewed: int


def write_import(home: Home, units: Iterable[ImportedUnit]) -> Kept:
    """Keep units, all of them or, where taking them raises, none; durable on return.

    What people wrote or approved goes into a file of its own. Without any unit there is none.

    Raises:
        LakeError: they can't be written.
    """
    layout = Layout.of(home)
    folder = layout.memory
    with told(f"units can't be kept in {folder}"):
        name = str(uuid_utils.uuid7())
        paths = {False: folder / f"{name}.parquet", True: folder / f"{name}{_REVIEWED}"}
        counts: Counter[bool] = Counter()
        with ExitStack() as files:
            writers: dict[bool, pq.ParquetWriter] = {}
            for kind, batch in _batches(units):
                if kind not in writers:
                    file = files.enter_context(layout.files.writing(paths[kind]))
                    writers[kind] = files.enter_context(_writer(file))
                _write(writers[kind], batch)
                counts[kind] += len(batch)
        note(home, [paths[kind] for kind in writers])
        # What is not there is in what is taken in now, if it is still wanted.
        forget_gone(home, "memory/")
        return Kept(counts.total(), counts[True])


def _batches(units: Iterable[ImportedUnit]) -> Iterator[tuple[bool, list[ImportedUnit]]]:
    """Units of one kind at a time: a memory may be larger than this machine's."""
    waiting: dict[bool, list[ImportedUnit]] = {False: [], True: []}
    for unit in units:
        batch = waiting[unit.reviewed]
        batch.append(unit)
        if len(batch) == BATCH:
            yield unit.reviewed, batch
            waiting[unit.reviewed] = []
    yield from ((kind, batch) for kind, batch in waiting.items() if batch)


def _writer(file: BinaryIO) -> pq.ParquetWriter:
    return pq.ParquetWriter(file, _SCHEMA, compression="zstd", use_dictionary=False)


def _write(writer: pq.ParquetWriter, batch: Sequence[ImportedUnit]) -> None:
    columns = [[getattr(unit, name) for unit in batch] for name in _SCHEMA.names]
    writer.write_table(pa.table(columns, schema=_SCHEMA), row_group_size=ROW_GROUP)
