"""The budget of a night: no request goes out whose worst case does not fit."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from domain.cost.pricing import FREE, Cost, cost, provider_of
from domain.decisions import Halt
from domain.errors import BudgetReached, EngineError
from domain.settings import Settings
from domain.usage import FRAME_TOKENS, TokenUsage
from engines.port import Engine, Question
from engines.several import answering

LOST = frozenset(
    {"batch_lost", "batch_unread", "broken_response", "connection", "timeout", "timeout_error"}
)
"""Kinds of failure after which the engine may have worked, and billed, without our seeing it."""

GATEWAY_STATUSES = frozenset({408, 499, 502, 504, 520, 522, 524})
"""HTTP statuses said by what stands before the API, which says nothing of the API's own bill.

Not 521 and 523: what stands before it could not connect. An outage of hours, in which the API is
asked twice a minute, must not use up the budget.
"""


class Hold:
    """Room kept in the budget for one request.

    Attributes:
        counts_as: EUR that it counts as when it is let go: nothing as long as it was not sent, then
            the worst case, until it is known better.
    """

    def __init__(self, worst: Decimal) -> None:
        self._worst = worst
        self._was_sent = False
        self.counts_as = Decimal(0)

    def sent(self) -> None:
        """Say that the request goes out; whatever comes of it, it may be billed from now on."""
        self._was_sent = True
        self.counts_as = self._worst

    def spent(self, eur: Decimal) -> None:
        """Settle it: an answer came, and this is what it cost."""
        self.counts_as = eur

    def failed(self, error: EngineError) -> None:
        """Settle it: no answer came. What may have been billed all the same counts in full."""
        was_sent = self._was_sent and not error.unsent
        is_out = was_sent and isinstance(error.decision, Halt) and error.status is None
        self.counts_as = self._worst if is_out or may_be_billed(error) else Decimal(0)


class Budget:
    """What a night may spend, and what is spent and kept of it.

    Requests wait, first come first served, while those under way may still use up what is left.

    Attributes:
        limit_eur: EUR at most; None is without a limit.
        spent_eur: EUR that settled requests cost, or may have cost.
    """

    def __init__(self, limit_eur: Decimal | None) -> None:
        self.limit_eur = limit_eur
        self.spent_eur = Decimal(0)
        self._held_eur = Decimal(0)
        self._under_way = 0
        self._waiting: deque[tuple[Decimal, asyncio.Future[bool]]] = deque()
        self._refused: Decimal | None = None

    @contextlib.asynccontextmanager
    async def room_for(self, worst: Decimal) -> AsyncIterator[Hold]:
        """Keep room for one request while the block runs.

        Args:
            worst: EUR it may cost at most.

        Raises:
            BudgetReached: nothing is under way and it does not fit, or an earlier one did not.
        """
        await self._admitted(worst)
        hold = Hold(worst)
        try:
            yield hold
        finally:
            self._give_back(worst, hold.counts_as)

    async def _admitted(self, worst: Decimal) -> None:
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append((worst, turn))
        self._call_up()
        try:
            is_admitted = await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and turn.result():
                self._give_back(worst, Decimal(0))
            raise
        if not is_admitted:
            raise self._reached()

    def _give_back(self, worst: Decimal, counts_as: Decimal) -> None:
        self._held_eur -= worst
        self._under_way -= 1
        self.spent_eur += counts_as
        self._call_up()

    def _call_up(self) -> None:
        """Let in whoever is first, as long as there is room; send all home where it is up."""
        while self._waiting:
            worst, turn = self._waiting[0]
            if not turn.done():
                if self._refused is None and self._fits(worst):
                    self._held_eur += worst
                    self._under_way += 1
                    turn.set_result(True)
                elif self._refused is not None or not self._under_way:
                    self._refused = worst if self._refused is None else self._refused
                    turn.set_result(False)
                else:
                    return
            self._waiting.popleft()

    def _fits(self, worst: Decimal) -> bool:
        if self.limit_eur is None:
            return True
        return self.spent_eur + self._held_eur + worst <= self.limit_eur

    def _reached(self) -> BudgetReached:
        assert self.limit_eur is not None, "only a limit can be reached"
        assert self._refused is not None, "someone was refused"
        return BudgetReached(self.limit_eur, self.spent_eur, self._refused)


def worst_case(question: Question, engine: Engine, settings: Settings, at: datetime) -> Decimal:
    """EUR a request may cost at most; see `worst_bill`."""
    return worst_bill(question, engine, settings, at)[1].eur


def worst_bill(
    question: Question,
    engine: Engine,
    settings: Settings,
    at: datetime,
    *,
    model: str | None = None,
) -> tuple[TokenUsage, Cost]:
    """The tokens a request may take at most, and what they cost.

    A token is at least a byte long, so that its bytes bound its tokens; all of them are priced as
    the dearest class they may be billed in, and its answer as taking all the room it has.

    Args:
        at: when it goes out, since prices change.
        model: whose price counts, where it is another than the one asked.

    Raises:
        UnknownModel: the model has no known price.
    """
    engine = answering(engine, question)
    tokens, room = FRAME_TOKENS + question.bytes_sent, question.max_tokens
    usages = [TokenUsage(uncached_input_tokens=tokens, output_tokens=room)]
    if engine.is_free:
        return usages[0], FREE
    if engine.caching is not None:
        written = TokenUsage(output_tokens=room)
        usages.append(replace(written, **{engine.caching.written_as: tokens}))
    priced = [
        (
            usage,
            cost(
                usage,
                model or question.model,
                transport=engine.transport,
                eur_per_usd=settings.eur_per_usd,
                at=at,
                prices=settings.prices,
                provider=provider_of(settings, question.engine),
            ),
        )
        for usage in usages
    ]
    return max(priced, key=lambda bill: bill[1].eur)


def may_be_billed(error: EngineError) -> bool:
    """Whether the engine may have answered, and billed, a request that failed for us.

    An error that the API itself reports is not billed, nor what was never sent; a lost or
    unreadable answer may be.
    """
    if error.unsent:
        return False
    is_unknown = error.kind == "api_error" and error.status is None
    return error.kind in LOST or error.status in GATEWAY_STATUSES or is_unknown
