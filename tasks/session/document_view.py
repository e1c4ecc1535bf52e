"""A job's document as its stages see it: masked texts, what stands around them, what goes
together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TypeVar

from domain.briefing import Briefing
from domain.document.coverage import LeftReason
from domain.document.plan import Plan
from domain.document.segment_windows import LONGEST_SEGMENT, Ids, by_member, tokens_in, windows
from domain.job.job import Job
from domain.job.segment import Segment
from domain.placeholders.masking import Masked, mask
from domain.placeholders.protection import Protection
from domain.reuse.memory import RECALLED
from tasks.run.run_context import RunContext
from tasks.session.plans import left_of, planned, protection_of

T = TypeVar("T")

CONTEXT_CHARS = 300

SMALL_DOCUMENT = 8_192
"""Bytes of a document that is taken apart or put together in some 3 ms."""


class DocumentView:
    """What there is to know of a document and its segments, each looked up once.

    Args:
        job: whose document it is; what changes of a job is not asked of this one.
        segments: those that are known, as they come to be known.
    """

    def __init__(
        self, run: RunContext, job: Job, briefing: Briefing, segments: Mapping[int, Segment]
    ) -> None:
        self.job = job
        self._run = run
        self._briefing = briefing
        self._segments = segments
        self._masked: dict[int, Masked] = {}

    @cached_property
    def plan(self) -> Plan:
        """The document taken apart.

        Raises:
            DocumentError: it can't be.
            LakeError: it is not in the store.
        """
        return planned(self._run, self.job, self._briefing)

    @cached_property
    def protection(self) -> Protection:
        """What stays as it is in its texts, beside markup and variables.

        Raises:
            DocumentError: its format is unknown.
        """
        return protection_of(self.job, self._briefing)

    def is_elsewhere(self, segment_id: int) -> bool:
        """Whether the document has a segment's text in another context too."""
        return len(self._contexts[self.plan.segments[segment_id].source]) > 1

    @cached_property
    def _contexts(self) -> Mapping[str, set[str]]:
        contexts: defaultdict[str, set[str]] = defaultdict(set)
        for segment in self.plan.segments:
            contexts[segment.source].add(segment.context)
        return contexts

    def words_left(self) -> dict[LeftReason, int]:
        """Words of the document that stay as they are, by the reason.

        Raises:
            DocumentError: it can't be taken apart.
            LakeError: it is not in the store.
        """
        return left_of(self._run, self.job, self.plan)

    def max_chars(self, segment_id: int) -> int | None:
        """Characters that a segment's translation may have: the tightest limit there is."""
        limits = (self._briefing.max_chars, self.plan.segments[segment_id].max_chars)
        return min((limit for limit in limits if limit is not None), default=None)

    def masked(self, segment_id: int, source: str | None = None) -> Masked:
        """A segment's source with its markup masked.

        Args:
            segment_id: the segment.
            source: its source, where the job does not have it yet.
        """
        if segment_id not in self._masked:
            text = self._segments[segment_id].source if source is None else source
            self._masked[segment_id] = mask(text, self.protection)
        return self._masked[segment_id]

    def around(self, ids: Ids) -> tuple[list[str], list[str]]:
        """The source before and after some segments, as the model is shown it.

        The nearest text always, two more as long as they come to no more tokens than what is asked
        about: of a single changed line in a long list more would be paid for its neighbours than
        for itself.
        """
        first, last = ids[0], ids[-1]
        room = sum(tokens_in(self.masked(i).text) for i in ids)
        shown: dict[int, str] = {}
        for i in (first - 1, last + 1, first - 2):
            if i in self._segments:
                text = self.masked(i).text
                text = text[-CONTEXT_CHARS:] if i < first else text[:CONTEXT_CHARS]
                room -= tokens_in(text)
                if room >= 0 or not shown:
                    shown[i] = text
        before = [shown[i] for i in (first - 2, first - 1) if i in shown]
        return before, [shown[i] for i in (last + 1,) if i in shown]

    @cached_property
    def windows(self) -> tuple[Ids, ...]:
        """The stretches of the document that may travel in one request each."""
        settings = self._run.settings
        sizes = {
            i: tokens_in(self.masked(i).text)
            for i, segment in self._segments.items()
            if segment.origin not in RECALLED and len(segment.source) <= LONGEST_SEGMENT
        }
        return windows(sizes, segments=settings.pack_segments, tokens=settings.pack_tokens)

    @cached_property
    def _windows_by_member(self) -> dict[int, Ids]:
        return by_member(self.windows)

    def window_of(self, segment_id: int) -> Ids:
        """The segments that may travel in one request with one; itself alone where none may."""
        return self._windows_by_member.get(segment_id, (segment_id,))

    async def aside(self, work: Callable[[], T]) -> T:
        """Work on the whole document, done where it holds up the event loop least."""
        disk, documents = self._run.lake.disk, self._run.documents
        is_small = not disk.is_far and documents.size(self.job.document) <= SMALL_DOCUMENT
        return await disk.run(work, is_small=is_small)
