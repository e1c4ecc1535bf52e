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
from tasks.session.job_session import JobInHand
from tests.integration.conftest import Hands

TEXT = "Open the dashboard.\n\nDashboards load fast.\n\nClose this dashboard.\n\nDashboard\n"
MIXED = ("Übersicht öffnen.", "Übersichten laden schnell.", "Diese Übersicht schließen.", "Tafel")
SAME = (*MIXED[:3], "Übersicht")


def translate(hand: JobInHand, translations: tuple[str, ...]) -> None:
    """Give each segment its translation, as one that passed QA."""
    for number, text in enumerate(translations):
        hand.segments[number] = replace(
            hand.segments[number],
            status=SegmentStatus.QA_PASSED,
            answer=text,
            translation=text,
            origin="claude",
            qa_score=100.0,
        )


def brief(hand: JobInHand, **terms: str) -> None:
    """Give the job a brief of the document."""
    told = [{"source": source, "target": target} for source, target in terms.items()]
    text = json.dumps({"summary": "", "terms": told, "problems": []})
    hand.job = replace(hand.job, brief=text)


async def noted(hand: JobInHand) -> list[tuple[int | None, str]]:
    """End the job; its notes on terminology, as the lake has them."""
    await finalize([hand])
    notes = hand.desk.lake.load(hand.job.job_id).notes
    return [(n.segment_id, n.message) for n in notes if n.type is NoteType.TERMINOLOGY]


async def test_a_term_of_the_brief(in_hand: Hands) -> None:
    """A segment that has another word for a term of the brief than the others is noted."""
    async with in_hand(TEXT) as hand:
        brief(hand, dashboard="Übersicht")
        translate(hand, MIXED)

        assert await noted(hand) == [
            (3, "The term 'dashboard' is 'Übersicht' elsewhere in this document, but not here.")
        ]


async def test_a_glossary_term_without_a_translation(in_hand: Hands) -> None:
    """The same of a term that the glossary does not translate into this language."""
    async with in_hand(TEXT) as hand:
        entry = GlossaryEntry(term="dashboard", translations={"fr": "tableau"})
        hand.briefing = hand.briefing.model_copy(update={"glossary": (entry,)})
        translate(hand, MIXED)

        assert [segment_id for segment_id, _ in await noted(hand)] == [3]


async def test_one_translation_throughout(in_hand: Hands) -> None:
    """A term with one translation, in whatever form, needs no note."""
    async with in_hand(TEXT) as hand:
        brief(hand, dashboard="Übersicht")
        translate(hand, SAME)

        assert await noted(hand) == []


async def test_the_same_text_elsewhere(in_hand: Hands) -> None:
    """A translation other than the one that the memory has for the same text is noted."""
    async with in_hand(TEXT) as hand:
        translate(hand, SAME)
        for number, answer in ((0, "Die Tafel öffnen."), (1, SAME[1])):
            key = hand.segments[number].memory_key
            assert key is not None
            hand.desk.memory.passed(key, Unit(answer, 100.0, None, "claude"))

        assert await noted(hand) == [
            (0, "The same text is translated as 'Die Tafel öffnen.' elsewhere.")
        ]


def another(hand: JobInHand, **briefing: object) -> JobInHand:
    """The job anew, as if it were another document with another briefing."""
    job = replace(hand.job, source_path="later.md", content_key="later")
    later = JobInHand(hand.desk, hand.desk.lake.load(hand.job.job_id))
    later.job, later.segments = job, dict(hand.segments)
    later.briefing = hand.briefing.model_copy(update=briefing)
    later.find_terms()
    return later


async def test_two_documents_of_a_night(in_hand: Hands) -> None:
    """A document whose term became another word than in an earlier one has a note on the whole."""
    async with in_hand(TEXT) as hand:
        later = another(hand)
        brief(hand, dashboard="Übersicht", fast="schnell")
        translate(hand, SAME[:3])
        await finalize([hand])
        brief(later, Dashboard="Tafel", fast="schnell", load="hochfahren")
        translate(later, ("Tafel auf.", "Tafeln sind schnell.", "Tafel zu."))

        told = [message for segment_id, message in await noted(later) if segment_id is None]
        assert told == [
            "The term 'Dashboard' is 'Tafel' in this document, but 'Übersicht' in "
            f"'{hand.job.source_path}'."
        ]


async def test_a_glossary_term_across_documents(in_hand: Hands) -> None:
    """A term that the glossary has no translation for is compared without any brief."""
    loose = (GlossaryEntry(term="dashboard", translations={"fr": "tableau"}),)
    async with in_hand("".join(TEXT.rsplit("Dashboard\n", 1)) + "The weather is fine.\n") as hand:
        hand.briefing = hand.briefing.model_copy(update={"glossary": loose})
        later = another(hand)
        translate(hand, (*SAME[:3], "Das Wetter ist schön."))
        await finalize([hand])
        translate(later, (*(t.replace("Übersicht", "Tafel") for t in SAME[:3]), "Schönes Wetter."))

        told = [message for segment_id, message in await noted(later) if segment_id is None]
        assert told == [
            "The term 'dashboard' is 'Tafel' in this document, but 'Übersicht' in "
            f"'{hand.job.source_path}'."
        ]


async def test_a_text_under_another_briefing(in_hand: Hands) -> None:
    """A text that became another in an earlier document has a note, if nothing asked for it."""
    async with in_hand(TEXT) as hand:
        other = another(hand, metadata={"a": 1})
        toned = another(hand, tone="warm")
        bound = another(
            hand, glossary=(GlossaryEntry(term="dashboard", translations={"de": "Tafel"}),)
        )
        translate(hand, SAME)
        await finalize([hand])
        changed = (SAME[0], "Sie laden schnell.", SAME[2], "Tafel")
        for job in (other, toned, bound):
            translate(job, changed)

        name = hand.job.source_path
        sentence = (1, f"The same text is translated as {SAME[1]!r} in '{name}'.")
        label = (3, f"The same text is translated as 'Übersicht' in '{name}'.")
        assert await noted(other) == [sentence, label]
        assert [label] == told_now(toned)
        assert [] == [note for note in told_now(bound) if "same text" in note[1]]


def told_now(hand: JobInHand) -> list[tuple[int | None, str]]:
    """What would be noted of a job whose segments are done."""
    done = [replace(s, status=SegmentStatus.DONE) for s in hand.segments.values()]
    return [(n.segment_id, n.message) for n in consistency_notes(hand, done)]
