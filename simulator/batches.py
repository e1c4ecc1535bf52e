"""Message batches: taken whole, worked off in the background, read as JSON lines.

Items are validated late, as the API does it: a bad one ends as `errored`. Faults of an item show
as a batch shows them: 500 and 529 as `errored`, 429 and a drop as `expired`; bad answers and
refusals as `succeeded`. Results come in an order of their own.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from simulator.exchange import Begun, Exchange
from simulator.ids import new_id
from simulator.requests.errors import ApiError, refuse

MAX_REQUESTS = 100_000

_CUSTOM_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_SIDE_BY_SIDE = 16
_LOOK_SECONDS = 0.05
"""Seconds between looks at the clock, which a test may set by hand."""
_KINDS = ("succeeded", "errored", "canceled", "expired")


@dataclass(slots=True)
class Batch:
    """One batch.

    Attributes:
        items: custom id and parameters of each request.
        results: JSON lines, in the order they are sent in.
        counts: results by kind.
        canceled: set once cancellation was asked for.
    """

    id: str
    owner: str
    items: list[tuple[str, Any]]
    created_at: datetime
    ended_at: datetime | None = None
    cancel_initiated_at: datetime | None = None
    results: list[bytes] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    canceled: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def status(self) -> str:
        """The API's `processing_status`."""
        if self.ended_at:
            return "ended"
        return "canceling" if self.cancel_initiated_at else "in_progress"

    def describe(self, base_url: str) -> dict[str, Any]:
        """The object that stands for it in answers; tallies move only once all has ended."""
        counts = self.counts if self.ended_at else Counter[str]()
        url = f"{base_url}/v1/messages/batches/{self.id}/results"
        return {
            "id": self.id,
            "type": "message_batch",
            "processing_status": self.status,
            "request_counts": {
                "processing": 0 if self.ended_at else len(self.items),
                **{kind: counts[kind] for kind in _KINDS},
            },
            "created_at": _iso(self.created_at),
            "expires_at": _iso(self.created_at + timedelta(hours=24)),
            "ended_at": _iso(self.ended_at),
            "cancel_initiated_at": _iso(self.cancel_initiated_at),
            "archived_at": None,
            "results_url": url if self.ended_at else None,
        }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


