"""What a night may spend: who waits, who is let in, and when it is up."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from domain.decisions import GiveUp, Halt, Retry, SlowDown
from domain.errors import BudgetReached, EngineError
from domain.settings import Settings
from engines.claude.caching import breakpoints
from engines.port import Caching, Question, Reply
from tasks.run.budget import Budget, Hold, may_be_billed, worst_case

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
RATE = {"eur_per_usd": Decimal("0.5"), "fx_date": "2026-11-01"}


class Requests:
    """Requests under one budget, each under way until it is told what it cost."""

    def __init__(self, limit: str | None) -> None:
        self.budget = Budget(None if limit is None else Decimal(limit))
        self.unsent: set[str] = set()
        self.went: list[str] = []
        self.refused: list[str] = []
        self.tasks: dict[str, asyncio.Task[None]] = {}
        self._ends: dict[str, asyncio.Future[Decimal | None]] = {}

    async def come(self, **worst: str) -> None:
        """Requests come, by name, with what each may cost at most."""
        for name, eur in worst.items():
            self.tasks[name] = asyncio.create_task(self._one(name, Decimal(eur)))
        await self._settled()

    async def end(self, name: str, eur: str | None) -> None:
        """One comes back; None is lost on the way."""
        self._ends[name].set_result(None if eur is None else Decimal(eur))
        await self._settled()

    async def cancel(self, name: str) -> None:
        self.tasks[name].cancel()
        await self._settled()

    async def _one(self, name: str, worst: Decimal) -> None:
        self._ends[name] = asyncio.get_running_loop().create_future()
        try:
            async with self.budget.room_for(worst) as hold:
                self.went.append(name)
                if name not in self.unsent:
                    hold.sent()
                cost = await self._ends[name]
                if cost is not None:
                    hold.spent(cost)
        except BudgetReached:
            self.refused.append(name)

    async def _settled(self) -> None:
        for _ in range(10):
            await asyncio.sleep(0)


async def test_requests_go_while_their_worst_cases_fit() -> None:
    """A request waits while what is under way may still use up the room it needs."""
    requests = Requests("10")
    await requests.come(a="4", b="4", c="4")
    assert requests.went == ["a", "b"]
    await requests.end("a", "1")
    assert requests.went == ["a", "b", "c"]
    assert requests.refused == []


async def test_what_a_request_cost_counts_and_not_its_worst_case() -> None:
    """Settled requests leave the room that they did not use."""
    requests = Requests("10")
    for name in "abcdefgh":
        await requests.come(**{name: "3"})
        await requests.end(name, "1")
    assert requests.went == list("abcdefgh")
    assert requests.budget.spent_eur == Decimal(8)


async def test_the_budget_is_reached_when_nothing_is_under_way() -> None:
    """A request that does not fit is refused only once no other can leave room any more."""
    requests = Requests("10")
    await requests.come(a="6", b="6")
    assert requests.refused == []
    await requests.end("a", "5")
    assert requests.went == ["a"]
    assert requests.refused == ["b"]


async def test_the_limit_itself_may_be_spent() -> None:
    """A worst case that comes to exactly the limit fits."""
    requests = Requests("10")
    await requests.come(a="4", b="6", c="0.000001")
    assert requests.went == ["a", "b"]


async def test_all_are_refused_once_it_is_reached() -> None:
    """After one refusal nothing goes out any more, however little it needs."""
    requests = Requests("10")
    await requests.come(a="20", b="1")
    await requests.come(c="1")
    assert requests.went == []
    assert requests.refused == ["a", "b", "c"]


async def test_first_come_first_served() -> None:
    """A small request does not overtake a large one, which would wait for ever."""
    requests = Requests("10")
    await requests.come(a="6", b="6", c="1")
    assert requests.went == ["a"]
    await requests.end("a", "0")
    assert requests.went == ["a", "b", "c"]


async def test_a_lost_request_counts_in_full() -> None:
    """Who leaves without settling, as after a lost connection, has spent the worst case."""
    requests = Requests("10")
    await requests.come(a="6")
    await requests.end("a", None)
    await requests.come(b="5")
    assert requests.budget.spent_eur == Decimal(6)
    assert requests.refused == ["b"]


async def test_what_was_not_sent_counts_nothing() -> None:
    """Who leaves before it was sent, however it leaves, gives all its room back."""
    requests = Requests("10")
    requests.unsent |= {"a", "b"}
    await requests.come(a="6", b="4", c="10")
    await requests.end("a", None)
    await requests.cancel("b")
    assert requests.budget.spent_eur == Decimal(0)
    assert requests.went == ["a", "b", "c"]


async def test_what_was_sent_and_stopped_counts_in_full() -> None:
    """Who is cancelled while under way may be billed."""
    requests = Requests("10")
    await requests.come(a="6")
    await requests.cancel("a")
    assert requests.budget.spent_eur == Decimal(6)


async def test_who_stops_waiting_holds_up_nobody() -> None:
    """The next in line takes the place of one that was cancelled."""
    requests = Requests("10")
    await requests.come(a="6", b="9", c="4")
    await requests.cancel("b")
    await requests.end("a", "6")
    assert requests.went == ["a", "c"]


async def test_room_given_at_the_moment_of_cancelling_is_free_again() -> None:
    """One that is cancelled just as it is let in keeps no room and has spent nothing."""
    requests = Requests("10")
    await requests.come(a="10", b="10", c="10")
    requests._ends["a"].set_result(Decimal(0))
    await asyncio.sleep(0)  # "a" leaves, and "b" is let in but has not gone on yet
    await requests.cancel("b")
    assert requests.went == ["a", "c"]
    assert requests.budget.spent_eur == Decimal(0)


async def test_no_limit_lets_all_in() -> None:
    """Without a limit nobody waits; what is spent is counted all the same."""
    requests = Requests(None)
    await requests.come(a="1000000", b="1000000")
    await requests.end("a", "2.5")
    assert requests.went == ["a", "b"]
    assert requests.budget.spent_eur == Decimal("2.5")


async def test_the_refusal_says_what_is_spent_and_what_is_needed() -> None:
    """The error names the limit, what is spent and what the next request may need."""
    budget = Budget(Decimal("2.50"))
    async with budget.room_for(Decimal(2)) as hold:
        hold.spent(Decimal("1.25"))
    with pytest.raises(BudgetReached) as raised:
        async with budget.room_for(Decimal("1.5")):
            pass
    assert (
        str(raised.value)
        == "the budget of 2.50 EUR is reached: 1.250000 EUR are spent, and the next request may "
        "cost up to 1.500000 EUR; the next run goes on from here"
    )


@pytest.mark.parametrize(
    ("kind", "status", "billed"),
    [
        ("connection", None, True),
        ("timeout", None, True),
        ("broken_response", 200, True),
        ("batch_lost", None, True),
        ("batch_unread", 404, True),
        ("timeout_error", 504, True),
        ("api_error", 502, True),
        ("api_error", 521, False),
        ("api_error", 523, False),
        ("api_error", None, True),
        ("api_error", 500, False),
        ("rate_limit_error", 429, False),
        ("overloaded_error", 529, False),
        ("invalid_request_error", 400, False),
        ("expired", None, False),
    ],
)
def test_what_may_be_billed(kind: str, status: int | None, billed: bool) -> None:
    """An answer that was lost may be billed; an error that the API itself reports is not."""
    error = EngineError(kind, "", Retry(), status=status)

    assert billed is may_be_billed(error)


def test_what_was_never_sent_is_not_billed() -> None:
    """A request for which no connection could be made counts nothing."""
    assert not may_be_billed(EngineError("connection", "", Retry(), unsent=True))


def test_a_failure_that_is_not_billed_leaves_its_room() -> None:
    """A refused request counts nothing, a lost one its worst case."""
    refused, lost, halted, stopped = (Hold(Decimal(3)) for _ in range(4))
    for hold in (refused, lost, halted):
        hold.sent()

    refused.failed(EngineError("rate_limit_error", "", SlowDown(1), status=429))
    lost.failed(EngineError("connection", "", GiveUp()))
    halted.failed(EngineError("halted", "", Halt()))
    stopped.failed(EngineError("halted", "", Halt()))

    assert [hold.counts_as for hold in (refused, lost, halted, stopped)] == [0, 3, 3, 0]


class Nobody:
    """An engine that is never asked."""

    name = "nobody"
    tasks = frozenset({"translate"})

    missing = ()
    simulated = False
    waits = ()

    def __init__(
        self, transport: str, caching: Caching | None = None, *, is_free: bool = False
    ) -> None:
        self.transport = transport
        self.caching = caching
        self.is_free = is_free

    async def is_out(self, question: Question) -> bool:
        return False

    async def look(self) -> None:
        pass

    def call_id(self, question: Question) -> str | None:
        return None

    async def ask(self, question: Question) -> Reply:
        raise NotImplementedError

    async def close(self) -> None:
        pass


def question(user: str = "x" * 4_998, schema: Mapping[str, object] | None = None) -> Question:
    """2,000 bytes of system, 5,000 with the schema's two: with the frame 8,000 input tokens."""
    return Question(
        task="translate",
        model="claude-sonnet-4-5",
        system=("s" * 1_000, "t" * 1_000),
        user=user,
        schema=schema or {},
        max_tokens=2_000,
        prompt_version="p",
    )


