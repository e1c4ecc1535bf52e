"""Claude as an engine at half the price: questions travel together, as message batches."""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from uuid import uuid4

from anthropic.types.messages.batch_create_params import Request

from domain.decisions import GiveUp, Halt, Retry
from domain.errors import EngineError, EnvironmentProblem
from domain.requests.answers import SCHEMAS
from domain.requests.batch import BatchRecord, Entered, Sent
from engines.availability import Wait
from engines.batch_log import BatchLog, LogInThread
from engines.claude.batches.api import BatchApi
from engines.claude.batches.caching import SIDE_BY_SIDE, WORTH, requests_of
from engines.claude.batches.following import TRIES, Following
from engines.claude.batches.ids import call_id_of, custom_id_of
from engines.claude.batches.items import (
    BatchRequest,
    Item,
    earlier_request,
    sent_as,
)
from engines.claude.batches.timing import BatchTiming
from engines.claude.caching import breakpoints
from engines.claude.connection import TIMEOUT, connected
from engines.claude.messages import request_of
from engines.claude.server import look_up
from engines.clock import Clock
from engines.gathering import Gathering
from engines.joint_questions import Grouping, join, parts_of
from engines.limits.limiter import Limiter
from engines.online.retrying import briefly, may_be_taken, patiently, was_not_taken
from engines.port import Caching, Question, Reply
from engines.waiting import ENDING

MOST_ITEMS = 20_000
MOST_BYTES = 100_000_000
"""What goes out as one batch at most; the API takes 100,000 requests or 256 MB.

Larger ones save nothing, keep the event loop busy for seconds, and are read anew as a whole where
their results break off.
"""

ITEM_BYTES = 100
"""What stands around a request in the body of a batch."""

CALLS_AT_ONCE = 64
"""Calls of the batch endpoints under way at once."""

MOST_LOSSES = 3
"""How often a question goes out in a batch that turns out not to have been created."""

LOOKS = 4
"""Times a server is asked whether it takes batches before that is left open."""

NO_BATCHES = (404, 405, 501)
"""What a compatible server without batches answers to one."""


