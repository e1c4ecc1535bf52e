"""The glossary's entries that occur in a job's document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from domain.briefing import GlossaryEntry
from domain.glossary.term_index import TermIndex
from domain.job.job import Job
from domain.job.segment import Segment
from domain.placeholders.masking import strip
from domain.text.inflection import primary
from domain.text.lemmas import load_dictionary
from tasks.session.document_view import DocumentView


class JobTerms:
    """Which entries occur where, once they were looked up.

    Attributes:
        occurring: those that occur anywhere, in the glossary's order.
    """

    def __init__(self, job: Job, document: DocumentView, segments: Mapping[int, Segment]) -> None:
        self.occurring: tuple[GlossaryEntry, ...] = ()
        self._languages = job.source_lang, job.target_lang
        self._document = document
        self._segments = segments
        self._by_segment: dict[int, tuple[GlossaryEntry, ...]] = {}

    def find(self, glossary: Sequence[GlossaryEntry]) -> None:
        """Look up which entries occur in which segments; may take a second or two."""
        if not glossary:
            return
        index = TermIndex(glossary, *self._languages)
        self._by_segment = {
            i: index.occurring(strip(self._document.masked(i).text)) for i in sorted(self._segments)
        }
        occurring = {id(entry) for entries in self._by_segment.values() for entry in entries}
        self.occurring = tuple(entry for entry in glossary if id(entry) in occurring)
        if self.occurring:
            load_dictionary(primary(self._languages[1]))  # Checks will need it.

    def within(self, segment_id: int) -> tuple[GlossaryEntry, ...]:
        """The entries that occur in one segment."""
        return self._by_segment.get(segment_id, ())
