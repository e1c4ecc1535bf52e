"""Message batches of the simulator, asked for by the real SDK."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import anthropic
import pytest
from anthropic.types.messages import MessageBatch, MessageBatchIndividualResponse

from simulator.replies.script import read_script

Start = Callable[..., anthropic.AsyncAnthropic]
Seen = Callable[..., Any]


def _item(custom_id: str, text: str, **changes: Any) -> Any:
    question = {
        "task": "translate",
        "source_lang": "de",
        "target_lang": "en",
        "segments": [f"0|{text}"],
    }
    params = {
        "model": "claude-haiku-5-5",
        "max_tokens": 2000,
        "thinking": {"type": "disabled"},
        "messages": [{"role": "user", "content": json.dumps(question)}],
        **changes,
    }
    return {"custom_id": custom_id, "params": params}


async def _ended(client: anthropic.AsyncAnthropic, batch_id: str) -> MessageBatch:
    while True:
        batch = await client.messages.batches.retrieve(batch_id)
        if batch.processing_status == "ended":
            return batch
        await asyncio.sleep(0.01)


async def _results(
    client: anthropic.AsyncAnthropic, batch_id: str
) -> dict[str, MessageBatchIndividualResponse]:
    stream = await client.messages.batches.results(batch_id)
    return {result.custom_id: result async for result in stream}


async def test_end_to_end(start: Start, seen: Seen) -> None:
    """A batch is taken, worked off and read; a bad item errs alone, and usage says `batch`."""
    client = start()
    items = [_item(f"s-{n}", f"Satz {n}.") for n in range(40)]
    items.append(_item("bad", "Satz.", temperature=1))
    created = await client.messages.batches.create(requests=items)
    assert (created.processing_status, created.results_url) == ("in_progress", None)
    assert created.request_counts.processing == 41
    batch = await _ended(client, created.id)
    counts = batch.request_counts
    assert (counts.processing, counts.succeeded, counts.errored) == (0, 40, 1)
    results = await _results(client, batch.id)
    assert len(results) == 41
    bad = results["bad"].result
    assert bad.type == "errored"
    assert bad.error.error.type == "invalid_request_error"
    good = results["s-7"].result
    assert good.type == "succeeded"
    assert good.message.usage.service_tier == "batch"
    assert list(results) != [item["custom_id"] for item in items]
    ledger = await seen(client)
    row = next(row for row in ledger["rows"] if row["task"] == "translate")
    assert (row["transport"], row["requests"]) == ("batches", 40)
    assert ledger["batches"] == {
        "created": 1,
        "ended": 1,
        "requests": 41,
        "repeated_custom_ids": 0,
    }


async def test_cache_in_batches(start: Start, seen: Seen) -> None:
    """Items worked on side by side miss the cache, later ones read it."""
    client = start()
    control = {"type": "ephemeral", "ttl": "1h"}
    system = [{"type": "text", "text": "Say. " * 4000, "cache_control": control}]
    items = [_item(f"s-{n}", f"Satz {n}.", system=system) for n in range(20)]
    batch = await client.messages.batches.create(requests=items)
    await _ended(client, batch.id)
    totals = (await seen(client))["totals"]
    assert totals["cache_write_1h_tokens"] == 16 * 5000
    assert totals["cache_read_tokens"] == 4 * 5000


async def test_cancel(start: Start, seen: Seen) -> None:
    """A batch canceled before its work began ends at once, and costs nothing."""
    client = start(batch_seconds=60, clock=lambda: 0.0)
    batch = await client.messages.batches.create(requests=[_item("a", "Ja.")])
    canceling = await client.messages.batches.cancel(batch.id)
    assert canceling.processing_status == "canceling"
    assert (await _ended(client, batch.id)).request_counts.canceled == 1
    assert (await _results(client, batch.id))["a"].result.type == "canceled"
    assert (await seen(client))["totals"]["output_tokens"] == 0
    with pytest.raises(anthropic.BadRequestError):
        await client.messages.batches.cancel(batch.id)


async def test_told_items(start: Start) -> None:
    """Scripted faults show in a batch as the API shows them."""
    events = ["refuse", "drop", "status", "broken"]
    rules = [f'[[rule]]\nmatch = "{event}"\nevent = "{event}"' for event in events]
    client = start(rules=read_script("\n".join(rules)))
    items = [_item(event, event) for event in (*events, "nothing")]
    batch = await client.messages.batches.create(requests=items)
    await _ended(client, batch.id)
    results = await _results(client, batch.id)
    assert {name: result.result.type for name, result in results.items()} == {
        "refuse": "succeeded",
        "drop": "expired",
        "status": "errored",
        "broken": "succeeded",
        "nothing": "succeeded",
    }
    refused = results["refuse"].result
    assert refused.type == "succeeded"
    assert refused.message.stop_reason == "refusal"


@pytest.mark.parametrize(
    "items",
    [
        [],
        [_item("a b", "Ja.")],
        [_item("x" * 65, "Ja.")],
        [_item("a", "Ja."), _item("a", "Nein.")],
        [{"custom_id": "a"}],
    ],
)
async def test_refused_batches(start: Start, seen: Seen, items: Any) -> None:
    """A batch without items, with bad or repeated custom ids, or without parameters is a 400."""
    client = start()
    with pytest.raises(anthropic.BadRequestError):
        await client.messages.batches.create(requests=items)
    assert (await seen(client))["violations"]["count"] == 1


async def test_lists(start: Start) -> None:
    """Batches are listed newest first, in pages; another key sees none of them."""
    client = start()
    created = [
        (await client.messages.batches.create(requests=[_item("a", "Ja.")])).id for _ in range(5)
    ]
    listed = [batch.id async for batch in client.messages.batches.list(limit=2)]
    assert listed == created[::-1]
    newer = await client.messages.batches.list(before_id=created[0], limit=2)
    assert [batch.id for batch in newer.data] == [created[2], created[1]]
    assert newer.has_more
    other = client.with_options(api_key="sk-sim-other")
    assert (await other.messages.batches.list()).data == []
    with pytest.raises(anthropic.NotFoundError):
        await other.messages.batches.retrieve(created[0])


async def test_delete_and_early_results(start: Start) -> None:
    """Results come only at the end; a deleted batch is gone."""
    now = [0.0]
    client = start(batch_seconds=60, clock=lambda: now[0])
    batch = await client.messages.batches.create(requests=[_item("a", "Ja.")])
    with pytest.raises(anthropic.AnthropicError, match="results_url"):
        await client.messages.batches.results(batch.id)
    with pytest.raises(anthropic.BadRequestError):
        await client.messages.batches.delete(batch.id)
    now[0] = 60.0
    await _ended(client, batch.id)
    assert (await client.messages.batches.delete(batch.id)).type == "message_batch_deleted"
    with pytest.raises(anthropic.NotFoundError):
        await client.messages.batches.retrieve(batch.id)