class Batches:
    """All batches of a simulator."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._batches: dict[str, Batch] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._random = random.Random(exchange.settings.seed)  # noqa: S311 (a rehearsal's chance)

    def create(self, params: Any, owner: str) -> Batch:
        """Take a batch on and begin to work on it.

        Raises:
            ApiError: 400; the list of requests or a custom id is not what it must be.
        """
        items = _items(params)
        batch = Batch(new_id("msgbatch"), owner, items, datetime.now(UTC))
        self._batches[batch.id] = batch
        task = asyncio.create_task(self._work(batch))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return batch

    def stop(self) -> None:
        """Leave all batches as they are."""
        for task in self._tasks:
            task.cancel()

    async def _work(self, batch: Batch) -> None:
        await self._wait(batch)
        for start in range(0, len(batch.items), _SIDE_BY_SIDE):
            for custom_id, result in self._slice(batch, start):
                batch.counts[result["type"]] += 1
                line = {"custom_id": custom_id, "result": result}
                batch.results.append(json.dumps(line, ensure_ascii=False).encode() + b"\n")
            await asyncio.sleep(0)
        self._random.shuffle(batch.results)
        batch.ended_at = datetime.now(UTC)

    async def _wait(self, batch: Batch) -> None:
        """Until the work begins, or at once when the batch is canceled."""
        settings = self._exchange.settings
        until = settings.clock() + settings.batch_seconds
        while not batch.canceled.is_set() and (left := until - settings.clock()) > 0:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(min(left, _LOOK_SECONDS)):
                    await batch.canceled.wait()

    def _slice(self, batch: Batch, start: int) -> list[tuple[str, dict[str, Any]]]:
        """Results of items worked on side by side: none reads what another has just cached."""
        items = batch.items[start : start + _SIDE_BY_SIDE]
        if batch.cancel_initiated_at:
            return [(custom_id, {"type": "canceled"}) for custom_id, _ in items]
        begun = [(custom_id, self._begin(params, batch.owner)) for custom_id, params in items]
        return [
            (custom_id, self._finish(one, f"{batch.id}/{custom_id}")) for custom_id, one in begun
        ]

    def _begin(self, params: Any, owner: str) -> Begun | ApiError:
        try:
            return self._exchange.begin(params, owner, transport="batches")
        except ApiError as error:
            return error

    def _finish(self, begun: Begun | ApiError, request_id: str) -> dict[str, Any]:
        if isinstance(begun, ApiError):
            if begun.scripted and begun.status == 429:
                return {"type": "expired"}
            return {"type": "errored", "error": begun.body(new_id("req"))}
        if begun.fault == "drop":
            return {"type": "expired"}
        return {"type": "succeeded", "message": self._exchange.finish(begun, request_id).message}

    def get(self, batch_id: str, owner: str) -> Batch:
        """A batch of this owner's.

        Raises:
            ApiError: 404, there is none by this id.
        """
        batch = self._batches.get(batch_id)
        if batch is None or batch.owner != owner:
            raise ApiError(404, f"Message batch {batch_id!r} not found.")
        return batch

    def results(self, batch_id: str, owner: str) -> list[bytes]:
        """The JSON lines of an ended batch.

        Raises:
            ApiError: 404, there is no such batch; 400, it has not ended.
        """
        batch = self.get(batch_id, owner)
        if not batch.ended_at:
            raise ApiError(400, f"Message batch {batch_id!r} has not ended; it has no results yet.")
        return batch.results

    def cancel(self, batch_id: str, owner: str) -> Batch:
        """Stop a batch: what has not been worked on ends as `canceled`.

        Raises:
            ApiError: 404, there is no such batch; 400, it has ended.
        """
        batch = self.get(batch_id, owner)
        if batch.ended_at:
            raise ApiError(400, f"Message batch {batch_id!r} has ended and can't be canceled.")
        batch.cancel_initiated_at = batch.cancel_initiated_at or datetime.now(UTC)
        batch.canceled.set()
        return batch

    def delete(self, batch_id: str, owner: str) -> None:
        """Forget an ended batch.

        Raises:
            ApiError: 404, there is no such batch; 400, it has not ended.
        """
        self.results(batch_id, owner)
        del self._batches[batch_id]

    def of(self, owner: str) -> list[Batch]:
        """All batches of an owner, newest first."""
        return [batch for batch in reversed(self._batches.values()) if batch.owner == owner]

    def report(self) -> dict[str, int]:
        """Counts for the ledger: batches, requests in them, custom ids that came twice."""
        ids = Counter(custom_id for b in self._batches.values() for custom_id, _ in b.items)
        return {
            "created": len(self._batches),
            "ended": sum(1 for batch in self._batches.values() if batch.ended_at),
            "requests": ids.total(),
            "repeated_custom_ids": sum(1 for times in ids.values() if times > 1),
        }


def _items(params: Any) -> list[tuple[str, Any]]:
    if not isinstance(params, dict) or set(params) != {"requests"}:
        raise ApiError(400, "The request body must be an object with 'requests' and nothing else")
    requests = params["requests"]
    if not isinstance(requests, list) or not 1 <= len(requests) <= MAX_REQUESTS:
        refuse("requests", f"Input should be a list of 1 to {MAX_REQUESTS} requests")
    items = []
    for number, request in enumerate(requests):
        if not isinstance(request, dict) or set(request) != {"custom_id", "params"}:
            refuse(f"requests.{number}", "Input should be an object of 'custom_id' and 'params'")
        custom_id = request["custom_id"]
        if not isinstance(custom_id, str) or not _CUSTOM_ID.fullmatch(custom_id):
            refuse(f"requests.{number}.custom_id", f"must match ^{_CUSTOM_ID.pattern}$")
        items.append((custom_id, request["params"]))
    if len({custom_id for custom_id, _ in items}) < len(items):
        refuse("requests", "custom_id must be unique within a batch")
    return items
