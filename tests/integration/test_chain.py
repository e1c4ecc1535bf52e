"""Several models that translate: what one refuses or can't do goes to the next, once."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from decimal import Decimal

import pytest

from domain.cost.call import Call
from domain.job.job import JobStatus
from domain.job.segment import Segment, SegmentStatus
from storage.readmodel.memory import Memory
from tasks.correction import CORRECTION
from tasks.qa import QA
from tasks.session.job_session import JobSession
from tasks.translator import TRANSLATOR
from tests.integration.conftest import Sessions, take_through, to_the_end
from tests.integration.test_judges import SeveralSessions
from tests.integration.test_refusals import document, ends, of

SONNET, GPT = "claude:claude-sonnet-5-5", "openai:gpt-5.1"
CHAIN = {"translator_models": (SONNET, GPT)}
REVERSED = {"translator_models": (GPT, SONNET), "qa_model": "openai:gpt-4.1-mini"}
OF = {SONNET: ("claude", "claude-sonnet-5-5"), GPT: ("openai", "gpt-5.1")}

REFUSE = 'event = "refuse"'
REFUSE_400 = 'event = "status"\nstatus = 400'
BROKEN = 'event = "broken"'
ENDLESS = 'event = "truncate"'


def only(asked: str, event: str, task: str = "translate") -> str:
    """A rule for what is poison, of one vendor's models alone."""
    return of(task, match="poison", event=f'{event}\nasked = "^{asked}"')


def calls(session: JobSession) -> list[Call]:
    """The job's rows in the ledger, in the order they were entered."""
    return list(session.run.lake.load(session.job.job_id).calls)


def translating(session: JobSession, segment_id: int) -> list[tuple[str, str, str]]:
    """Who was asked to translate a segment alone, and what came of it, each thing once."""
    asked = [
        (call.engine, call.model, call.outcome)
        for call in calls(session)
        if call.task == "translate" and call.segment_ids == (segment_id,)
    ]
    return list(dict.fromkeys(asked))


def by(segment: Segment) -> tuple[str | None, str | None, str | None]:
    """Who translated a segment, and who declined it."""
    return segment.origin, segment.model, segment.declined_by


@pytest.mark.parametrize("joined", [False, True])
@pytest.mark.parametrize("chain", [CHAIN, REVERSED], ids=["claude first", "openai first"])
@pytest.mark.parametrize(
    ("event", "outcome"),
    [
        (REFUSE, "refused"),
        (REFUSE_400, "invalid_request_error"),
        (BROKEN, "broken"),
        (ENDLESS, "truncated"),
    ],
    ids=["refused", "refused with a 400", "never usable", "endless"],
)
async def test_the_next_is_asked(
    in_session: Sessions, event: str, outcome: str, chain: dict[str, object], joined: bool
) -> None:
    """What the first model declines the second translates; both are in the ledger, with prices."""
    first, second = chain["translator_models"]  # type: ignore[misc]
    script = only("claude" if first == SONNET else "gpt", event)
    async with in_session(document(1, count=3), script, joined=joined, **chain) as session:
        await to_the_end(session)
        assert ends(session) == [("done", 100.0)] * 3
        assert session.job.status is JobStatus.COMPLETED
        assert [by(segment) for segment in session.segments.values()] == [
            (*OF[first], None),
            (*OF[second], first),
            (*OF[first], None),
        ]
        found = translating(session, 1)
        assert found[-1] == (*OF[second], "ok")
        assert {asked[:2] for asked in found[:-1]} == {OF[first]}
        assert {asked[2] for asked in found[:-1]} == {outcome}
        assert all(call.cost_eur > Decimal(0) for call in calls(session) if call.outcome == "ok")
        logged = [error.message for error in session.run.lake.load(session.job.job_id).errors]
        assert [f"and {second} is asked: " in message for message in logged] == [True]
        assert logged[0].startswith(f"{first} ")


async def test_the_end_of_the_chain(in_session: Sessions) -> None:
    """What all refuse is blocked, with the last one's reason; each was asked once."""
    script = of("translate", match="poison", event=REFUSE)
    async with in_session(document(1, count=3), script, **CHAIN) as session:
        await to_the_end(session)
        assert ends(session) == [("done", 100.0), ("blocked", None), ("done", 100.0)]
        assert session.job.status is JobStatus.COMPLETED_WITH_BLOCKS
        assert (session.segments[1].error or "").startswith("the model refused to translate it: ")
        assert session.segments[1].declined_by == SONNET
        assert translating(session, 1) == [(*OF[SONNET], "refused"), (*OF[GPT], "refused")]


async def test_a_chain_of_one(in_session: Sessions) -> None:
    """It is what `translator_model` is."""
    script = of("translate", match="poison", event=REFUSE)
    async with in_session(document(1, count=3), script, translator_models=[SONNET]) as session:
        await to_the_end(session)
        assert ends(session) == [("done", 100.0), ("blocked", None), ("done", 100.0)]
        assert session.segments[1].declined_by is None


