"""Trials: before a model's assessment counts, it has to find errors that code has planted."""

from __future__ import annotations

import asyncio
import hashlib
from contextlib import ExitStack
from itertools import count

import uuid_utils

from domain.checks.quality import Severity
from domain.document.segment_windows import Ids, tokens_in
from domain.errors import Unanswered
from domain.job.job import Step
from domain.job.segment import NOT_JUDGED, SegmentStatus
from domain.judge.plants import Shown, Text, shown, tallied
from domain.judge.trial import Trial
from domain.judge.verdict import Tally
from domain.named_models import NamedModel
from domain.requests.answers import read_assessment
from domain.reuse.memory import RECALLED
from engines.port import Question
from prompts.render import render
from prompts.turns import assess_turn
from tasks.requests.asking import ask
from tasks.requests.questions import question
from tasks.run.judges import Judge
from tasks.session.checked import checked
from tasks.session.job_session import JobSession

BESIDE = 8
"""Planted errors at most that travel with the assessment of one stretch of a document."""

ALONE, FEWEST_ALONE = 16, 4
"""Planted errors of a request of their own: at most, and where requests are to be small."""

LOOKED_AT = 4 * ALONE
"""Segments of a document at most that errors are planted in."""

_SCORED = (SegmentStatus.QA_PASSED, SegmentStatus.QA_FAILED)


async def judge_of(session: JobSession, asked: NamedModel | None = None) -> Judge | None:
    """Who assesses a job's translations; None where every assessment is believed, or there is none.

    Args:
        session: the job.
        asked: the model; None is the first that assesses.

    It is another judge whenever the model is told something else: of its task, the languages or
    the briefing; the glossary does not count.
    """
    run, settings = session.run, session.run.settings
    if not settings.judged_days or "assess" not in run.engine.tasks:
        return None
    asked = asked or settings.judge
    is_short = settings.is_modest(asked.model)
    prompt = render("assess", session.briefing, is_short=is_short)
    parts = (
        session.job.owner,
        asked.engine,
        asked.model,
        settings.qa_effort,
        str(run.rehearsal),
        prompt.version,
        *prompt.system,
    )
    told = hashlib.sha256("\n\n".join(parts).encode("utf-8", "surrogatepass"))
    return await run.judges.get(told.hexdigest(), run.clock.now())


async def assessor(session: JobSession) -> NamedModel | None:
    """The model that is to assess a job now: the first that is not known to be no judge.

    Where there is another one, it is none that has shown that it can't assess.
    """
    judges = session.run.settings.judges
    for asked in judges:
        if asked != judges[-1] and not session.run.abilities.can(asked, "assess"):
            continue
        judge = await judge_of(session, asked)
        if judge is None or judge.verdict is not False:
            return asked
    return None


async def trial_beside(session: JobSession, ids: Ids) -> asyncio.Task[None] | None:
    """A trial that begins along with the assessment of some segments, and travels with it.

    Errors are planted in these very segments. None where there is no need or no room; but one that
    a killed run had sent off is asked again, so that it is paid for once.
    """
    model = await assessor(session)
    judge = None if model is None else await judge_of(session, model)
    if model is None or judge is None or not (judge.wants_more or _was_killed(session)):
        return None
    asked = shown(_texts(session, ids), BESIDE, target_lang=session.job.target_lang)
    if asked is None or not _has_room(session, ids, asked):
        return None
    if _question(session, model, asked).sharing is None:
        return None  # It would be a request of its own, of which one larger one does.
    if not judge.wants_more and not await _is_out(session, model, asked):
        return None

    async def tried() -> None:
        try:
            await _tried(session, judge, model, asked)
        except Unanswered:
            return  # What was asked is in the ledger; another trial will tell.
        except BaseException as error:
            session.met(error, Step.QA)

    # From now on, or others would begin the same before it runs.
    held = ExitStack()
    held.enter_context(judge.showing(len(asked.pairs)))
    trial = asyncio.create_task(tried())
    trial.add_done_callback(lambda _: held.close())
    return trial


async def doubt(session: JobSession) -> str | None:
    """Why no model that assessed a job is believed; None where one is, or may be asked still.

    A verdict is waited for; where nothing else will bring one, the job's own texts are shown with
    errors, in a request of their own or in several. If nothing can be planted, it is believed.

    Raises:
        Unanswered: no usable answer came.
        EngineError: nothing can be asked at all; its decision is `Halt`.
    """
    if not any(rests_on_model(session, i) for i in session.segments):
        return None
    said: list[str] = []
    for asked in session.run.settings.judges:
        judge = await judge_of(session, asked)
        if judge is None or (said and judge.verdict is not False and misjudged(session, asked)):
            return None
        if judge.verdict is None or _was_killed(session):
            async with judge.trying:
                await _decided(session, judge, asked)
        if judge.verdict is not False:
            return None
        said.append(_found_by(asked, judge.total))
    return f"{NOT_JUDGED}: {'; '.join(said)}"


