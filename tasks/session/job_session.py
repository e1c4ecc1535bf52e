"""A job in hand: its state in memory, and each change to it on its way to the lake."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cached_property
from typing import Any, TypeVar

import uuid_utils

from domain.briefing import GlossaryEntry
from domain.cost.call import Call
from domain.cost.spent import Spent
from domain.document.plan import Plan
from domain.document.segment_windows import LONGEST_SEGMENT, Ids, by_member, tokens_in, windows
from domain.errors import EngineError, NightdeskError
from domain.glossary.term_index import TermIndex
from domain.job.job import Job, Step, current_step, job_status, label_of
from domain.job.notes import LoggedError, Note, NoteType
from domain.job.segment import Segment, SegmentStatus, taken_up
from domain.placeholders.masking import Masked, mask, strip
from domain.requests.answers import Brief, read_brief
from domain.reuse.memory import MEMORY_ORIGIN
from domain.text.inflection import primary
from domain.text.lemmas import load_dictionary
from domain.usage import TokenUsage
from engines.port import Question, Reply
from storage.tables.records import JobRecord
from tasks.run.acceptance import Acceptance
from tasks.run.run_context import RunContext
from tasks.session.billing import WRONG_USAGE, Bill, bill_faults, bill_of
from tasks.session.guard import guarded, met
from tasks.session.plans import briefing_of, planned

T = TypeVar("T")

ROW_EVERY = timedelta(seconds=1)
CONTEXT_CHARS = 300

_UNTOUCHED = (SegmentStatus.PENDING, SegmentStatus.PROCESSING)

UNUSED = "unused"
"""The outcome of a request whose answer was lost on a fault of ours."""

SMALL_DOCUMENT = 8_192
"""Bytes of a document that is taken apart or put together in some 3 ms."""


class JobSession:
    """A job that this run works on: what is known of it, kept in step with the lake.

    `commit` returns once the change is durable; `jot` lets it travel with the next commit and
    is for what a crash may lose, such as that a segment is being translated right now.

    Attributes:
        before: the job before this attempt.
        held: whether this run has the job.
        kills: kills that it was under way at, since it last committed something.
        held_back: the segments that wait for another to be translated, which may serve them too.
        given_up: whether it is left to the next attempt.
        accepted: when the engine last took a question of each task and prompt.
        turned_away: why the engine takes no question of this job; None while it does.
        has_failed: whether that is for a fault of its own.
        has_gained: whether this attempt has brought anything: an answer, or a segment on its way.
        under_way: what works on its segments now, or failed at it, by stage and segment.
        stuck: the segments whose work raised something; they go no further in this attempt.
        unsaid: lines for the error log that could not even be jotted.
    """

    def __init__(self, run: RunContext, record: JobRecord) -> None:
        self.run = run
        self.job = self.before = record.job
        self.briefing = briefing_of(run, record.job)
        self.segments: dict[int, Segment] = {s.segment_id: s for s in record.segments}
        self.notes: list[Note] = list(record.notes)
        self.terms: tuple[GlossaryEntry, ...] = ()
        self._terms_of: dict[int, tuple[GlossaryEntry, ...]] = {}
        self.usage = sum((c.usage for c in record.calls), TokenUsage())
        self.cost_eur = sum((c.cost_eur for c in record.calls), record.job.cost_eur * 0)
        self.simulated = run.rehearsal
        self._masked: dict[int, Masked] = {}
        self._call_ids = {c.call_id for c in record.calls}
        self._told: set[tuple[str, str]] = set()
        self.held = True
        self.kills = 0
        self.held_back: set[int] = set()
        self.given_up = False
        self.accepted = Acceptance()
        self.turned_away: str | None = None
        self._refused: dict[tuple[str, int], int] = {}
        self._refused_ids: set[int] = set()
        self.has_failed = False
        self.has_gained = False
        self.under_way: dict[tuple[str, int], asyncio.Task[None]] = {}
        self.stuck: set[int] = set()
        self.unsaid: list[LoggedError] = []
        self._owed: dict[str, tuple[object, Call]] = {}
        self._last_error: LoggedError | None = None
        self._row_due = run.clock.now()

    @property
    def label(self) -> str:
        """What an operator knows the job by."""
        return label_of(self.job)

    @property
    def brief(self) -> Brief | None:
        """What a model made of the document as a whole, where it was asked."""
        return None if self.job.brief is None else read_brief(json.loads(self.job.brief))

    @cached_property
    def plan(self) -> Plan:
        """The job's document taken apart.

        Raises:
            DocumentError: it can't be.
            LakeError: it is not in the store.
        """
        return planned(self.run, self.job, self.briefing)

    def max_chars(self, segment_id: int) -> int | None:
        """Characters that a segment's translation may have: the tightest limit there is."""
        limits = (self.briefing.max_chars, self.plan.segments[segment_id].max_chars)
        return min((limit for limit in limits if limit is not None), default=None)

    def masked(self, segment_id: int, source: str | None = None) -> Masked:
        """A segment's source with its markup masked.

        Args:
            segment_id: the segment.
            source: its source, where the job does not have it yet.
        """
        if segment_id not in self._masked:
            text = self.segments[segment_id].source if source is None else source
            self._masked[segment_id] = mask(text)
        return self._masked[segment_id]

    @cached_property
    def windows(self) -> tuple[Ids, ...]:
        """The stretches of the document that may travel in one request each."""
        settings = self.run.settings
        sizes = {
            i: tokens_in(self.masked(i).text)
            for i, segment in self.segments.items()
            if segment.origin != MEMORY_ORIGIN and len(segment.source) <= LONGEST_SEGMENT
        }
        return windows(sizes, segments=settings.pack_segments, tokens=settings.pack_tokens)

    @cached_property
    def _windows_by_member(self) -> dict[int, Ids]:
        return by_member(self.windows)

    def window_of(self, segment_id: int) -> Ids:
        """The segments that may travel in one request with one; itself alone where none may."""
        return self._windows_by_member.get(segment_id, (segment_id,))

    @property
    def correction_loops(self) -> int:
        """Corrections of a segment at most: none where the engine can't correct."""
        can = "correct" in self.run.engine.tasks
        return self.run.settings.correction_loops if can else 0

    @property
    def is_last_attempt(self) -> bool:
        """Whether what is given up in this attempt is given up for good."""
        return self.job.attempt >= self.run.settings.max_attempts

    def refuse(self, ids: Ids, task: str) -> int:
        """Remember that a question about some segments was refused.

        Returns:
            The moment at which one of this task about all of them first was; what was refused
            before at another task may be long ago, and the account well until now.
        """
        now = self.run.moment()
        self._refused_ids.update(ids)
        return max((self._refused.setdefault((task, i), now) for i in ids), default=now)

    def context(self, ids: Ids) -> tuple[list[str], list[str]]:
        """The source before and after some segments, as the model is shown it.

        None of it where a question about them was refused: what the engine refuses may stand
        there.
        """
        if not self._refused_ids.isdisjoint(ids):
            return [], []
        first, last = ids[0], ids[-1]
        before = [self.masked(i).text for i in (first - 2, first - 1) if i >= 0]
        after = [self.masked(last + 1).text] if last + 1 in self.segments else []
        return (
            [text[-CONTEXT_CHARS:] for text in before],
            [text[:CONTEXT_CHARS] for text in after],
        )

    def find_terms(self) -> None:
        """Look up which glossary entries occur in which segments; may take a second or two."""
        if not self.briefing.glossary:
            return
        index = TermIndex(self.briefing.glossary, self.job.source_lang, self.job.target_lang)
        self._terms_of = {
            i: index.occurring(strip(self.masked(i).text)) for i in sorted(self.segments)
        }
        occurring = {id(entry) for entries in self._terms_of.values() for entry in entries}
        self.terms = tuple(e for e in self.briefing.glossary if id(e) in occurring)
        if self.terms:
            load_dictionary(primary(self.job.target_lang))  # Checks will need it.

    def terms_in(self, segment_id: int) -> tuple[GlossaryEntry, ...]:
        """The glossary entries that occur in one segment, once they were looked up."""
        return self._terms_of.get(segment_id, ())

    def current_notes(self, segment_id: int | None, kind: NoteType) -> list[Note]:
        """Notes of one type on a segment that still hold, oldest first."""
        held: dict[str, Note] = {}
        for note in self.notes:
            if note.segment_id == segment_id and note.type is kind:
                held[note.message] = note
        return [note for note in held.values() if not note.retracted]

    def note(self, segment_id: int | None, kind: NoteType, message: str, step: Step) -> Note:
        """A delivery note of this job, not committed yet."""
        return Note(self.job.job_id, segment_id, kind, message, step, self.run.clock.now())

    def error(self, segment_id: int | None, kind: str, message: str, step: Step) -> LoggedError:
        """A line for the job's error log, not committed yet."""
        now = self.run.clock.now()
        self._last_error = LoggedError(self.job.job_id, segment_id, kind, message, step, now)
        return self._last_error

    @property
    def reason(self) -> str | None:
        """What went wrong last in this attempt, in words; None where nothing did."""
        return None if self._last_error is None else self._last_error.in_words

    def anew(self, question: Question) -> Question:
        """The question, told apart from those whose answers the ledger has already."""
        while self.run.engine.call_id(question) in self._call_ids:
            question = replace(question, occasion=question.occasion + 1)
        return question

    def call(
        self,
        question: Question,
        step: Step,
        ids: Sequence[int],
        attempt: int,
        answer: Reply | EngineError,
        outcome: str,
    ) -> Call:
        """The ledger's row for one request, priced.

        Raises:
            UnknownModel: the model has no known price.
        """
        engine = self.run.engine
        bill = self.bill(question, answer)
        if isinstance(answer, Reply):
            started_at, stop_reason = answer.started_at, answer.stop_reason
            simulated = answer.simulated
        else:
            started_at = self.run.clock.now() - timedelta(milliseconds=answer.latency_ms)
            stop_reason, simulated = None, self.run.rehearsal
        if bill.usage_fault is not None and outcome == "ok":
            outcome = WRONG_USAGE
        # A request that failed may still be answered; the next one like it is the same.
        known = engine.call_id(question) if isinstance(answer, Reply) else None
        return Call(
            call_id=known or str(uuid_utils.uuid7()),
            job_id=self.job.job_id,
            batch_id=self.run.night,
            stage=step,
            task=question.task,
            attempt=attempt,
            segment_ids=tuple(ids),
            engine=engine.name,
            model=answer.model if engine.is_free and isinstance(answer, Reply) else question.model,
            transport=engine.transport,
            usage=bill.usage,
            cost_usd=bill.cost.usd,
            cost_eur=bill.cost.eur,
            eur_per_usd=self.run.settings.eur_per_usd,
            price_version=bill.cost.price_version,
            prompt_version=question.prompt_version,
            latency_ms=answer.latency_ms,
            stop_reason=stop_reason,
            outcome=outcome,
            request_id=answer.request_id,
            simulated=simulated,
            started_at=started_at,
            answered_model=bill.answered,
        )

    def bill(self, question: Question, answer: Reply | EngineError) -> Bill:
        """What a request took and cost.

        Raises:
            UnknownModel: the model has no known price.
        """
        run = self.run
        return bill_of(question, answer, run.engine, run.settings, run.clock.now())

    def tell_bill(self, question: Question, answer: Reply, ids: Sequence[int], step: Step) -> None:
        """Enter into the error log what is wrong with an answer's bill: each kind once a job."""
        if answer.usage_fault is None and answer.model == question.model:
            return
        bill = self.bill(question, answer)
        segment_id = ids[0] if len(ids) == 1 else None
        for kind, what in bill_faults(question, bill).items():
            if (kind, question.model) not in self._told:
                self._told.add((kind, question.model))
                self.jot(errors=[self.error(segment_id, kind, what, step)])

    async def aside(self, work: Callable[[], T]) -> T:
        """Work on the whole document, done where it holds up the event loop least."""
        disk, documents = self.run.lake.disk, self.run.documents
        is_small = not disk.is_far and documents.size(self.job.document) <= SMALL_DOCUMENT
        return await disk.run(work, is_small=is_small)

    async def commit(
        self,
        *segments: Segment,
        job: Job | None = None,
        calls: Iterable[Call] = (),
        notes: Iterable[Note] = (),
        errors: Iterable[LoggedError] = (),
    ) -> None:
        """Make a change durable, all of it or nothing.

        Raises:
            LeaseLost: another run has taken the job.
        """
        calls = tuple(calls)
        rows = self._learned(segments, job, calls, tuple(notes), tuple(errors))
        try:
            await self.run.lake.commit(self.job.job_id, **rows)
        except NightdeskError:
            raise
        except Exception:
            # The rows did not come to the lake's writer; what was paid is entered even so.
            self.run.lake.jot(self.job.job_id, calls=calls)
            raise
        if self.kills:
            leases, run_id = self.run.leases, self.run.run_id
            await asyncio.to_thread(leases.progressed, self.job.job_id, run_id)
            self.kills = 0

    def jot(
        self,
        *segments: Segment,
        job: Job | None = None,
        calls: Iterable[Call] = (),
        errors: Iterable[LoggedError] = (),
    ) -> None:
        """Let a change travel with the next commit; a crash may lose it."""
        rows = self._learned(segments, job, tuple(calls), (), tuple(errors))
        self.run.lake.jot(self.job.job_id, **rows)

    def give_up(self, segment_id: int | None, kind: str, message: str, step: Step) -> None:
        """Leave the job to the next attempt, with the reason in its error log."""
        self.given_up = self.has_failed = True
        self._say(self.error(segment_id, kind, message, step))

    def owe(self, call: Call) -> None:
        """Remember an answer that is paid for until its row is committed with what it brought."""
        self._owed[call.call_id] = asyncio.current_task(), call

    def met(self, error: BaseException, step: Step, segment_id: int | None = None) -> None:
        """Take what the job's work raised: it is left to the next attempt.

        What the work had paid for and could not use is in the ledger all the same.

        Raises:
            BaseException: `error` itself where it means an end.
        """
        self.given_up = True
        self._enter_owed()
        fault = met(self.run, self.job.job_id, error, step)
        if fault is not None:
            self.has_failed = True
            self._last_error = replace(fault, segment_id=segment_id)
            self._say(self._last_error)

    def _enter_owed(self) -> None:
        """Enter what this task was answered and has not committed.

        An answer of a batch is fetched once more by the next attempt, and entered then.
        """
        if not self._owed or (self.run.engine.transport == "batches" and not self.is_last_attempt):
            return
        mine = asyncio.current_task()
        unused = [
            replace(call, outcome=UNUSED) for task, call in self._owed.values() if task is mine
        ]
        with guarded(lambda _: None):  # Then nothing can be entered at all.
            self.jot(calls=unused)

    def _say(self, error: LoggedError) -> None:
        with guarded(lambda _: self.unsaid.append(error)):
            self.jot(errors=[error])

    def take_up(self) -> list[Segment]:
        """Open again what an earlier attempt left stopped or failed; the segments that changed."""
        changed = []
        for segment in list(self.segments.values()):
            again = taken_up(segment)
            if again is not segment:
                changed.append(again)
        return changed

    def row(self) -> Job:
        """The job's row as it follows from its segments now."""
        segments = self.segments.values()
        status = job_status(
            segments,
            supervised=self.job.supervised,
            finalized=self.job.finalized,
            attempt=self.job.attempt,
            attempt_open=self.job.attempt_open,
            held=self.held,
            max_attempts=self.run.settings.max_attempts,
        )
        step = current_step(
            segments,
            supervised=self.job.supervised,
            finalized=self.job.finalized,
            source_review=self.job.source_review,
            held=self.held,
        )
        return replace(
            self.job,
            status=status,
            step=step,
            usage=self.usage,
            cost_eur=self.cost_eur,
            simulated=self.simulated,
        )

    def _learned(
        self,
        segments: Sequence[Segment],
        job: Job | None,
        calls: tuple[Call, ...],
        notes: tuple[Note, ...],
        errors: tuple[LoggedError, ...],
    ) -> dict[str, Any]:
        counters = self.run.counters
        for segment in segments:
            before = self.segments.get(segment.segment_id)
            self.segments[segment.segment_id] = segment
            if segment.is_ready and not (before and before.is_ready):
                counters.segments_done += 1
            self.has_gained |= before is not None and segment.status not in _UNTOUCHED
        for call in calls:
            self.has_gained |= call.usage != TokenUsage()
            self._call_ids.add(call.call_id)
            self._owed.pop(call.call_id, None)
            self.usage += call.usage
            self.cost_eur += call.cost_eur
            self.run.count(self.job.job_id, Spent.on(call))
        self.notes.extend(notes)
        if job is not None:
            self.job = job
        now = self.run.clock.now()
        if job is not None or now >= self._row_due:
            self.job = self.row()
            self._row_due = now + ROW_EVERY
            job = self.job
        return {"job": job, "segments": segments, "calls": calls, "notes": notes, "errors": errors}