async def test_lost_markup(in_session: Sessions) -> None:
    """A model that can't keep a text's markup declines it as well."""
    text = "A *good* one.\n\nOpen the poison <b><i>file</i></b> now.\n"
    script = "".join(
        only("claude", 'event = "lose_placeholder"', t) for t in ("translate", "correct")
    )
    async with in_session(text, script, **CHAIN) as session:
        await to_the_end(session)
        assert ends(session) == [("done", 100.0)] * 2
        assert by(session.segments[1]) == (*OF[GPT], SONNET)
        asked = [(call.engine, call.task) for call in calls(session) if call.outcome == "markup"]
        assert asked == [("claude", "translate"), ("claude", "correct"), ("claude", "translate")]


async def test_a_refused_correction(in_session: Sessions) -> None:
    """The next model corrects what was translated by the first, and is named for it."""
    found = of("assess", match="poison", event='event = "error"\nspan = "source"\ntimes = 1')
    say = of("correct", event='event = "say"\ntext = "Ein anderer Satz."\nasked = "^gpt"')
    script = found + only("claude", REFUSE, "correct") + say
    async with in_session(document(1, count=3), script, checks_off=["length"], **CHAIN) as session:
        await to_the_end(session)
        corrections = [(c.engine, c.outcome) for c in calls(session) if c.task == "correct"]
        assert corrections == [("claude", "refused"), ("openai", "ok")]
        assert by(session.segments[1]) == (*OF[GPT], SONNET)
        assert session.segments[1].translation == "Ein anderer Satz."


async def test_a_model_that_takes_nothing(in_session: Sessions) -> None:
    """One that refuses every request declines all: they are the next one's, and no night halts."""
    rule = of("translate", event=f'{REFUSE_400}\nasked = "^claude"')
    async with in_session(document(count=20), rule, **CHAIN) as session:
        await to_the_end(session)
        assert ends(session) == [("done", 100.0)] * 20
        assert {by(segment)[:2] for segment in session.segments.values()} == {OF[GPT]}
        assert session.run.halted is None
        assert not session.attempt.has_failed


async def test_taken_up_again(in_session: Sessions) -> None:
    """A job that is taken up again goes on with the model that a segment has reached."""
    first = only("claude", REFUSE)
    async with in_session(document(1, count=3), first, **CHAIN) as session:
        await take_through(TRANSLATOR, session, 0, 1, 2)
        # As it was before the second was asked.
        there = session.segments[1]
        await session.commit(
            replace(there, status=SegmentStatus.PROCESSING, translation=None, answer=None)
        )
        before = len(calls(session))
        again = JobSession(session.run, session.run.lake.load(session.job.job_id))
        again.take_up()
        for segment in again.take_up():
            await again.commit(segment)
        await take_through(TRANSLATOR, again, 1)
        assert [(c.engine, c.outcome) for c in calls(again)[before:]] == [("openai", "ok")]


async def test_the_memory_has_both(in_session: Sessions) -> None:
    """What either model translated is recalled by a night of both."""
    async with in_session(document(1, count=3), only("claude", REFUSE), **CHAIN) as session:
        await to_the_end(session)
        keys = [segment.memory_key or "" for segment in session.segments.values()]
        for engines, known in ((["claude", "openai"], 3), (["claude"], 2), (["openai"], 1)):
            memory = Memory(session.run.home, engines=engines, target_score=95, simulated=True)
            with closing(memory):
                assert len(memory.units(keys)) == known


async def test_a_judge_of_another_engine(in_session: Sessions) -> None:
    """Who assesses may be another vendor's."""
    async with in_session(document(count=3), qa_model="openai:gpt-4.1-mini") as session:
        await take_through(TRANSLATOR, session, 0, 1, 2)
        await take_through(QA, session, 0, 1, 2)
        assert not any(CORRECTION.wants(session, i) for i in range(3))
        assert [(call.engine, call.model, call.task) for call in calls(session)] == [
            ("claude", "claude-sonnet-5-5", "translate"),
            ("openai", "gpt-4.1-mini", "assess"),
        ]


async def test_what_it_refuses_it_is_not_asked_again(in_sessions: SeveralSessions) -> None:
    """A model that has refused all, harmless questions too, is asked nothing of the next job."""
    rule = of("translate", event=f'{REFUSE_400}\nasked = "^claude"')
    texts = [document(count=20), document(count=9).replace("Sentence", "Line")]
    async with in_sessions(texts, rule, **CHAIN) as (first, second):
        await to_the_end(first)
        await to_the_end(second)
        assert first.job.status is second.job.status is JobStatus.COMPLETED
        asked = [call.engine for call in calls(second) if call.task == "translate"]
        assert asked == ["openai"]
