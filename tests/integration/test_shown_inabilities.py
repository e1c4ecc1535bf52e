"""A model is not asked again for what it has shown in a night that it can't do."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from starlette.responses import Response

from domain.errors import EngineError
from domain.job.segment import SegmentStatus
from tasks.qa import QA
from tasks.translator import TRANSLATOR
from tests.integration.conftest import Sessions, take_through, to_the_end
from tests.integration.test_compatible_servers import (
    CACHED,
    PROBE,
    QUESTION,
    message,
    refusing,
    served,
)
from tests.integration.test_judges import SeveralSessions, calls
from tests.integration.test_refusals import document, of
from tests.vendors import for_both

BROKEN = 'event = "broken"'


@for_both
async def test_a_task(in_session: Sessions) -> None:
    """Three texts without a usable answer, and none with one: no other is asked about."""
    async with in_session(
        document(count=12), of("assess", event=BROKEN), pack_segments=1
    ) as session:
        for stage in (TRANSLATOR, QA):
            for number in range(12):
                await take_through(stage, session, number)
        asked = Counter(c.segment_ids for c in calls([session]) if c.task == "assess")
        assert asked == {(0,): 8, (1,): 8, (2,): 8}
        assert {s.status for s in session.segments.values()} == {SegmentStatus.QA_FAILED}
        error = session.segments[11].error or ""
        assert error.endswith("gave nothing usable of its kind in this night")


async def test_a_brief(in_sessions: SeveralSessions) -> None:
    """What costs no document anything is left out too, and all the same they are completed."""
    texts = [f"Only document {n} says this.\n" for n in range(5)]
    async with in_sessions(texts, of("brief", event=BROKEN), brief=True) as sessions:
        for session in sessions:
            await to_the_end(session)
        assert {str(session.job.status) for session in sessions} == {"completed"}
        briefs = [sum(c.task == "brief" for c in calls([session])) for session in sessions]
    assert sorted(briefs) == [0, 0, 8, 8, 8]


@for_both
async def test_a_size(in_session: Sessions) -> None:
    """Requests of a size that never had a usable answer are halved before they go out."""
    # What holds the first text of a stretch and its last is too much.
    rules = "".join(
        of(
            "translate",
            match=f"number {n} is[^~]*number {n + 7} is",
            event=BROKEN + "\nanywhere = true",
        )
        for n in range(0, 48, 8)
    )
    async with in_session(document(count=48), rules, pack_segments=8) as session:
        for number in range(0, 48, 8):
            await take_through(TRANSLATOR, session, *range(number, number + 8))
        sizes = [len(call.segment_ids) for call in calls([session])]
        assert {s.status for s in session.segments.values()} == {SegmentStatus.TRANSLATED}
    # The windows' surroundings hold no more than two texts on each side.
    assert sizes == [8, 4, 4] * 3 + [4, 4] * 3


def averse(body: dict[str, Any]) -> Response:
    """Holds answers to the probe's schema, and to none of more than one field."""
    if "nightdesk_probe" in str(body.get("output_config")):
        return message(PROBE, **CACHED)
    if "output_config" in body:
        return refusing(400, "output_config.format: the schema is too complex")
    return message('Here it is: {"ok": true}', **CACHED)


async def test_a_schema() -> None:
    """One that is refused is said in words; once that is taken, all others are so at once."""
    async with served(averse) as (engine, _, bodies):
        await engine.look()
        assert not [
            sentence for sentence in engine.missing if "local-1 takes no schema" in sentence
        ]
        bodies.clear()
        replies = [await engine.ask(QUESTION) for _ in range(3)]
        assert [reply.text for reply in replies] == ['{"ok": true}'] * 3
        assert ["output_config" in body for body in bodies] == [True, False, False, False]
        assert engine.missing[-1].startswith("local-1 takes no schema: ")


@pytest.mark.parametrize(
    ("words", "sent"), [("the schema is wrong", 2), ("this text is not allowed", 1)]
)
async def test_a_refusal_for_something_else(words: str, sent: int) -> None:
    """What is refused in words too, or for nothing of the kind, is refused as ever."""
    async with served(lambda body: refusing(400, words)) as (engine, _, bodies):
        with pytest.raises(EngineError, match=words):
            await engine.ask(QUESTION)
        assert len(bodies) == sent
        assert engine.missing == ()


async def test_a_schema_that_was_held_before() -> None:
    """Where answers were held to it, a refusal that speaks of schemas is for the text."""
    answers = [message('{"ok": true}', **CACHED), refusing(400, "your text speaks of a schema")]
    async with served(lambda body: answers[min(len(bodies), 2) - 1]) as (engine, _, bodies):
        await engine.ask(QUESTION)
        with pytest.raises(EngineError, match="speaks of a schema"):
            await engine.ask(QUESTION)
        assert len(bodies) == 2