@pytest.mark.parametrize(
    ("transport", "caching", "eur"),
    [
        ("messages", None, "0.027"),  # (8,000 × 3 + 2,000 × 15) USD a million, at 0.5
        # Written to the cache at 3.75.
        ("messages", Caching(breakpoints, "cache_write_5m_tokens"), "0.030"),
        ("batches", None, "0.0135"),  # half of the first
        # Written for an hour at 6, and all at half.
        ("batches", Caching(breakpoints, "cache_write_1h_tokens"), "0.0195"),
    ],
)
def test_the_worst_case(transport: str, caching: Caching | None, eur: str) -> None:
    """Each byte counts as a token of the dearest class it may be, and all the room as used."""
    settings = Settings.model_validate(RATE)

    worst = worst_case(question(), Nobody(transport, caching), settings, NOON)

    assert Decimal(eur) == worst


def test_bytes_count_and_not_characters() -> None:
    """A character of three bytes may be three tokens."""
    settings = Settings.model_validate({"prompt_cache": False, **RATE})

    worst = worst_case(question("語" * 1_666), Nobody("messages"), settings, NOON)

    assert Decimal("0.027") == worst


def test_a_price_that_is_set_counts() -> None:
    """The worst case of a model with a price of its own is reckoned by that."""
    prices = {"claude-sonnet-4-5": {"input": "1", "output": "2"}}
    settings = Settings.model_validate({"prompt_cache": False, "prices": prices, **RATE})

    worst = worst_case(question(), Nobody("messages"), settings, NOON)

    assert Decimal("0.006") == worst  # (8,000 × 1 + 2,000 × 2) USD a million, at 0.5


def test_what_is_free_needs_no_room() -> None:
    """The worst case of an engine that costs nothing is nothing, whatever its model."""
    settings = Settings.model_validate(RATE)

    assert worst_case(question(), Nobody("local", is_free=True), settings, NOON) == 0
