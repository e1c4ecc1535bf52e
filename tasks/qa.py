"""QA: scores each segment from the errors that code and a model find in it."""

from __future__ import annotations

from collections.abc import Sequence

from prefect import task

from domain.answers import read_assessment
from domain.briefing import GlossaryEntry
from domain.call import Call
from domain.checks import check_translation
from domain.errors import Unanswered
from domain.job import Step
from domain.quality import Finding, Severity, kept, score, to_json
from domain.segment import Segment, SegmentStatus
from prompts.turns import assess_turn
from tasks.asking import ask
from tasks.hand import JobInHand
from tasks.outcomes import unanswered
from tasks.questions import question
from tasks.stretch import Stretch


def wants_assessment(hand: JobInHand, segment_id: int) -> bool:
    """Whether a segment's first translation has still to be scored."""
    return hand.segments[segment_id].status is SegmentStatus.TRANSLATED


async def assess(hand: JobInHand, segment_id: int) -> None:
    """Score a segment's translation: `qa_passed`, `qa_failed` or `failed`, committed."""
    segment = hand.segments[segment_id]
    assert segment.answer is not None, "a translated segment has an answer"
    try:
        findings, calls = await findings_in(hand, segment_id, segment.answer)
    except Unanswered as error:
        if error.by_engine:
            await unanswered(hand, segment_id, error, Step.QA)
            return
        reason = f"could not be scored: {error}"
        unscored = segment.to(SegmentStatus.QA_FAILED, settled=True, error=reason)
        logged = hand.error(segment_id, error.kind, reason, Step.QA)
        await hand.commit(unscored, errors=[logged])
        return
    await hand.commit(scored(hand, segment, findings), calls=calls)


async def findings_in(
    hand: JobInHand, segment_id: int, answer: str
) -> tuple[tuple[Finding, ...], list[Call]]:
    """The errors in a translation, and the ledger's rows of finding them.

    What code finds comes first; where that is critical already, no model is asked.

    Args:
        answer: the translation with its placeholders.

    Raises:
        Unanswered: the model gave no usable assessment.
    """
    source = hand.masked(segment_id).text
    found = checked(hand, source, answer, hand.terms_in(segment_id))
    if any(finding.severity is Severity.CRITICAL for finding in found):
        return found, []
    turn = assess_turn(hand.job.source_lang, hand.job.target_lang, {segment_id: (source, answer)})
    answered = await ask(
        hand,
        Step.QA,
        [segment_id],
        question(hand, "assess", turn, [source, answer]),
        lambda data: read_assessment(data, [segment_id]),
    )
    by_model = answered.value[segment_id]
    return found + tuple(kept(by_model, source, answer)), [answered.call]


def checked(
    hand: JobInHand, source: str, answer: str, terms: Sequence[GlossaryEntry]
) -> tuple[Finding, ...]:
    """What code alone finds in a translation, both texts with their placeholders."""
    return tuple(
        check_translation(
            source,
            answer,
            source_lang=hand.job.source_lang,
            target_lang=hand.job.target_lang,
            terms=terms,
            max_chars=hand.briefing.max_chars,
        )
    )


def scored(hand: JobInHand, segment: Segment, findings: Sequence[Finding]) -> Segment:
    """A segment moved on by the errors found in it."""
    points = score(findings)
    settings = hand.desk.settings
    passed = points >= settings.target_score
    return segment.to(
        SegmentStatus.QA_PASSED if passed else SegmentStatus.QA_FAILED,
        qa_score=points,
        findings=to_json(findings),
        settled=passed or segment.retry_count >= settings.correction_loops,
        candidate=None,
        error=None,
    )


@task(name="qa", task_run_name="qa {label}")
async def qa(label: str, stretch: Stretch) -> None:
    """Score a stretch of segments."""
    await stretch.each(Step.QA, assess)
