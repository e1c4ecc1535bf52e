"""Notes on what one job, or one night, translates in more than one way."""

from __future__ import annotations

import json
from dataclasses import replace

from domain.briefing import GlossaryEntry
from domain.job.notes import NoteType
from domain.job.segment import SegmentStatus
from domain.reuse.memory import Unit
from tasks.finalizing import finalize
from tasks.reuse.consistency import consistency_notes
from tasks.session.job_session import JobSession
from tests.integration.conftest import Sessions

TEXT = "Open the dashboard.\n\nDashboards load fast.\n\nClose this dashboard.\n\nDashboard\n"
MIXED = ("Übersicht öffnen.", "Übersichten laden schnell.", "Diese Übersicht schließen.", "Tafel")
SAME = (*MIXED[:3], "Übersicht")


def translate(session: JobSession, translations: tuple[str, ...]) -> None:
    """Give each segment its translation, as one that passed QA."""
    for number, text in enumerate(translations):
        session.segments[number] = replace(
            session.segments[number],
            status=SegmentStatus.QA_PASSED,
            answer=text,
            translation=text,
            origin="claude",
            qa_score=100.0,
        )


def brief(session: JobSession, **terms: str) -> None:
    """Give the job a brief of the document."""
    told = [{"source": source, "target": target} for source, target in terms.items()]
    text = json.dumps({"summary": "", "terms": told, "problems": []})
    session.job = replace(session.job, brief=text)


async def noted(session: JobSession) -> list[tuple[int | None, str]]:
    """End the job; its notes on terminology, as the lake has them."""
    await finalize([session])
    notes = session.run.lake.load(session.job.job_id).notes
    return [(n.segment_id, n.message) for n in notes if n.type is NoteType.TERMINOLOGY]


async def test_a_term_of_the_brief(in_session: Sessions) -> None:
    """A segment that has another word for a term of the brief than the others is noted."""
    async with in_session(TEXT) as session:
        brief(session, dashboard="Übersicht")
        translate(session, MIXED)

        assert await noted(session) == [
            (3, "The term 'dashboard' is 'Übersicht' elsewhere in this document, but not here.")
        ]


async def test_a_glossary_term_without_a_translation(in_session: Sessions) -> None:
    """The same of a term that the glossary does not translate into this language."""
    async with in_session(TEXT) as session:
        entry = GlossaryEntry(term="dashboard", translations={"fr": "tableau"})
        session.briefing = session.briefing.model_copy(update={"glossary": (entry,)})
        translate(session, MIXED)

        assert [segment_id for segment_id, _ in await noted(session)] == [3]


async def test_one_translation_throughout(in_session: Sessions) -> None:
    """A term with one translation, in whatever form, needs no note."""
    async with in_session(TEXT) as session:
        brief(session, dashboard="Übersicht")
        translate(session, SAME)

        assert await noted(session) == []


async def test_the_same_text_elsewhere(in_session: Sessions) -> None:
    """A translation other than the one that the memory has for the same text is noted."""
    async with in_session(TEXT) as session:
        translate(session, SAME)
        for number, answer in ((0, "Die Tafel öffnen."), (1, SAME[1])):
            key = session.segments[number].memory_key
            assert key is not None
            session.run.memory.passed(key, Unit(answer, 100.0, None, "claude"))

        assert await noted(session) == [
            (0, "The same text is translated as 'Die Tafel öffnen.' elsewhere.")
        ]


def another(session: JobSession, **briefing: object) -> JobSession:
    """The job anew, as if it were another document with another briefing."""
    job = replace(session.job, source_path="later.md", content_key="later")
    later = JobSession(session.run, session.run.lake.load(session.job.job_id))
    later.job = job
    later.segments.update(session.segments)
    later.briefing = session.briefing.model_copy(update=briefing)
    later.terms.find(later.briefing.glossary)
    return later


async def test_two_documents_of_a_night(in_session: Sessions) -> None:
    """A document whose term became another word than in an earlier one has a note on the whole."""
    async with in_session(TEXT) as session:
        later = another(session)
        brief(session, dashboard="Übersicht", fast="schnell")
        translate(session, SAME[:3])
        await finalize([session])
        brief(later, Dashboard="Tafel", fast="schnell", load="hochfahren")
        translate(later, ("Tafel auf.", "Tafeln sind schnell.", "Tafel zu."))

        told = [message for segment_id, message in await noted(later) if segment_id is None]
        assert told == [
            "The term 'Dashboard' is 'Tafel' in this document, but 'Übersicht' in "
            f"'{session.job.source_path}'."
        ]


async def test_a_glossary_term_across_documents(in_session: Sessions) -> None:
    """A term that the glossary has no translation for is compared without any brief."""
    loose = (GlossaryEntry(term="dashboard", translations={"fr": "tableau"}),)
    async with in_session(
        "".join(TEXT.rsplit("Dashboard\n", 1)) + "The weather is fine.\n"
    ) as session:
        session.briefing = session.briefing.model_copy(update={"glossary": loose})
        later = another(session)
        translate(session, (*SAME[:3], "Das Wetter ist schön."))
        await finalize([session])
        translate(later, (*(t.replace("Übersicht", "Tafel") for t in SAME[:3]), "Schönes Wetter."))

        told = [message for segment_id, message in await noted(later) if segment_id is None]
        assert told == [
            "The term 'dashboard' is 'Tafel' in this document, but 'Übersicht' in "
            f"'{session.job.source_path}'."
        ]


async def test_a_text_under_another_briefing(in_session: Sessions) -> None:
    """A text that became another in an earlier document has a note, if nothing asked for it."""
    async with in_session(TEXT) as session:
        other = another(session, metadata={"a": 1})
        toned = another(session, tone="warm")
        bound = another(
            session, glossary=(GlossaryEntry(term="dashboard", translations={"de": "Tafel"}),)
        )
        translate(session, SAME)
        await finalize([session])
        changed = (SAME[0], "Sie laden schnell.", SAME[2], "Tafel")
        for job in (other, toned, bound):
            translate(job, changed)

        name = session.job.source_path
        sentence = (1, f"The same text is translated as {SAME[1]!r} in '{name}'.")
        label = (3, f"The same text is translated as 'Übersicht' in '{name}'.")
        assert await noted(other) == [sentence, label]
        assert [label] == told_now(toned)
        assert [] == [note for note in told_now(bound) if "same text" in note[1]]


def told_now(session: JobSession) -> list[tuple[int | None, str]]:
    """What would be noted of a job whose segments are done."""
    done = [replace(s, status=SegmentStatus.DONE) for s in session.segments.values()]
    return [(n.segment_id, n.message) for n in consistency_notes(session, done)]
