"""Terms in the loop: checked, corrected, and noted where they could not be."""

from __future__ import annotations

from domain.briefing import GlossaryEntry
from domain.job.notes import NoteType
from domain.job.segment import SegmentStatus
from tasks.correction import CORRECTION
from tasks.finalizing import finalize
from tasks.qa import QA
from tasks.session.job_session import JobSession
from tasks.translator import TRANSLATOR
from tests.integration.conftest import Sessions, take_through

TEXT = "The <b>company</b> warehouses are empty.\n"
ENTRY = GlossaryEntry(
    term="company warehouse",
    translations={"de": "Betriebslager"},
    forbidden_alternatives=("Depot",),
)
WRONG = '[[rule]]\ntask = "translate"\nmatch = "warehouses"\nevent = "say"\n'
WRONG += 'text = "Die Depots der ⟦1⟧Firma⟦/1⟧ sind leer."\n'
STILL_WRONG = WRONG.replace('"translate"', '"correct"')
RIGHT = STILL_WRONG.replace("Depots der ⟦1⟧Firma⟦/1⟧", "⟦1⟧Betriebslager⟦/1⟧")


async def taken_through(session: JobSession) -> None:
    session.briefing = session.briefing.model_copy(update={"glossary": (ENTRY,)})
    session.terms.find(session.briefing.glossary)
    for stage in (TRANSLATOR, QA, CORRECTION):
        await take_through(stage, session, 0)


async def test_a_forbidden_word_is_corrected(in_session: Sessions) -> None:
    """A term is found across markup; a forbidden word in an answer brings a correction about."""
    async with in_session(TEXT, WRONG + RIGHT) as session:
        await taken_through(session)
        segment = session.segments[0]
        await finalize([session])

        assert session.terms.within(0) == (ENTRY,)
        assert (segment.status, segment.retry_count) == (SegmentStatus.QA_PASSED, 1)
        assert segment.translation == "Die <b>Betriebslager</b> sind leer."
        assert [n for n in session.notes if n.type is NoteType.TERMINOLOGY] == []


async def test_what_could_not_be_corrected_is_noted(in_session: Sessions) -> None:
    """Where the correction has the forbidden word as well, a note says so."""
    async with in_session(TEXT, WRONG + STILL_WRONG) as session:
        await taken_through(session)
        await finalize([session])
        notes = session.run.lake.load(session.job.job_id).notes

        assert [n.message for n in notes if n.type is NoteType.TERMINOLOGY] == [
            "'Depot' must not stand for the term 'company warehouse'; use 'Betriebslager'."
        ]
