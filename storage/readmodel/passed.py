"""All that passed QA between two languages, read as a stream."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import duckdb

from storage.files.faults import told
from storage.files.home import Home
from storage.layout.layout import Layout
from storage.layout.manifest import ManifestFile
from storage.readmodel.views import opened_views, put_sentinels
from storage.tables.database import statement

_BATCH = 5_000
_TABLES = ("jobs", "segments", "calls")


@dataclass(frozen=True, slots=True)
class Passed:
    """A translation that passed QA.

    Attributes:
        source: as it stands in its document.
        answer: the translation with its placeholders.
        format: its document's.
        briefing: the SHA-256 of its job's briefing.
        qa_score: 0 to 100.
        origin: the engine.
        changed_at: when its job ended, or was submitted where it has not.
    """

    source: str
    answer: str
    format: str
    briefing: str
    qa_score: float
    origin: str
    changed_at: datetime


def passed_segments(
    home: Home, *, source_lang: str, target_lang: str, target_score: float
) -> Iterator[Passed]:
    """The translations of one language pair that passed QA, each once, in order of submission.

    Args:
        home: the lake's.
        source_lang: BCP-47, in its standard form.
        target_lang: the same.
        target_score: only what has this score or more, 0 to 100.

    Raises:
        LakeError: files can't be read.
    """
    layout = Layout.of(home)
    with told("the lake can't be read", duckdb.Error):
        layout.make()
        put_sentinels(layout)
        manifest = ManifestFile(layout).read()
        with opened_views(layout, manifest, _TABLES, manifest.replaced) as connection:
            done = connection.execute(
                statement("memory/passed"),
                {
                    "source_lang": source_lang,
                    "target_lang": target_lang,
                    "target_score": target_score,
                },
            )
            while rows := done.fetchmany(_BATCH):
                yield from (Passed(*row) for row in rows)
