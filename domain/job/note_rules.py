"""Which delivery notes a segment's kept translation calls for."""

from __future__ import annotations

from collections.abc import Sequence

from domain.briefing import GlossaryEntry
from domain.glossary import terminology
from domain.job.notes import NoteType
from domain.placeholders.masking import strip
from domain.text.lengths import NOTABLE, passes, visible_length


def notes_of(
    source: str,
    translation: str,
    *,
    source_lang: str,
    target_lang: str,
    terms: Sequence[GlossaryEntry],
) -> list[tuple[NoteType, str]]:
    """The notes on length and terminology that a translation calls for, with their messages.

    `length_deviation`: by the visible characters of both, Han and kana weighed, and what is usual
    between the two languages; short sources are exempt. `terminology`: one an entry that is not
    followed, pending ones as well.

    Args:
        source: the text, its markup masked; placeholders are passed over.
        translation: the same of the translation.
        source_lang: BCP-47.
        target_lang: BCP-47.
        terms: glossary entries; those that do not occur in the source are passed over.
    """
    before, after = strip(source), strip(translation)
    notes = [
        (NoteType.TERMINOLOGY, _told(deviation))
        for deviation in terminology.deviations(
            terms, before, after, source_lang=source_lang, target_lang=target_lang
        )
    ]
    here, there = visible_length(before), visible_length(after)
    if passes(NOTABLE, here, there, source_lang=source_lang, target_lang=target_lang):
        notes.insert(0, (NoteType.LENGTH_DEVIATION, _length_message(here, there)))
    return notes


def _told(deviation: terminology.Deviation) -> str:
    return deviation.message if deviation.binding else f"{deviation.message} (Only suggested.)"


def _length_message(source: int, translation: int) -> str:
    percent = round(100 * translation / source)
    word = "longer" if translation > source else "shorter"
    return f"The translation is much {word} than the source: {percent} % of its length."
