"""A job in hand: its state in memory, and each change to it on its way to the lake."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from domain.cost.call import Call
from domain.errors import NightdeskError
from domain.job.job import Job, Step, current_step, job_status, label_of
from domain.job.notes import LoggedError, Note, NoteType
from domain.job.segment import Segment, SegmentStatus, taken_up
from domain.named_models import NamedModel
from domain.requests.answers import Brief, read_brief
from domain.reuse.memory import MEMORY_ORIGIN
from storage.tables.records import JobRecord
from tasks.run.run_context import RunContext
from tasks.session.attempt import Attempt
from tasks.session.document_view import DocumentView
from tasks.session.guard import guarded, met
from tasks.session.job_ledger import JobLedger
from tasks.session.job_terms import JobTerms
from tasks.session.plans import briefing_of
from tasks.session.refused import Refused

BY_CHAIN = frozenset({"translate", "correct"})
"""What the next model is asked where one declines."""

ROW_EVERY = timedelta(seconds=1)

_UNTOUCHED = (SegmentStatus.PENDING, SegmentStatus.PROCESSING)


class JobSession:
    """A job that this run works on: what is known of it, kept in step with the lake.

    `commit` returns once the change is durable; `jot` lets it travel with the next commit and
    is for what a crash may lose, such as that a segment is being translated right now.

    Attributes:
        before: the job before this attempt.
        held: whether this run has the job.
        simulated: whether it is a rehearsal's.
        unproven: the segments recalled from jobs on whose scores a verdict may still be due.
        held_back: the segments that wait for another to be translated, which may serve them too.
        under_way: what works on its segments now, or failed at it, by stage and segment.
        attempt: how the present attempt goes.
        document: what its stages see of the document.
        terms: the glossary's entries that occur in it.
        ledger: what its requests come to.
        refused: what of it the engine refuses; see `refused_by`.
    """

    def __init__(self, run: RunContext, record: JobRecord) -> None:
        self.run = run
        self.job = self.before = record.job
        self.briefing = briefing_of(run, record.job)
        self.segments: Final[dict[int, Segment]] = {s.segment_id: s for s in record.segments}
        self.notes: list[Note] = list(record.notes)
        self.held = True
        self.simulated = run.rehearsal
        # Of what an earlier attempt recalled nobody knows any more whose it was.
        self.unproven = {
            s.segment_id for s in record.segments if s.origin == MEMORY_ORIGIN and s.is_ready
        }
        self.held_back: set[int] = set()
        self.under_way: dict[tuple[str, int], asyncio.Task[None]] = {}
        self.attempt = Attempt()
        self.document = DocumentView(run, record.job, self.briefing, self.segments)
        self.terms = JobTerms(record.job, self.document, self.segments)
        self.ledger = JobLedger(run, record.job.job_id, record.calls)
        self.refused = Refused()
        self._refused_by: dict[NamedModel, Refused] = {}
        self._row_due = run.clock.now()

    def refused_by(self, asked: NamedModel, task: str) -> Refused:
        """What of it a model refuses: of several that translate each by itself, else all alike."""
        if task not in BY_CHAIN or len(self.run.settings.translators) == 1:
            return self.refused
        return self._refused_by.setdefault(asked, Refused())

    @property
    def label(self) -> str:
        """What an operator knows the job by."""
        return label_of(self.job)

    @property
    def brief(self) -> Brief | None:
        """What a model made of the document as a whole, where it was asked."""
        return None if self.job.brief is None else read_brief(json.loads(self.job.brief))

    @property
    def is_last_attempt(self) -> bool:
        """Whether what is given up in this attempt is given up for good."""
        return self.job.attempt >= self.run.settings.max_attempts

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
        error = LoggedError(self.job.job_id, segment_id, kind, message, step, now)
        self.attempt.last_error = error
        return error

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
        if self.attempt.kills:
            leases, run_id = self.run.leases, self.run.run_id
            await asyncio.to_thread(leases.progressed, self.job.job_id, run_id)
            self.attempt.kills = 0

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
        self.attempt.given_up = self.attempt.has_failed = True
        self._say(self.error(segment_id, kind, message, step))

    def met(self, error: BaseException, step: Step, segment_id: int | None = None) -> None:
        """Take what the job's work raised: it is left to the next attempt.

        What the work had paid for and could not use is in the ledger all the same.

        Raises:
            BaseException: `error` itself where it means an end.
        """
        self.attempt.given_up = True
        self._enter_owed()
        fault = met(self.run, self.job.job_id, error, step)
        if fault is not None:
            self.attempt.has_failed = True
            self.attempt.last_error = replace(fault, segment_id=segment_id)
            self._say(self.attempt.last_error)

    def _enter_owed(self) -> None:
        """Enter what this task was answered and has not committed.

        An answer of a batch is fetched once more by the next attempt, and entered then.
        """
        unused = self.ledger.unused()
        if not unused or (self.run.engine.transport == "batches" and not self.is_last_attempt):
            return
        with guarded(lambda _: None):  # Then nothing can be entered at all.
            self.jot(calls=unused)

    def _say(self, error: LoggedError) -> None:
        with guarded(lambda _: self.attempt.unsaid.append(error)):
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
            usage=self.ledger.usage,
            cost_eur=self.ledger.cost_eur,
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
            elif before and before.is_ready and not segment.is_ready:
                counters.segments_done -= 1
            self.attempt.has_gained |= before is not None and segment.status not in _UNTOUCHED
        self.attempt.has_gained |= self.ledger.enter(calls)
        self.notes.extend(notes)
        if job is not None:
            self.job = job
        now = self.run.clock.now()
        if job is not None or now >= self._row_due:
            self.job = self.row()
            self._row_due = now + ROW_EVERY
            job = self.job
        return {"job": job, "segments": segments, "calls": calls, "notes": notes, "errors": errors}
