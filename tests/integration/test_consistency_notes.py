"""Notes on what one job, or one night, translates in more than one way."""

from __future__ import annotations

import json
from dataclasses import replace

from domain.briefing import GlossaryEntry
from domain.memory import Unit
from domain.notes import NoteType
from domain.segment import SegmentStatus
from storage.first_uses import TermKey, Use
from tasks.finalizing import finalize
from tasks.hand import JobInHand
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


async def test_two_documents_of_a_night(in_hand: Hands) -> None:
    """A document whose term became another word than in an earlier one has a note on the whole."""
    async with in_hand(TEXT) as hand:
        hand.job = replace(hand.job, batch_id="night")
        later = JobInHand(hand.desk, hand.desk.lake.load(hand.job.job_id))
        later.job = replace(later.job, batch_id="night")
        brief(hand, dashboard="Übersicht", fast="schnell")
        translate(hand, SAME)
        await finalize([hand])
        brief(later, Dashboard="Tafel", fast="schnell", load="hochfahren")
        later.segments = dict(hand.segments)
        translate(later, ("Tafel auf.", "Tafeln sind schnell.", "Tafel zu.", "Tafel"))

        assert await noted(later) == [
            (
                None,
                "The term 'Dashboard' is 'Tafel' in this document, but 'Übersicht' in "
                f"'{hand.job.source_path}' of the same night.",
            ),
        ]


async def test_a_label_under_another_briefing(in_hand: Hands) -> None:
    """A label that became another word than in an earlier document has a note, a sentence none."""
    async with in_hand(TEXT) as hand:
        job = replace(hand.job, batch_id="night", source_path="earlier.md")
        key = TermKey(job.owner, job.source_lang, job.target_lang, "", "dashboard")
        earlier = {
            key: Use("Tafel", "earlier.md"),
            key._replace(term="close this dashboard."): Use("Die Übersicht zu.", "earlier.md"),
        }
        hand.desk.terms.settle("night", earlier, hand.desk.clock.now())
        hand.job = replace(hand.job, batch_id="night")
        translate(hand, SAME)

        assert await noted(hand) == [
            (
                3,
                "The term 'Dashboard' is 'Übersicht' in this document, but 'Tafel' in 'earlier.md'"
                " of the same night.",
            ),
        ]
