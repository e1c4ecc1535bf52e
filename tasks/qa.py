"""QA: scores each segment from the errors that code and a model find in it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from prefect import task

from domain.checks.quality import Finding, Severity, kept, score, to_json
from domain.checks.verdict.trust import certain_among
from domain.cost.call import Call
from domain.document.segment_windows import Ids
from domain.errors import Unanswered
from domain.job.job import Step
from domain.job.segment import Segment, SegmentStatus
from domain.named_models import NamedModel
from domain.requests.answers import read_assessment
from prompts.turns import assess_turn
from tasks.requests.asking import ask
from tasks.requests.grouping import Further, Stage, halves, left_out
from tasks.requests.mending import entered
from tasks.requests.outcomes import unjudged
from tasks.requests.questions import question
from tasks.requests.segment_range import SegmentRange
from tasks.requests.trials import assessor, judge_of, trial_beside
from tasks.session.checked import checked, checked_around
from tasks.session.job_session import JobSession

Found = dict[int, tuple[Finding, ...]]

MANY = 5
"""Segments of a pack that can't well all have the same error."""


class Assessed(NamedTuple):
    """What was found in translations.

    Attributes:
        findings: errors by segment id; those that the model's answer says nothing of are left out.
        calls: the ledger's rows of finding them, which are not committed yet.
        is_alike: whether the model says the same of many.
        by: who was to assess them; None: code alone.
    """

    findings: Found
    calls: list[Call]
    is_alike: bool
    by: NamedModel | None


def wants_assessment(session: JobSession, segment_id: int) -> bool:
    """Whether a segment's first translation has still to be scored."""
    return session.segments[segment_id].status is SegmentStatus.TRANSLATED


async def assess_first(session: JobSession, ids: Ids) -> list[Further]:
    """The same, with a trial of the model beside it where one is wanted."""
    trial = await trial_beside(session, ids)
    if trial is None:
        return await assess(session, ids)
    try:
        return await assess(session, ids, trial)
    except asyncio.CancelledError:
        trial.cancel()
        raise
    finally:
        await asyncio.wait([trial])


async def assess(
    session: JobSession, ids: Ids, trial: asyncio.Task[None] | None = None
) -> list[Further]:
    """Score translations in one request: each `qa_passed`, `qa_failed` or `failed`, committed.

    Args:
        session: their job.
        ids: the segments.
        trial: ends before anything is committed: as long as these are not scored, a run that takes
            the job up again asks the very same.

    Returns:
        What is left: halves of a pack that got no usable answer, or is too large for who is to
        assess it, and those that it lacks.
    """
    parts = await _as_taken(session, ids)
    if len(parts) > 1:
        return [Further(part, assess) for part in parts]
    answers = {i: session.segments[i].answer or "" for i in ids}
    try:
        found = await findings_in(session, answers)
    except Unanswered as error:
        await _unscored(session, ids, error)
        return []
    if trial is not None:
        await asyncio.wait([trial])
    if found is None:
        return halves(ids, assess)
    if await says_the_same(session, found):
        await session.commit(calls=told_alike(found))
        return [Further((i,), assess) for i in ids]
    changed = [
        scored(session, session.segments[i], found.findings[i], found.by) for i in found.findings
    ]
    await session.commit(*changed, calls=found.calls)
    return left_out(ids, found.findings, assess)


async def _as_taken(session: JobSession, ids: Ids) -> list[Ids]:
    """Segments in as many as the model that is to assess them takes at once."""
    asked = await assessor(session)
    settings = session.run.settings
    if asked is None:
        return [ids]
    is_first = asked == settings.judge  # whose size all requests have
    most = len(ids) if is_first else settings.most_segments(asked.model)
    most = session.run.takes(asked, "assess", most)
    return [ids[start : start + most] for start in range(0, len(ids), most)]