class ClaudeBatches:
    """Claude over the Message Batches API.

    What is out is in the log before it is sent, so that a run that takes up a killed one's work
    waits for its batches instead of paying for them again.

    Args:
        environ: all environment variables; see `connected`.
        open_log: opens the log, once there is something to enter.
        models: those that will be asked; each is looked up beforehand.
        clock: the time.
        uniform: a random number from 0 to 1, for delays.
        prompt_cache: whether what requests share is cached at the engine.
        timeout: seconds for one call of the API.
        longest_outage: seconds the API is waited for at most.
        timing: how long to wait for what.
        joined_segments: of several documents in one request at most.
        joined_tokens: of their source text in one request at most.

    Raises:
        EnvironmentProblem: there is no key, or key or address can't be used.
    """

    name = "claude"
    transport = "batches"
    tasks = frozenset(SCHEMAS)
    is_free = False
    missing: tuple[str, ...] = ()

    def __init__(
        self,
        *,
        environ: Mapping[str, str],
        open_log: Callable[[], BatchLog],
        clock: Clock,
        models: Collection[str] = (),
        uniform: Callable[[], float],
        prompt_cache: bool = True,
        timeout: float = TIMEOUT,
        longest_outage: float = math.inf,
        timing: BatchTiming | None = None,
        joined_segments: int = 1,
        joined_tokens: int = 1,
    ) -> None:
        self._segments, self._tokens = joined_segments, joined_tokens
        timing = timing or BatchTiming()
        self._sdk, self._secrets = connected(environ, timeout)
        self._models = models
        self.simulated = False
        self._api = BatchApi(self._sdk, self._secrets, clock, timeout)
        self._log = LogInThread(open_log)
        self._clock = clock
        self._uniform = uniform
        self._prompt_cache = prompt_cache
        self._limiter = Limiter(
            CALLS_AT_ONCE, clock=clock, uniform=uniform, longest_outage=longest_outage
        )
        self._asked: dict[str, Item] = {}
        self._sending = asyncio.Lock()
        self._gathering = Gathering(
            self._send,
            quiet=timing.quiet,
            longest=timing.longest_gathering,
            most_things=MOST_ITEMS,
            most_bytes=MOST_BYTES,
            clock=clock,
        )
        self._following = Following(
            self._api,
            self._log,
            self._send_again,
            limiter=self._limiter,
            clock=clock,
            uniform=uniform,
            timing=timing,
        )

    @property
    def waits(self) -> tuple[Wait, ...]:
        """The stretches in which the batch endpoints could not be asked."""
        return self._limiter.waits

    @property
    def caching(self) -> Caching | None:
        """An hour's breakpoints where so many share a prefix that it pays; None where none is."""
        if not self._prompt_cache:
            return None
        return Caching(breakpoints, "cache_write_1h_tokens", side_by_side=SIDE_BY_SIDE, worth=WORTH)

    def call_id(self, question: Question) -> str | None:
        """The ledger's id for this question: by it an answer that is fetched twice is one row."""
        return call_id_of(question)

    async def is_out(self, question: Question) -> bool:
        """Whether it is in a batch already, of this run or an earlier one."""
        custom_id = custom_id_of(question)
        return custom_id in await self._log.do(lambda log: log.find([custom_id]))

    async def look(self) -> None:
        """Find out whether the server takes batches; a passing fault leaves it open.

        Raises:
            EnvironmentProblem: it takes none, has one of the models not any more, or nothing can
                be asked with this key.
        """
        self.simulated = await look_up(
            self._sdk,
            self._models,
            secrets=self._secrets,
            clock=self._clock,
            uniform=self._uniform,
        )
        try:
            await briefly(
                lambda: self._api.created_since(self._clock.now()),
                clock=self._clock,
                uniform=self._uniform,
                tries=LOOKS,
            )
        except EngineError as error:
            if error.status in NO_BATCHES:
                raise EnvironmentProblem(str(_no_batches(error))) from None
            if isinstance(error.decision, GiveUp | Halt):
                raise EnvironmentProblem(str(error)) from None

    async def ask(self, question: Question) -> Reply:
        """The answer to one question, once the batch it travels in has ended.

        Raises:
            EngineError: no answer came; it carries the decision what to do.
        """
        custom_id = custom_id_of(question)
        item = self._asked.get(custom_id)
        if item is None:
            answer: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
            answer.add_done_callback(lambda _: self._asked.pop(custom_id))
            item = self._asked[custom_id] = Item(question, answer, custom_id)
            self._gather(item)
        return await asyncio.shield(item.answer)

    async def close(self) -> None:
        """Let go of connections and of the log; what is out stays entered there."""
        await self._gathering.close()
        await self._following.close()
        self._limiter.close()
        self._log.close()
        await self._sdk.close()

    def _gather(self, item: Item) -> None:
        self._gathering.add(item, len(json.dumps(request_of(item.question, ttl=None))) + ITEM_BYTES)

    async def _send(self, items: list[Item]) -> None:
        try:
            # One after another: at most one batch of a process can be lost on its way.
            async with self._sending:
                await self._enter_and_create(items)
        except BaseException as error:  # whatever it is, nobody may wait for good
            for item in items:
                item.fail(error)
            if isinstance(error, ENDING):
                raise

    async def _enter_and_create(self, items: list[Item]) -> None:
        left = {item.custom_id: item for item in items if await item.is_permitted()}
        while left:
            requests = self._requests(left.values())
            sent = dict(pair for request in requests for pair in sent_as(request))
            key, now = uuid4().hex, self._clock.now()
            known = await self._log.do(partial(_begun, key, sent, now))
            if not known:
                await self._create(BatchRecord(key, None, now, len(requests)), requests)
                return
            for custom_id, entered in known.items():
                request = earlier_request(left.pop(custom_id), entered.sent)
                self._following.follow(entered.record, [request])

    def _requests(self, items: Iterable[Item]) -> list[BatchRequest]:
        """The requests that questions travel in, joined where they may be."""
        grouping = Grouping[Item](segments=self._segments, tokens=self._tokens)
        full = [group for item in items if (group := grouping.add(item, item.question))]
        return [_request_of(group) for group in (*full, *grouping.rest())]

    async def _create(self, record: BatchRecord, asked: list[BatchRequest]) -> None:
        bodies = requests_of([one.question for one in asked], prompt_cache=self._prompt_cache)
        requests: list[Request] = [
            {"custom_id": one.custom_id, "params": body}
            for one, body in zip(asked, bodies, strict=True)
        ]
        for one in asked:
            for item in one.items.values():
                item.question.leaves()
        try:
            created = await patiently(
                lambda: self._api.create(requests),
                ("create", record.key),
                limiter=self._limiter,
                clock=self._clock,
                uniform=self._uniform,
                passing=was_not_taken,  # any other leaves open whether it was created
                tries=TRIES,
            )
        except EngineError as error:
            is_over = isinstance(error.decision, GiveUp | Halt)
            if may_be_taken(error) and not is_over:
                self._following.follow(record, asked)
                return
            if not may_be_taken(error):
                await self._log.do(lambda log: log.forget_batch(record.key))
            for one in asked:
                one.fail(_no_batches(error) if error.status in NO_BATCHES else error)
            return
        await self._log.do(lambda log: log.name(record.key, created.id))
        self._following.follow(replace(record, batch_id=created.id), asked)

    def _send_again(self, items: Iterable[Item]) -> None:
        for item in items:
            item.losses += 1
            if item.losses > MOST_LOSSES:
                what = f"{MOST_LOSSES} batches it was sent in were not to be found afterwards"
                item.fail(EngineError("batch_lost", what, Retry()))
            else:
                self._gather(item)


def _request_of(items: Sequence[Item]) -> BatchRequest:
    questions = [item.question for item in items]
    waiting = dict(enumerate(items))
    return BatchRequest(items[0].custom_id, join(questions), parts_of(questions), waiting)


def _begun(key: str, sent: Mapping[str, Sent], now: datetime, log: BatchLog) -> dict[str, Entered]:
    return log.begin(key, sent, now)


def _no_batches(error: EngineError) -> EngineError:
    return EngineError(
        "no_batches",
        f"the server takes no batches ({error}); set NIGHTDESK_TRANSPORT=messages",
        Halt(),
        status=error.status,
        request_id=error.request_id,
        latency_ms=error.latency_ms,
    )
