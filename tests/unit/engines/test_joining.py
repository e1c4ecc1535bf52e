"""Questions that come within a moment travel together, and each gets its own answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from domain.decisions import GiveUp
from domain.errors import EngineError, JobStopped
from domain.requests.endings import Ending
from domain.requests.joined import Frame
from domain.usage import TokenUsage
from engines.clock import ManualClock
from engines.joining import LONGEST, QUIET, Joining
from engines.joint_questions import company_of
from engines.port import Question, Reply, Sharing

HEAD = {"task": "translate", "source_lang": "en", "target_lang": "de"}
USAGE = TokenUsage(uncached_input_tokens=101, cache_read_tokens=7, output_tokens=53)


def question(name: str, *, count: int = 1, owner: str = "ann", own: str = "") -> Question:
    """A question about some segments of a document, with a line of glossary where one is given."""
    body = {"segments": ["|around", *(f"{n}|{name}{n}" for n in range(count))]}
    block = (f"# Glossary\n\n{own}",) if own else ()
    return Question(
        task="translate",
        model="m",
        system=("instructions", "briefing", *block),
        user=json.dumps({**HEAD, **body}),
        schema={},
        max_tokens=1_000,
        prompt_version="v",
        job_id=name,
        sharing=Sharing((owner, "briefing"), Frame(HEAD, body)),
    )


def echoed(asked: Question) -> Reply:
    """Each text in capitals."""
    turn = json.loads(asked.user)
    segments = [s for d in turn.get("documents", [turn.get("segments")]) for s in d]
    return replied(json.dumps({"segments": [s.upper() for s in segments if s[0] != "|"]}))


def replied(text: str, ending: Ending = Ending.COMPLETE) -> Reply:
    when = datetime(2026, 1, 1, tzinfo=UTC)
    return Reply(text, "stop", ending, USAGE, "m", "req_1", when, 5, True)


class Asked:
    """A joining whose requests are kept and answered by a function."""

    def __init__(self, answer: Callable[[Question], Reply] = echoed) -> None:
        self.clock = ManualClock()
        self.requests: list[Question] = []
        self.answer = answer
        self.joining = Joining(self.ask, segments=4, tokens=1_000, clock=self.clock)

    async def ask(self, asked: Question) -> Reply:
        await asked.permitted()
        self.requests.append(asked)
        return self.answer(asked)

    async def of(self, *questions: Question) -> list[Reply | BaseException]:
        """The answers to questions that come at once."""
        asked = [asyncio.ensure_future(self.joining.ask(one)) for one in questions]
        for _ in range(20):
            await self.clock.advance(QUIET)
        return await asyncio.gather(*asked, return_exceptions=True)

    def sizes(self) -> list[int]:
        return [len(json.loads(one.user).get("documents", [0])) for one in self.requests]


def texts(answer: Reply | BaseException) -> list[str]:
    assert isinstance(answer, Reply), answer
    return [segment.partition("|")[2] for segment in json.loads(answer.text)["segments"]]


async def test_together() -> None:
    """One request, each answer its own; tokens of each class add up; the request's id is common."""
    asked = Asked()
    found = await asked.of(question("a", count=2), question("b"))
    assert [texts(one) for one in found] == [["A0", "A1"], ["B0"]]
    assert asked.sizes() == [2]
    replies = [one for one in found if isinstance(one, Reply)]
    assert sum((one.usage for one in replies), TokenUsage()) == USAGE
    assert {one.request_id for one in replies} == {"req_1"}
    assert asked.requests[0].max_tokens == 2_000


async def test_as_many_as_fit() -> None:
    """A request holds no more segments than it may; what is full goes at once."""
    asked = Asked()
    await asked.of(question("a", count=3), question("b", count=2), question("c"), question("d"))
    assert asked.sizes() == [1, 3]
    assert json.loads(asked.requests[0].user) == json.loads(question("a", count=3).user)


async def test_who_travels_with_whom() -> None:
    """Another owner, another task and another model go by themselves."""
    asked = Asked()
    others = [
        question("b", owner="ben"),
        replace(question("c"), task="assess"),
        replace(question("d"), model="n"),
        replace(question("e"), system=("instructions", "another briefing")),
        replace(question("f"), sharing=None),
    ]
    await asked.of(question("a"), *others)
    assert asked.sizes() == [1] * 6


async def test_glossaries_of_one_request() -> None:
    """The entries of all its documents, each once, in a fixed order."""
    asked = Asked()
    await asked.of(question("a", own="y\nz"), question("b"), question("c", own="x\nz"))
    assert asked.requests[0].system == ("instructions", "briefing", "# Glossary\n\nx\ny\nz")


async def test_they_wait_a_moment() -> None:
    """As long as others keep coming, but no longer than is good for the first."""
    asked = Asked()
    tasks = []
    for number in range(3):
        tasks.append(asyncio.ensure_future(asked.joining.ask(question(str(number)))))
        await asked.clock.advance(QUIET * 0.9)
        assert asked.requests == []
    await asked.clock.advance(QUIET)
    assert asked.sizes() == [3]
    assert LONGEST > QUIET


