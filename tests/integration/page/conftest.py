"""A home with nights of two owners, served; one browser for the tests of a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from domain.checks.quality import Finding, Severity
from domain.job.notes import NoteType
from domain.job.segment import Segment, SegmentStatus
from storage.control.keys import Keys
from storage.layout.documents import Documents
from storage.tables.records import JobRecord
from tests.pages import (
    ENDED,
    Desk,
    Opened,
    Writer,
    call_of,
    chromium,
    desk,
    findings,
    id_of,
    job,
    logged,
    note,
    segments_of,
    served,
)

PREFECT = "http://127.0.0.1:9/prefect"
EVIL = "<script>document.title='taken'</script><img src=x onerror=alert(1)>\"' onfocus=alert(2) x='"


@dataclass(frozen=True)
class Office:
    """A home that is served.

    Attributes:
        key: of the owner `newsroom`.
        operator: reads the jobs of all.
    """

    home: Path
    base: str
    key: str
    operator: str
    writer: Writer


def told_with_errors(output: str) -> JobRecord:
    """Job 1: a segment with findings, notes, errors and corrections, one blocked, one right."""
    found = findings(
        Finding(Severity.MAJOR, "accuracy/mistranslation", "three  days", "It says four.", "model"),
        Finding(Severity.MINOR, "accuracy/omission", "vielleicht", "Left out.", "model"),
        Finding(Severity.CRITICAL, "placeholder", "", "A number is gone.", "check"),
    )
    segments = (
        Segment(
            id_of(1),
            0,
            SegmentStatus.QA_FAILED,
            "Wir antworten vielleicht in vier Tagen.",
            6,
            translation="We answer within three\ndays.",
            qa_score=72.5,
            findings=found,
            retry_count=2,
            settled=True,
        ),
        Segment(id_of(1), 1, SegmentStatus.BLOCKED, "<b>Halt", 1, "Stop", error="markup is broken"),
        *segments_of(1, 3)[2:],
    )
    return JobRecord(
        job(1, **ENDED, output=output),
        segments,
        (call_of(1),),
        (
            note(1, None, NoteType.TERMINOLOGY, "The glossary has two entries for Tag."),
            note(1, 0, NoteType.LOW_CONFIDENCE, "vielleicht may be ironic."),
        ),
        (logged(1, 0, "Overloaded"),),
    )


def evil(output: str) -> JobRecord:
    """Job 3: all that comes from outside tries to be markup."""
    found = findings(Finding(Severity.MAJOR, EVIL, EVIL, EVIL, "model"))
    segment = Segment(
        id_of(3),
        0,
        SegmentStatus.QA_FAILED,
        EVIL,
        3,
        EVIL,
        qa_score=1.0,
        findings=found,
        error=EVIL,
    )
    return JobRecord(
        job(3, **ENDED, output=output, source_path=EVIL),
        (segment,),
        (call_of(3, model=EVIL),),
        (note(3, None, NoteType.SOURCE_ERROR, EVIL), note(3, 0, NoteType.SOURCE_ERROR, EVIL)),
        (logged(3, 0, EVIL), logged(3, None, EVIL)),
    )


PATCHY: dict[str, int] = {
    "code_words": 1_204,
    "computed_words": 0,
    "kept_words": 1,
    "excluded_words": 0,
    "not_understood_words": 10,
}
"""Of job 2: one in five words of its prose was not understood."""


def records(output: str) -> list[JobRecord]:
    long = segments_of(2, 120)
    return [
        told_with_errors(output),
        JobRecord(job(2, **ENDED, output=output, target_lang="ar", **PATCHY), long, (call_of(2),)),
        evil(output),
        JobRecord(
            job(4, **ENDED, output=output, owner="legal", batch_id="2026-03-05-220000-0001"),
            segments_of(4, 2),
            (call_of(4, "claude-haiku-5-5", "0.0002"),),
        ),
    ]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    home = tmp_path_factory.mktemp("office") / "home"
    writer = Writer(home)
    output = Documents(home).put(b"We answer within three days.\n")
    for record in records(output):
        writer.write(record)
    keys, now = Keys(home), datetime.now(UTC)
    with served(home, prefect_ui_url=PREFECT) as base:
        yield Office(
            home,
            base,
            keys.add("editor", now, owner="newsroom"),
            keys.add("operator", now, owner=None),
            writer,
        )
    keys.close()
    writer.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def opened(browser: Browser, office: Office) -> Iterator[Opened]:
    """Opens windows that sign in with a key; no page may break its policy or leave its origin."""
    desks: list[Desk] = []

    def open_one(key: str | None = office.key, **options: object) -> Desk:
        found = desk(browser, office.base, **options)
        desks.append(found)
        if key is not None:
            found.sign_in(key)
        return found

    yield open_one
    for found in desks:
        found.context.close()
        faults = [line for line in found.said if not line.startswith("verbose")]
        assert [] == [line for line in faults if "status of 4" not in line]
        assert [] == [url for url in found.asked if not url.startswith(office.base + "/")]
