"""Batches that are out: followed to their end, their results given to whoever waits for them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from domain.decisions import Halt, Outage, Retry
from domain.errors import EngineError
from domain.requests.batch import BatchRecord
from engines.batch_log import LogInThread
from engines.claude.batches.api import BatchApi, Description
from engines.claude.batches.items import BatchRequest, Item
from engines.claude.batches.timing import BatchTiming
from engines.clock import Clock
from engines.limits.backoff import delay
from engines.limits.limiter import Limiter
from engines.online.retrying import BATCHES, patiently
from engines.waiting import ENDING

SKEW = timedelta(minutes=5)
"""How far the vendor's clock may be behind ours."""

NOT_FOUND = 404

TRIES = 8
"""Tries in a row that bring nothing, after which those who wait are told so."""


@dataclass(slots=True, eq=False)
class _Batch:
    """A batch that is out, and who waits for it, by custom id."""

    record: BatchRecord
    requests: dict[str, BatchRequest] = field(default_factory=dict)

    def add(self, request: BatchRequest) -> None:
        there = self.requests.setdefault(request.custom_id, request)
        there.items.update(request.items)

    def taken_out(self) -> list[Item]:
        """All who wait; they wait for something else from now on."""
        items = [item for request in self.requests.values() for item in request.items.values()]
        self.requests.clear()
        return items