def _found_by(asked: NamedModel, total: Tally) -> str:
    return (
        f"{asked.model} found {total.found} of {total.plants} planted errors, and called "
        f"{total.alarms} of {total.controls} translations wrong that had none"
    )


def misjudged(session: JobSession, asked: NamedModel) -> Ids:
    """The segments whose score is the word of another model than the one that is to assess them.

    Args:
        session: their job.
        asked: the model that is to.
    """
    return tuple(
        i
        for i, segment in session.segments.items()
        if rests_on_model(session, i) and segment.judged_by != str(asked)
    )


async def reopened(session: JobSession) -> bool:
    """Have what a model scored that is not believed scored by the next, where there is one.

    Returns:
        Whether there is something to score.
    """
    asked = await assessor(session)
    is_another = asked is not None and asked != session.run.settings.judge
    ids = misjudged(session, asked) if asked and is_another else ()
    again = [
        session.segments[i].to(SegmentStatus.TRANSLATED, qa_score=None, settled=False, error=None)
        for i in ids
    ]
    if again:
        await session.commit(*again)
    return bool(again)


async def _decided(session: JobSession, judge: Judge, model: NamedModel) -> None:
    """Return once there is a verdict, or nothing can be planted in a job's texts."""
    texts = await session.document.aside(lambda: _texts(session, _sample(session)))
    # As many texts stand beside them as they are.
    size = max(FEWEST_ALONE, min(ALONE, session.run.settings.pack_segments // 2))
    lang = session.job.target_lang
    for turn in count():
        while judge.verdict is None and judge.under_way:
            await judge.changes()
        asked = shown(texts, size, target_lang=lang, exhaustive=True, turn=turn)
        if asked is None:
            return
        if judge.verdict is not None and not (
            _was_killed(session) and await _is_out(session, model, asked)
        ):
            return
        with judge.showing(len(asked.pairs)):
            await _tried(session, judge, model, asked)


def rests_on_model(session: JobSession, segment_id: int) -> bool:
    """Whether a segment's score is the model's word, given in this job or not yet proven."""
    segment = session.segments[segment_id]
    is_own = segment.origin not in RECALLED or segment_id in session.unproven
    return segment.status in _SCORED and segment.qa_score is not None and is_own


def _sample(session: JobSession) -> Ids:
    """Segments of a whole document to plant errors in: those that passed first, else by chance."""
    scored = [s for s in session.segments.values() if s.status in _SCORED]
    drawn = {
        s.segment_id: hashlib.sha256(s.source.encode("utf-8", "surrogatepass")).digest()
        for s in scored
    }
    scored.sort(key=lambda s: (s.status is SegmentStatus.QA_FAILED, drawn[s.segment_id]))
    return tuple(s.segment_id for s in scored[:LOOKED_AT])


def _texts(session: JobSession, ids: Ids) -> list[Text]:
    """Those translations in which code finds nothing that matters."""
    found = []
    for i in ids:
        answer = session.segments[i].answer
        if answer is not None and all(
            finding.severity is Severity.MINOR for finding in checked(session, i, answer)
        ):
            found.append(Text(session.document.masked(i).text, answer))
    return found


def _has_room(session: JobSession, ids: Ids, asked: Shown) -> bool:
    settings = session.run.settings
    sources = [session.document.masked(i).text for i in ids] + [text.source for text in asked.texts]
    is_short = sum(map(tokens_in, sources)) <= settings.pack_tokens
    return is_short and len(sources) <= settings.pack_segments


def _was_killed(session: JobSession) -> bool:
    """Whether an earlier run was killed at this job, which may have sent off trials."""
    return session.before.attempt_open


async def _is_out(session: JobSession, model: NamedModel, asked: Shown) -> bool:
    return await session.run.engine.is_out(session.ledger.anew(_question(session, model, asked)))


def _question(session: JobSession, model: NamedModel, asked: Shown) -> Question:
    job = session.job
    turn = assess_turn(job.source_lang, job.target_lang, dict(enumerate(asked.texts, start=1)))
    return question(session, "assess", turn, ["".join(text) for text in asked.texts], model)


async def _tried(session: JobSession, judge: Judge, model: NamedModel, asked: Shown) -> None:
    """Ask, and enter what came of it; the request's tokens are the job's.

    Raises:
        Unanswered: no usable answer came.
        EngineError: nothing can be asked at all; its decision is `Halt`.
    """
    run, job = session.run, session.job
    ids = range(1, len(asked.texts) + 1)
    answered = await ask(
        session,
        Step.QA,
        (),
        _question(session, model, asked),
        lambda data: read_assessment(data, ids),
    )
    assert answered is not None, "a question about no segment has no halves"
    await session.commit(calls=[answered.call])
    trial = Trial(
        trial_id=str(uuid_utils.uuid7()),
        judge=judge.judge,
        batch_id=run.night,
        job_id=job.job_id,
        engine=answered.call.engine,
        model=answered.call.model,
        source_lang=job.source_lang,
        target_lang=job.target_lang,
        simulated=run.rehearsal,
        ended_at=run.clock.now(),
        tally=tallied(asked, answered.value),
    )
    await run.judges.add(trial)
