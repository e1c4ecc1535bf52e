"""Segments whose translation is there already, at a desk."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import pytest

from domain.job.notes import NoteType
from domain.job.segment import SegmentStatus
from domain.reuse.memory import Unit, import_key, memory_context, memory_key
from tasks.reuse.recall import prepare, recalled, unit_of
from tasks.run.night_memory import NightMemory
from tasks.session.job_session import JobSession
from tests.integration.conftest import Sessions

MINOR = (
    '[{"severity": "minor", "category": "style", "span": "", "explanation": "", "source": "model"}]'
)
UNIT = Unit("Es ist ⟦1⟧gut⟦/1⟧.", 96.0, MINOR, "claude", ("Is it?",))


class Shelf:
    """Stored units."""

    def __init__(self, units: dict[str, Unit], imported: dict[str, Unit]) -> None:
        self._units, self._imported = units, imported

    def units(self, keys: Collection[str]) -> dict[str, Unit]:
        return {key: self._units[key] for key in self._units.keys() & set(keys)}

    def holds_imports(self) -> bool:
        return bool(self._imported)

    def imported(self, keys: Collection[str]) -> dict[str, Unit]:
        return {key: self._imported[key] for key in self._imported.keys() & set(keys)}


def keyed(session: JobSession) -> list[str]:
    """Give each segment its key, as the supervisor does."""
    context = memory_context(session.briefing, session.job.owner)
    for number, segment in session.segments.items():
        key = memory_key(context, session.document.masked(number).text)
        session.segments[number] = replace(segment, memory_key=key)
    return [segment.memory_key or "" for segment in session.segments.values()]


def imported_as(session: JobSession, target: str) -> dict[str, Unit]:
    """What an import would hold for the first segment."""
    key = import_key(session.job.owner, "en", "de", session.document.masked(0).text)
    return {key: Unit(target, None, None, "old.tmx")}


async def test_a_hit_is_a_segment_that_passed(in_session: Sessions) -> None:
    """A unit's answer gets this segment's own markup, its score, findings and doubts."""
    async with in_session("It is <i>good</i>.") as session:
        (key,) = keyed(session)
        memory = NightMemory(Shelf({key: UNIT}, {}))
        await prepare(memory, [session])

        found = recalled(memory, session, 0)

    assert found is not None
    segment, notes = found
    assert segment.status is SegmentStatus.QA_PASSED
    assert segment.translation == "Es ist <i>gut</i>."
    assert segment.origin == "translation_memory"
    assert segment.qa_score == 96.0
    assert segment.findings == MINOR
    assert [(NoteType.LOW_CONFIDENCE, "Is it?")] == [(n.type, n.message) for n in notes]


async def test_what_passed_here_serves_the_next(in_session: Sessions) -> None:
    """A segment that passed makes the unit that recalls another; one that has not makes none."""
    async with in_session("It is <i>good</i>.\n\nIt is <b>good</b>.") as session:
        key, same = keyed(session)
        memory = NightMemory(Shelf({key: UNIT}, {}))
        assert unit_of(session, 0) is None
        await prepare(memory, [session])
        found = recalled(memory, session, 0)
        assert found is not None
        segment, notes = found
        await session.commit(segment, notes=notes)

        unit = unit_of(session, 0)

    assert key == same
    assert replace(UNIT, origin="translation_memory") == unit


async def test_nothing_is_recalled_without_a_unit(in_session: Sessions) -> None:
    """A segment that nothing is known of, or that has no key, is translated."""
    async with in_session("It is good.") as session:
        memory = NightMemory(Shelf({}, {}))
        assert recalled(memory, session, 0) is None
        keyed(session)
        await prepare(memory, [session])
        assert recalled(memory, session, 0) is None


async def test_an_import_is_scored_by_code(in_session: Sessions) -> None:
    """An imported unit in which code finds nothing is used, with the score that makes."""
    async with in_session("It is <i>good</i>.") as session:
        keyed(session)
        memory = NightMemory(Shelf({}, imported_as(session, "Es ist ⟦1⟧gut⟦/1⟧.")))
        await prepare(memory, [session])

        found = recalled(memory, session, 0)

    assert found is not None
    segment, _ = found
    assert segment.status is SegmentStatus.QA_PASSED
    assert segment.translation == "Es ist <i>gut</i>."
    assert (100.0, "[]") == (segment.qa_score, segment.findings)


@pytest.mark.parametrize(
    "target",
    ["Es ist gut.", "Es ist ⟦1⟧3⟦/1⟧ Mal gut.", "⟦1⟧⟦/1⟧"],
    ids=["markup lost", "a number added", "empty"],
)
async def test_an_import_that_code_faults_is_left(in_session: Sessions, target: str) -> None:
    """An imported unit with an error that code can see is not used."""
    async with in_session("It is <i>good</i>.") as session:
        keyed(session)
        memory = NightMemory(Shelf({}, imported_as(session, target)))
        await prepare(memory, [session])

        assert recalled(memory, session, 0) is None


async def test_what_was_translated_goes_before_what_was_imported(in_session: Sessions) -> None:
    """Where both are there, the unit that QA passed is used."""
    async with in_session("It is <i>good</i>.") as session:
        (key,) = keyed(session)
        memory = NightMemory(Shelf({key: UNIT}, imported_as(session, "Das ist ⟦1⟧gut⟦/1⟧.")))
        await prepare(memory, [session])

        found = recalled(memory, session, 0)

    assert found is not None
    assert found[0].answer == "Es ist ⟦1⟧gut⟦/1⟧."
