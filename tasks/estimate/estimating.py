"""An estimate: what some jobs will ask, counted and priced before any of it goes out."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from itertools import islice
from typing import NamedTuple

from domain.cost.pricing import FREE, cost, provider_of
from domain.document.coverage import Coverage, LeftReason
from domain.errors import DocumentError
from domain.job.job import Job
from domain.requests.expectations import Expectation
from domain.requests.joined import shares
from domain.usage import TokenUsage
from engines.joint_questions import Grouping
from engines.port import Caching, Question
from engines.several import answering
from storage.tables.records import JobRecord
from tasks.estimate.cache_foreseen import Planned, planned, together, usages
from tasks.estimate.calibration import TokenRule
from tasks.estimate.cost_history import Pair
from tasks.estimate.forecast import Outlook, foreseen
from tasks.reuse.recall import prepare, recalled
from tasks.run.run_context import RunContext
from tasks.session.guard import each_alone, guarded, is_of_all
from tasks.session.job_session import JobSession
from tasks.supervisor import segments_of
from tasks.translator import wants_translation

_log = logging.getLogger("nightdesk.jobs")

LOOKED_UP = 200
"""Jobs whose segments are looked up in the translation memory at once."""

SAMPLED_JOBS = 12

Expect = Callable[[Pair], Expectation]


@dataclass(frozen=True, slots=True)
class Foreseeable:
    """What is foreseen for some jobs; the sum of two is one.

    Attributes:
        jobs: how many.
        words: words of their sources.
        segments: segments that have still to be translated.
        remembered: those of them that the translation memory has, or will have by then.
        requests: requests to models.
        usage: their tokens by class.
        eur: what they cost, in EUR.
        left: words of their sources that stay as they are, by the reason.
    """

    jobs: int = 0
    words: int = 0
    segments: int = 0
    remembered: int = 0
    requests: int = 0
    usage: TokenUsage = field(default_factory=TokenUsage)
    eur: Decimal = Decimal(0)
    left: Mapping[LeftReason, int] = field(default_factory=dict)

    def __add__(self, other: Foreseeable) -> Foreseeable:
        return Foreseeable(
            self.jobs + other.jobs,
            self.words + other.words,
            self.segments + other.segments,
            self.remembered + other.remembered,
            self.requests + other.requests,
            self.usage + other.usage,
            self.eur + other.eur,
            {
                reason: self.left.get(reason, 0) + other.left.get(reason, 0)
                for reason in self.left.keys() | other.left.keys()
            },
        )


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a night of some jobs is foreseen to come to.

    Attributes:
        by_pair: by source and target language.
        by_job: EUR by the content keys of the jobs.
        patchy: documents of whose prose much is not understood, by path.
        unreadable: an error a document that can't be taken apart, or in whose foreseeing something
            else was raised.
    """

    by_pair: Mapping[Pair, Foreseeable]
    by_job: Mapping[str, Decimal]
    unreadable: tuple[DocumentError, ...]
    patchy: Mapping[str, Coverage] = field(default_factory=dict)

    @property
    def total(self) -> Foreseeable:
        """All language pairs together."""
        return sum(self.by_pair.values(), Foreseeable())


async def estimated(
    run: RunContext, records: Sequence[JobRecord], rule: TokenRule, expect: Expect
) -> Estimate:
    """Foresee what some jobs will ask and cost; nothing is asked and nothing is written.

    Args:
        run: of the night to be; its memory is looked up in, and claimed as the night would.
        records: the jobs as they stand, in the order they will be taken up in.
        rule: counts the tokens of a question.
        expect: what is expected of the answers in a language pair.

    Raises:
        LakeError: documents or memory can't be read.
        UnknownModel: a model that is set has no known price.
    """
    night = _Night(run, rule, expect)
    unreadable: list[DocumentError] = []
    async for session in _sessions(run, records, unreadable):
        with guarded(partial(_left_out, unreadable, session.job)):
            night.take_up(session)
    return Estimate(*night.priced(), tuple(unreadable), night.patchy)


