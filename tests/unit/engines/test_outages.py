"""What the gate does while an engine is away, on a clock that is moved by hand."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from domain.decisions import Decision, GiveUp, Halt, Outage, Retry, SlowDown
from domain.errors import EngineError
from engines.availability import Availability, Wait
from engines.clock import ManualClock
from engines.limits.limiter import Limiter

START = datetime(2026, 3, 6, 22, 0, tzinfo=UTC)
HOUR = 3600.0

Server = Callable[[str, float], Decision | None]
"""Says of a request by its name, at a moment, with what decision it fails; None answers it."""


class Night:
    """Requests that are asked again and again until each is answered, given up or halted.

    Args:
        server: answers after a second, or fails at once.
        longest: seconds that an engine is waited for.
    """

    def __init__(self, server: Server, *, longest: float = 6 * HOUR, in_flight: int = 8) -> None:
        self.clock = ManualClock()
        self.limiter = Limiter(
            in_flight, clock=self.clock, uniform=lambda: 0.5, longest_outage=longest
        )
        self.sent: list[tuple[float, str]] = []
        self.answered: list[tuple[float, str]] = []
        self.told: dict[str, list[Decision]] = {}
        self.halted: dict[str, str] = {}
        self._server = server
        self._tasks: list[asyncio.Task[None]] = []

    def ask(self, *names: str) -> None:
        """Ask some requests; a name's first letter is its model."""
        self._tasks += [asyncio.create_task(self._until_answered(name)) for name in names]

    async def _until_answered(self, name: str) -> None:
        decisions = self.told.setdefault(name, [])
        while True:
            try:
                error = await self._once(name)
            except EngineError as shut:
                self.halted[name] = str(shut)
                return
            if error is None:
                self.answered.append((self.clock.ticks(), name))
                return
            decisions.append(error.decision)
            if isinstance(error.decision, Halt):
                self.limiter.shut(str(error))
            if isinstance(error.decision, Halt | GiveUp):
                return
            if isinstance(error.decision, Retry):
                await self.clock.sleep(1.0)

    async def _once(self, name: str) -> EngineError | None:
        async with self.limiter.passage(name[0], 400, name) as passage:
            self.sent.append((self.clock.ticks(), name))
            decision = self._server(name, self.clock.ticks())
            if decision is not None:
                return passage.failed(EngineError("api_error", "503: away", decision), {})
            await self.clock.sleep(1.0)
            passage.answered({})
            return None

    async def end(self) -> None:
        self.limiter.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def away(start: float, end: float, how: Decision | None = None) -> Server:
    """A server that is away for some time."""
    return lambda name, now: (how or Outage()) if start <= now < end else None


async def test_one_request_in_half_a_minute() -> None:
    """While an engine is away it is asked once in half a minute, and then all go on."""
    night = Night(away(20, 620))
    for _ in range(30):
        night.ask(*(f"a{len(night.told) + n}" for n in range(10)))
        await night.clock.advance(1.0)
    await night.clock.advance(670)
    await night.end()
    during = [at for at, _ in night.sent if 20 <= at < 620]
    begin = during[0]
    assert len(during) <= 8 + 3 + 600 / 30
    late = [at for at in during if at > begin + 14]
    assert all(after - before >= 30 for before, after in itertools.pairwise(late))
    assert len(night.answered) == len(night.told) == 300
    assert {decision for told in night.told.values() for decision in told} == {Outage()}


async def test_every_model_has_its_own_weather() -> None:
    """A model that is away keeps no other from being asked."""
    night = Night(lambda name, now: Outage() if name[0] == "a" else None)
    night.ask("a1", "b1", "b2", "b3")
    await night.clock.advance(5)
    await night.end()
    assert sorted(name for _, name in night.answered) == ["b1", "b2", "b3"]


async def test_another_request_probes() -> None:
    """A request that meets a fault whenever it is asked is not the one that the lane waits for."""
    night = Night(lambda name, now: Outage() if name in ("a0", "a1") else None, in_flight=1)
    night.ask(*(f"a{n}" for n in range(12)))
    await night.clock.advance(30)
    await night.end()
    assert {name for _, name in night.answered} == {f"a{n}" for n in range(2, 12)}
    assert night.answered[0][0] < 6