@pytest.mark.parametrize(
    "bad",
    [replied("no JSON"), replied("{", Ending.TRUNCATED), replied('{"segments": ["99|A"]}')],
)
async def test_an_unusable_answer_is_parted(bad: Reply) -> None:
    """Each says so, with its share, and how to go on: with half as many others."""
    asked = Asked(lambda _: bad)
    found = await asked.of(*map(question, "abc"))
    replies = [one for one in found if isinstance(one, Reply)]
    assert [one.apart and one.apart[1:] for one in replies] == [(0, 2), (0, 2), (1, 1)]
    assert sum((one.usage for one in replies), TokenUsage()) == USAGE
    for one in replies:
        with pytest.raises(json.JSONDecodeError):
            json.loads(one.text)
    again = [
        replace(question(name), sharing=replace(question(name).sharing, apart=one.apart))  # type: ignore[type-var]
        for name, one in zip("abc", replies, strict=True)
    ]
    assert company_of(again[0]) == company_of(again[1]) is not None
    assert company_of(again[2]) is None
    asked.answer = echoed
    assert [texts(one) for one in await asked.of(*again)] == [["A0"], ["B0"], ["C0"]]
    assert asked.sizes() == [3, 1, 2]


async def test_an_answer_cut_off() -> None:
    """Documents that it had come to have their part of it; the others ask again, by halves."""
    cut = replied('{"segments":["1|A0","2|A1","3|B0","4|C', Ending.TRUNCATED)
    asked = Asked(lambda _: cut)
    found = await asked.of(question("a", count=2), question("b", count=1), question("c"))
    replies = [one for one in found if isinstance(one, Reply)]
    assert [one.ending for one in replies] == ["complete", "complete", "truncated"]
    assert [texts(one) for one in replies[:2]] == [["A0", "A1"], ["B0"]]
    assert [one.apart and one.apart[1:] for one in replies] == [None, None, (0, 1)]
    assert sum((one.usage for one in replies), TokenUsage()) == USAGE


async def test_an_error_is_everybodys() -> None:
    """With the tokens it took, shared out; each is told that others were beside."""

    def fail(_: Question) -> Reply:
        raise EngineError("invalid_request_error", "no", GiveUp(), status=400, usage=USAGE)

    found = await Asked(fail).of(*map(question, "ab"))
    errors = [one for one in found if isinstance(one, EngineError)]
    assert [one.status for one in errors] == [400, 400]
    assert [one.apart and one.apart[1:] for one in errors] == [(0, 1), (1, 1)]
    assert sum((one.usage or TokenUsage() for one in errors), TokenUsage()) == USAGE


async def test_who_may_not_go_any_more() -> None:
    """Its job is told; the others go without it."""

    async def stopped() -> None:
        raise JobStopped("b")

    asked = Asked()
    found = await asked.of(question("a"), replace(question("b"), permit=stopped), question("c"))
    assert isinstance(found[1], JobStopped)
    assert [texts(found[0]), texts(found[2])] == [["A0"], ["C0"]]
    assert asked.sizes() == [2]


async def test_who_waits_no_longer() -> None:
    """A question that is taken back before it goes is not asked."""
    asked = Asked()
    tasks = [asyncio.ensure_future(asked.joining.ask(question(name))) for name in "ab"]
    await asked.clock.advance(0)
    tasks[0].cancel()
    await asked.clock.advance(QUIET)
    assert asked.sizes() == [1]
    assert texts(await tasks[1]) == ["B0"]


async def test_a_request_nobody_waits_for_ends() -> None:
    """Once all who wait for it are gone."""
    ended = asyncio.Event()

    async def never(_: Question) -> Reply:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        raise AssertionError

    clock = ManualClock()
    joining = Joining(never, segments=4, tokens=1_000, clock=clock)
    tasks = [asyncio.ensure_future(joining.ask(question(name))) for name in "ab"]
    await clock.advance(QUIET)
    tasks[0].cancel()
    await clock.advance(0)
    assert not ended.is_set()
    tasks[1].cancel()
    await clock.advance(0)
    await asyncio.wait_for(ended.wait(), 300)


async def test_what_can_t_be_joined_is_asked_alone() -> None:
    """A fault in putting one of them together with others costs the others no answer."""
    asked = Asked()
    odd = question("b")
    assert odd.sharing is not None
    body = {"segments": [{"id": 0, "source": "b0", "note": object()}]}
    odd = replace(odd, sharing=Sharing(odd.sharing.key, Frame(HEAD, body)))
    found = await asked.of(question("a"), odd, question("c"))
    assert [texts(one) for one in found] == [["A0"], ["B0"], ["C0"]]
    assert asked.sizes() == [1, 1, 1]