async def sampled(run: RunContext, records: Sequence[JobRecord], expect: Expect) -> list[Question]:
    """Some of the questions that the jobs will ask, spread over all of them."""
    # An odd step doesn't meet the same one of two languages of each document.
    step = max(1, len(records) // SAMPLED_JOBS) | 1
    questions = []
    some = records[::step][:SAMPLED_JOBS]
    async for session in _sessions(run, some, []):
        with guarded(lambda _: None):  # The estimate itself tells of what can't be foreseen.
            outlook = Outlook.of(expect(_pair(session.job)))
            questions += [request.question for request in foreseen(session, outlook)]
    return questions


async def _sessions(
    run: RunContext, records: Iterable[JobRecord], unreadable: list[DocumentError]
) -> AsyncIterator[JobSession]:
    """Jobs as if in hand; many at once are looked up in the memory."""
    rest = iter(records)
    while chunk := list(islice(rest, LOOKED_UP)):
        sessions = []
        for record in chunk:
            with guarded(partial(_left_out, unreadable, record.job)):
                sessions.append(_session(run, record))
        await prepare(run.memory, sessions)
        unreadable += [
            DocumentError(session.attempt.reason, where=session.job.source_path)
            for session in sessions
            if session.attempt.given_up and session.attempt.reason is not None
        ]
        for session in sessions:
            if not session.attempt.given_up:
                yield session
        # What is not let go of costs room, and nothing else.
        list(each_alone(lambda session: run.memory.release(session.job.job_id), sessions))


def _left_out(unreadable: list[DocumentError], job: Job, error: BaseException) -> None:
    """Tell of a document that is not foreseen, and why; the others are.

    Raises:
        BaseException: `error` itself, where it is of all.
    """
    if is_of_all(error):
        raise error
    if isinstance(error, DocumentError):
        message = error.message
    else:
        _log.error("%s can't be foreseen", job.source_path, exc_info=error)
        message = f"{type(error).__name__}: {error}"
    unreadable.append(DocumentError(message, where=job.source_path))


def _session(run: RunContext, record: JobRecord) -> JobSession:
    session = JobSession(run, record)
    if not session.segments:
        session.segments.update((s.segment_id, s) for s in segments_of(session))
    session.terms.find(session.briefing.glossary)
    return session


def _pair(job: Job) -> Pair:
    return job.source_lang, job.target_lang


class _Part(NamedTuple):
    """A job's part of a request that is to come.

    Attributes:
        place: the job's, in the night.
        question: as it will be asked.
        planned: the request as if it were about this job alone.
    """

    place: int
    question: Question
    planned: Planned


class _Night:
    """A night that is foreseen, job by job."""

    def __init__(self, run: RunContext, rule: TokenRule, expect: Expect) -> None:
        self._context = run
        self._rule = rule
        self._expect = expect
        self._outlooks: dict[Pair, Outlook] = {}
        self._jobs: list[tuple[Job, Foreseeable]] = []
        self.patchy: dict[str, Coverage] = {}
        self._requests: list[list[_Part]] = []
        settings = run.settings
        self._segments, self._tokens = settings.pack_segments, settings.pack_tokens
        self._groupings: dict[str, Grouping[_Part]] = {}

    def take_up(self, session: JobSession) -> None:
        """Foresee a job's requests."""
        pair = _pair(session.job)
        if pair not in self._outlooks:
            self._outlooks[pair] = Outlook.of(self._expect(pair))
        wanted = [i for i in session.segments if wants_translation(session, i)]
        remembered = sum(_remember(session, i) for i in wanted)
        words = sum(segment.words for segment in session.segments.values())
        requests = [
            (request.question, planned(request, self._rule, self._caching(request.question)))
            for request in foreseen(session, self._outlooks[pair])
        ]
        # All of a job or nothing of it.
        for question, request in requests:
            self._add(_Part(len(self._jobs), question, request), question)
        left = session.document.words_left()
        coverage = Coverage(words, left)
        if coverage.is_patchy:
            self.patchy[session.job.source_path] = coverage
        self._jobs.append((session.job, Foreseeable(1, words, len(wanted), remembered, left=left)))

    def _add(self, part: _Part, question: Question) -> None:
        """Let a request travel with those of other jobs, as the engine would."""
        stage = part.planned.stage
        if stage not in self._groupings:
            self._groupings[stage] = Grouping(segments=self._segments, tokens=self._tokens)
        full = self._groupings[stage].add(part, question)
        if full is not None:
            self._requests.append(full)

    def priced(self) -> tuple[dict[Pair, Foreseeable], dict[str, Decimal]]:
        """All that was foreseen, by language pair, and what each job costs."""
        rest = [parts for grouping in self._groupings.values() for parts in grouping.rest()]
        self._requests += rest
        sums = [facts for _, facts in self._jobs]
        for parts, usage in self._usages():
            incoming = [round(part.planned.turn) for part in parts]
            outgoing = [round(part.planned.answer) for part in parts]
            own = shares(usage, incoming, outgoing)
            for number, (part, share) in enumerate(zip(parts, own, strict=True)):
                # The request is counted at the first of its jobs.
                is_first = int(number == 0)
                asked = Foreseeable(
                    requests=is_first, usage=share, eur=self._eur(part.question, share)
                )
                sums[part.place] = sums[part.place] + asked
        by_pair: defaultdict[Pair, Foreseeable] = defaultdict(Foreseeable)
        for (job, _), facts in zip(self._jobs, sums, strict=True):
            by_pair[_pair(job)] = by_pair[_pair(job)] + facts
        by_job = {job.content_key: one.eur for (job, _), one in zip(self._jobs, sums, strict=True)}
        return dict(by_pair), by_job

    def _usages(self) -> Iterator[tuple[list[_Part], TokenUsage]]:
        """All requests with their tokens; engines cache each by itself."""
        of_engine: defaultdict[str, list[list[_Part]]] = defaultdict(list)
        for parts in self._requests:
            of_engine[parts[0].question.engine].append(parts)
        for asked in of_engine.values():
            requests = [together([part.planned for part in parts]) for parts in asked]
            yield from zip(
                asked, usages(requests, self._caching(asked[0][0].question)), strict=True
            )

    def _caching(self, question: Question) -> Caching | None:
        return answering(self._context.engine, question).caching

    def _eur(self, question: Question, usage: TokenUsage) -> Decimal:
        run = self._context
        if run.engine.is_free:
            return FREE.eur
        return cost(
            usage,
            question.model,
            transport=run.engine.transport,
            eur_per_usd=run.settings.eur_per_usd,
            at=run.clock.now(),
            prices=run.settings.prices,
            provider=provider_of(run.settings, question.engine),
        ).eur


def _remember(session: JobSession, segment_id: int) -> bool:
    """Whether the memory has a segment, or another of this night will translate it too.

    It is marked as the night would mark it: taken from memory, or held back.
    """
    segment = session.segments[segment_id]
    if segment.memory_key is None:
        return False
    if found := recalled(session.run.memory, session, segment_id):
        session.segments[segment_id] = found[0]
        return True
    if session.run.memory.claim(segment.memory_key, (session.job.job_id, segment_id)):
        return False
    session.held_back.add(segment_id)
    return True