async def test_a_poisonous_request_pays_itself() -> None:
    """Once others are answered, a fault that a request alone meets counts as its own."""
    night = Night(lambda name, now: Outage() if name == "a0" else None)
    night.ask(*(f"a{n}" for n in range(4)))
    await night.clock.advance(30)
    night.ask("a4", "a5")
    await night.clock.advance(30)
    await night.end()
    assert night.told["a0"][0] == Outage()
    assert Retry() in night.told["a0"]
    assert {name for _, name in night.answered} == {"a1", "a2", "a3", "a4", "a5"}
    assert all(not night.told[name] for name in ("a4", "a5"))


async def test_a_fault_among_answers() -> None:
    """A single fault in the midst of answers costs no more than a moment's hold."""
    failed: Counter[str] = Counter()

    def once(name: str, now: float) -> Decision | None:
        failed[name] += 1
        return Outage() if name == "a50" and failed[name] == 1 else None

    night = Night(once)
    night.ask(*(f"a{n}" for n in range(100)))
    await night.clock.advance(20)
    await night.end()
    assert len(night.answered) == 100
    assert night.limiter.waits == ()


async def test_alone() -> None:
    """Where there is no other, the same request probes, and is answered in the end."""
    night = Night(away(0, 100))
    night.ask("a1")
    await night.clock.advance(140)
    await night.end()
    assert [at for at, _ in night.sent] == [0.0, 0.0, 0.75, 3.0, 9.75, 42.75, 75.75, 108.75]
    assert set(night.told["a1"]) == {Outage()}


async def test_told_since_when() -> None:
    """A stretch without an answer is told with its begin, its reason and its end."""
    night = Night(away(0, 100))
    night.ask("a1")
    await night.clock.advance(5)
    early = night.limiter.waits
    await night.clock.advance(15)
    (during,) = night.limiter.waits
    await night.clock.advance(120)
    (after,) = night.limiter.waits
    await night.end()
    assert early == ()
    assert during == Wait("a", START, "503: away", START + timedelta(seconds=42.75), None)
    assert after.until == START + timedelta(seconds=109.75)


async def test_asked_to_be_left_alone() -> None:
    """An hour that an engine asks for is told at once, and it is asked every five minutes."""
    night = Night(away(0, HOUR, SlowDown(3600.0)))
    night.ask("a1")
    await night.clock.advance(1)
    (wait,) = night.limiter.waits
    await night.clock.advance(HOUR + 300)
    await night.end()
    assert wait.why == "503: away (it asks to be left alone for 3,600 s)"
    assert wait.again == START + timedelta(seconds=300)
    assert [at for at, _ in night.sent] == [300.0 * n for n in range(13)]
    assert set(night.told["a1"]) == {Outage(3600.0)}
    assert len(night.answered) == 1


async def test_waited_for_long_enough() -> None:
    """After the time that is set nothing is asked any more, and who waits is told why."""
    night = Night(lambda name, now: Outage(), longest=600)
    night.ask("a1", "a2", "a3")
    await night.clock.advance(700)
    night.ask("a4")
    await night.clock.advance(100)
    sent = len(night.sent)
    await night.end()
    halts = [name for name, told in night.told.items() if Halt() in told]
    assert (len(halts), len(night.halted)) == (1, 3)
    (why,) = set(night.halted.values())
    since = START.astimezone()
    assert why == (
        f"the API has not answered for a since {since:%H:%M}, longer than outage_hours = "
        "0.166667 allows: 503: away"
    )
    assert night.sent[-1][0] <= 640
    assert sent == len(night.sent)


async def test_what_ends_a_night_is_told() -> None:
    """However short it was; before, a hiccup of some seconds is nobody's business."""
    clock = ManualClock()
    weather = Availability("a", clock, longest=3.0)
    for _ in range(3):
        weather.fault("503", 1.0)
        assert weather.waits == ()
        await clock.advance(1.0)
    assert weather.too_long() is not None
    (wait,) = weather.waits
    assert (wait.since, wait.until) == (START, None)


async def test_an_error_of_a_request_is_an_answer() -> None:
    """Where a request is turned away for its own sake, somebody is there."""
    night = Night(lambda name, now: GiveUp() if now < 10 else None)

    async def turned_away() -> EngineError:
        async with night.limiter.passage("a", 1, "x") as passage:
            error = EngineError("invalid_request_error", "400: no", GiveUp(), status=400)
            return passage.failed(error, {})

    async with night.limiter.passage("a", 1, "y") as passage:
        passage.failed(EngineError("api_error", "500: no", Outage()), {})
    asked = asyncio.create_task(turned_away())
    await night.clock.advance(40)
    assert (await asked).decision == GiveUp()
    assert night.limiter.waits == ()
    await night.end()