async def _unscored(session: JobSession, ids: Ids, error: Unanswered) -> None:
    if await unjudged(session, ids, error, Step.QA):
        return
    reason = f"could not be scored: {error}"
    changed = [
        session.segments[i].to(SegmentStatus.QA_FAILED, settled=True, error=reason) for i in ids
    ]
    logged = [session.error(i, error.kind, reason, Step.QA) for i in ids]
    await session.commit(*changed, errors=logged)


async def findings_in(session: JobSession, answers: Mapping[int, str]) -> Assessed | None:
    """The errors in translations, and the ledger's rows of finding them; None asks for halves.

    What code finds comes first; where that is critical already, no model is asked. Nor is one that
    is known to be no judge.

    Args:
        answers: the translations with their placeholders, by segment id.

    Raises:
        Unanswered: the model gave no usable assessment.
    """
    sources = {i: session.document.masked(i).text for i in answers}
    around = checked_around(session, answers)
    found = {i: checked(session, i, answers[i]) + around.get(i, ()) for i in answers}
    open_ids: Ids = tuple(i for i in answers if not _is_settled(found[i]))
    can = "assess" in session.run.engine.tasks
    asked = await assessor(session) if can else None
    if not open_ids or asked is None:
        return Assessed(found, [], is_alike=False, by=asked)
    pairs = {i: (sources[i], answers[i]) for i in open_ids}
    turn = assess_turn(session.job.source_lang, session.job.target_lang, pairs)
    answered = await ask(
        session,
        Step.QA,
        open_ids,
        question(session, "assess", turn, ["".join(pair) for pair in pairs.values()], asked),
        lambda data: read_assessment(data, open_ids),
    )
    if answered is None:
        return None
    assessed = answered.value
    for i, by_model in assessed.items():
        found[i] += tuple(kept(by_model, sources[i], answers[i]))
    covered = {i: found[i] for i in answers if i in assessed or i not in open_ids}
    calls = [entered(answered.call, open_ids, assessed, ())]
    return Assessed(covered, calls, is_alike=_is_alike(assessed), by=asked)


def _is_alike(assessed: Found) -> bool:
    """Whether five segments or more all have one error of the same severity and kind."""
    errors = {tuple((f.severity, f.category) for f in found) for found in assessed.values()}
    return len(assessed) >= MANY and len(errors) == 1 and len(errors.pop()) == 1


async def says_the_same(session: JobSession, found: Assessed) -> bool:
    """Whether a pack is to be asked about one by one, since its answer is the same for all.

    Not where every assessment is believed, or none of this model's.
    """
    if not found.is_alike or found.by is None:
        return False
    judge = await judge_of(session, found.by)
    return judge is not None and judge.verdict is not False


def told_alike(found: Assessed) -> list[Call]:
    """The rows of an answer that is not used, since it is the same for all."""
    return [replace(call, outcome="alike") for call in found.calls]


def _is_settled(findings: Sequence[Finding]) -> bool:
    return any(finding.severity is Severity.CRITICAL for finding in findings)


def scored(
    session: JobSession, segment: Segment, findings: Sequence[Finding], by: NamedModel | None
) -> Segment:
    """A segment moved on by the errors found in it; one that code is sure of lets none pass.

    Args:
        session: its job.
        segment: as it stands.
        findings: errors, by code and by who assessed it.
        by: who did.
    """
    points = score(findings)
    settings = session.run.settings
    sure = certain_among(findings, settings.checks_certain)
    passed = points >= settings.target_score and not sure
    return segment.to(
        SegmentStatus.QA_PASSED if passed else SegmentStatus.QA_FAILED,
        qa_score=points,
        findings=to_json(findings),
        settled=passed or segment.retry_count >= session.run.correction_loops,
        candidate=None,
        error=None,
        judged_by=None if by is None else str(by),
    )


QA = Stage("qa", Step.QA, wants_assessment, assess_first)


@task(name="qa", task_run_name="qa {label}")
async def qa(label: str, segment_range: SegmentRange) -> None:
    """Score a range of segments."""
    await segment_range.through(QA)