class Following:
    """All batches that this process waits for.

    A batch of which it is not known whether it was created is looked for among those the vendor
    has: one that was created after it was begun, holds as many requests and is none that we know.
    Whether it is the right one its custom ids show once it has ended, and if it is another lost
    one of ours, they show which.

    A batch that is not found by its id is looked for again and among all others, since the API
    may not know one yet that it has just taken. Whatever goes wrong in asking after a batch says
    nothing of its requests: they are out, and are never sent again because of it.

    Args:
        api: the vendor's endpoints.
        log: which requests went out in which batch.
        send_again: takes requests that were never sent or whose results are gone for good.
        limiter: where calls wait while the API is away.
        clock: the time.
        uniform: a random number from 0 to 1, for delays.
        timing: how long to wait for what.
    """

    def __init__(
        self,
        api: BatchApi,
        log: LogInThread,
        send_again: Callable[[Iterable[Item]], None],
        *,
        limiter: Limiter,
        clock: Clock,
        uniform: Callable[[], float],
        timing: BatchTiming,
    ) -> None:
        self._api = api
        self._limiter = limiter
        self._log = log
        self._send_again = send_again
        self._clock = clock
        self._uniform = uniform
        self._timing = timing
        self._batches: dict[str, _Batch] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._searching = asyncio.Lock()
        self._refuted: set[tuple[str, str]] = set()

    def follow(self, record: BatchRecord, requests: Iterable[BatchRequest]) -> None:
        """Wait for a batch on behalf of who waits for some of its requests."""
        batch = self._batches.get(record.key)
        if batch is None:
            batch = self._batches[record.key] = _Batch(record)
            task = asyncio.create_task(self._run(batch))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        for request in requests:
            batch.add(request)

    async def close(self) -> None:
        """Stop waiting; what is out stays in the log."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _run(self, batch: _Batch) -> None:
        try:
            while batch.requests:
                if batch.record.batch_id is None and not await self._found(batch):
                    await self._give_back(batch)
                    break
                ended = await self._ended(batch)
                if ended is None:
                    await self._give_back(batch)
                    break
                await self._read(batch, ended)
        except BaseException as error:  # whatever it is, nobody may wait for good
            told = _still_out(error) if isinstance(error, EngineError) else error
            for request in batch.requests.values():
                request.fail(told)
            if isinstance(error, ENDING):
                raise
        finally:
            del self._batches[batch.record.key]

    async def _found(self, batch: _Batch) -> bool:
        """Look for a batch that may have been created; whether one was found."""
        looked = 0.0
        while True:
            async with self._searching:
                record = batch.record
                if record.batch_id is not None:  # another's results showed which it is
                    return True
                created = await self._created(batch)
                known = await self._log.do(lambda log: log.batch_ids())
                for found in created:
                    refuted = (record.key, found.id) in self._refuted
                    if found.count == record.count and found.id not in known and not refuted:
                        await self._name(record.key, found.id)
                        return True
            pause = await self._paused(looked)
            if pause is None:
                return False
            looked += pause

    async def _created(self, batch: _Batch) -> list[Description]:
        """All batches that the vendor lists since shortly before this one was begun."""
        return await patiently(
            lambda: self._api.created_since(batch.record.begun_at - SKEW),
            ("list", batch.record.key),
            limiter=self._limiter,
            clock=self._clock,
            uniform=self._uniform,
            tries=TRIES,
        )

    async def _paused(self, looked: float) -> float | None:
        """Wait before the next look for a batch; None where it was looked for long enough.

        Args:
            looked: the seconds between the looks so far: while the API is away, nobody looks.

        Returns:
            the seconds of this pause.
        """
        rest = self._timing.search - looked
        if rest <= 0:
            return None
        pause = min(rest, self._timing.pause(looked))
        await self._clock.sleep(pause)
        return pause

    async def _name(self, key: str, batch_id: str | None) -> None:
        await self._log.do(lambda log: log.name(key, batch_id))
        if batch := self._batches.get(key):
            batch.record = replace(batch.record, batch_id=batch_id)

    async def _give_back(self, batch: _Batch) -> None:
        """Forget a batch that is not there, so that its requests go out again."""
        key = batch.record.key
        await self._log.do(lambda log: log.forget_batch(key))
        self._send_again(batch.taken_out())

    async def _ended(self, batch: _Batch) -> Description | None:
        """The batch once it has ended; None where it is gone, or its results are."""
        missed = 0.0
        while True:
            found = await self._described(batch)
            if found is None or (found.has_ended and found.results_url is None):
                pause = await self._paused(missed)
                if pause is None:
                    return None
                missed += pause
                continue
            if found.has_ended:
                return found
            missed = 0.0
            age = self._ms_since(batch.record.begun_at) / 1000
            await self._clock.sleep(self._timing.pause(age))

    async def _described(self, batch: _Batch) -> Description | None:
        """The batch as it stands; None where it is neither found by its id nor in the list."""
        batch_id = batch.record.batch_id or ""
        try:
            return await patiently(
                lambda: self._api.describe(batch_id),
                ("look", batch_id),
                limiter=self._limiter,
                clock=self._clock,
                uniform=self._uniform,
            )
        except EngineError as error:
            if error.status != NOT_FOUND:
                raise
        listed = await self._created(batch)
        return next((found for found in listed if found.id == batch_id), None)

    async def _read(self, batch: _Batch, ended: Description) -> None:
        """Give out the results of a batch, however often its stream of results breaks off."""
        wanted = set(batch.requests)
        seen: set[str] = set()
        failed: dict[BatchRequest, EngineError] = {}
        faults = 0
        while len(seen) < ended.count:
            before = len(seen)
            broken = await self._read_once(batch, ended.id, seen, failed)
            if len(seen) >= ended.count:
                break
            if broken is not None and isinstance(broken.decision, Outage):
                continue  # the gate holds the next try
            faults = 1 if len(seen) > before else faults + 1
            if faults == TRIES:
                raise broken or EngineError(
                    "broken_response",
                    f"{ended.id} has {ended.count} requests, its results only {len(seen)}",
                    Retry(),
                )
            await self._clock.sleep(delay(faults, self._uniform))
        if wanted and not wanted & seen:
            await self._refute(batch, ended.id, seen)
        else:
            await self._settle(batch, wanted - seen, failed)

    async def _read_once(
        self, batch: _Batch, batch_id: str, seen: set[str], failed: dict[BatchRequest, EngineError]
    ) -> EngineError | None:
        """Read results until their stream ends or breaks off; with what, where it does."""
        async with self._limiter.passage(BATCHES, 0, ("results", batch_id)) as passage:
            try:
                await self._take(batch, batch_id, seen, failed)
            except EngineError as error:
                broken = passage.failed(error, {})
            else:
                passage.answered({})
                return None
        if isinstance(broken.decision, Halt):
            self._limiter.shut(str(broken))
            raise broken
        return broken

    async def _take(
        self, batch: _Batch, batch_id: str, seen: set[str], failed: dict[BatchRequest, EngineError]
    ) -> None:
        """Give out results as they come in."""
        async for result in self._api.results(batch_id):
            request = batch.requests.get(result.custom_id)
            if request is not None and result.custom_id not in seen:
                if isinstance(result.answer, EngineError):
                    failed[request] = result.answer
                else:
                    del batch.requests[request.custom_id]
                    began = batch.record.begun_at
                    request.deliver(
                        result.answer.reply(
                            request.question,
                            request_id=f"{batch_id}/{request.custom_id}",
                            started_at=began,
                            latency_ms=self._ms_since(began),
                            simulated=result.simulated,
                        )
                    )
            seen.add(result.custom_id)

    def _ms_since(self, moment: datetime) -> int:
        return round((self._clock.now() - moment).total_seconds() * 1000)

    async def _refute(self, batch: _Batch, batch_id: str, custom_ids: set[str]) -> None:
        """Let go of a batch that is another than the one looked for; it may be a lost one too."""
        key = batch.record.key
        self._refuted.add((key, batch_id))
        if batch.record.batch_id == batch_id:
            await self._name(key, None)
        others = await self._log.do(lambda log: log.find(custom_ids))
        for other in {entered.record.key for entered in others.values()}:
            await self._name(other, batch_id)

    async def _settle(
        self, batch: _Batch, missing: set[str], failed: dict[BatchRequest, EngineError]
    ) -> None:
        """Deal with what has no message, once all results were read."""
        # Nothing was paid for these, and they are to go out again if they are asked again.
        gone = [batch.requests[custom_id] for custom_id in missing]
        free = {item.custom_id for one in (*gone, *failed) for item in one.items.values()}
        await self._log.do(lambda log: log.forget_items(free))
        for request, error in failed.items():
            del batch.requests[request.custom_id]
            request.fail(error)
        for request in gone:
            del batch.requests[request.custom_id]
            self._send_again(request.items.values())


def _still_out(error: EngineError) -> EngineError:
    """What a failure to fetch a batch's answers means for each of its requests: ask later."""
    if isinstance(error.decision, Halt):
        error.unsent = False  # what was not sent asked after them; they are out
        return error
    return EngineError(
        "batch_unread",
        f"the batch it is in can't be read at present ({error.kind}: {error})",
        Retry(),
        status=error.status,
        request_id=error.request_id,
        latency_ms=error.latency_ms,
    )
