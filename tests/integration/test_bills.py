"""What the ledger enters where an engine's bill can't be right, or another model answered."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any
from urllib.parse import urljoin
from urllib.request import urlopen

import pytest

from domain.document.segment_windows import Ids
from domain.job.job import Step
from domain.job.segment import SegmentStatus
from domain.usage import TokenUsage
from simulator.ledger import TOKEN_CLASSES as CLASSES
from simulator.replies.reply import USAGES
from tasks.qa import QA
from tasks.requests.asking import ask
from tasks.requests.grouping import Further
from tasks.session.job_session import JobSession
from tasks.translator import TRANSLATOR, translation_question
from tests.integration.conftest import Sessions, take_through
from tests.vendors import Vendor, for_both

FIVE = "\n\n".join(f"Sentence {name} is here." for name in ("one", "two", "three", "four", "five"))
EVERYONE = (0, 1, 2, 3, 4)
NO_CACHE = {"prompt_cache": False, "eur_per_usd": Decimal("0.5"), "fx_date": "2026-11-01"}


def simulated(session: JobSession) -> Any:
    """The simulator's own count."""
    engine: Any = session.run.engine
    with urlopen(urljoin(str(engine._sdk.base_url), "/_simulator/ledger")) as response:
        return json.load(response)


def at_prices(usage: TokenUsage, prices: tuple[str, str, str]) -> Decimal:
    """USD, by prices a million tokens: of input, of what is written to the cache, of output."""
    price_in, price_write, price_out = map(Decimal, prices)
    inside = price_in * usage.uncached_input_tokens + price_write * usage.cache_write_5m_tokens
    return (inside + price_out * usage.output_tokens) / Decimal(1_000_000)


async def translated(session: JobSession) -> None:
    await take_through(TRANSLATOR, session, *EVERYONE)
    await session.commit()


@for_both
@pytest.mark.parametrize("usage", USAGES)
async def test_a_usage_that_can_not_be(in_session: Sessions, vendor: Vendor, usage: str) -> None:
    """It is entered as such at the worst case, and the answer is used: nothing is asked again."""
    script = f'[[rule]]\nevent = "usage"\nusage = "{usage}"\n'
    async with in_session(FIVE, script, **NO_CACHE) as session:
        await translated(session)
        record = session.run.lake.load(session.job.job_id)
        counted = simulated(session)["totals"]

    assert [s.status for s in session.segments.values()] == [SegmentStatus.TRANSLATED] * 5
    (call,) = record.calls
    assert (call.task, call.outcome) == ("translate", "wrong_usage")
    assert call.stop_reason == vendor.ends[0]
    assert counted["requests"] == 1
    assert call.usage.output_tokens > counted["output_tokens"] > 0
    assert call.usage.input_tokens > counted["uncached_input_tokens"] > 0
    assert call.cost_usd == at_prices(call.usage, vendor.prices)
    assert call.cost_eur == call.cost_usd / 2 > 0
    assert call.price_version == "genai-prices 0.2.3; worst case"
    (error,) = record.errors
    assert error.type == "wrong_usage"
    assert error.message.endswith(
        "; the answer is used, and the request is entered at its worst case"
    )


async def test_a_usage_that_can_not_be_in_a_batch(in_session: Sessions) -> None:
    """In a batch it is the same: the answer is used, and its request goes out once."""
    script = '[[rule]]\nevent = "usage"\n'
    async with in_session(FIVE, script, transport="batches", **NO_CACHE) as session:
        await translated(session)
        record = session.run.lake.load(session.job.job_id)
        batches = simulated(session)["batches"]
    (call,) = record.calls
    assert (call.outcome, call.transport) == ("wrong_usage", "batches")
    assert call.cost_usd == (call.usage.input_tokens + 5 * call.usage.output_tokens) / Decimal(
        1_000_000
    )
    assert (batches["created"], batches["requests"]) == (1, 1)


@for_both
async def test_a_wrong_usage_is_told_once_a_job(in_session: Sessions) -> None:
    """Each request has its row; the error log says it once."""
    script = '[[rule]]\nevent = "usage"\n'
    async with in_session(FIVE, script, pack_segments=1) as session:
        await translated(session)
        record = session.run.lake.load(session.job.job_id)
    assert [c.outcome for c in record.calls] == ["wrong_usage"] * 5
    assert [e.message.partition(";")[0] for e in record.errors] == [
        "the answer came without a count of its tokens"
    ]


@for_both
@pytest.mark.parametrize("usage", USAGES)
async def test_where_tokens_cost_nothing(in_session: Sessions, vendor: Vendor, usage: str) -> None:
    """A server whose tokens are free may count as it likes."""
    script = f'[[rule]]\nevent = "usage"\nusage = "{usage}"\n'
    prices = {vendor.translator: {"input": "0", "output": "0"}}
    async with in_session(FIVE, script, prices=prices) as session:
        await translated(session)
        record = session.run.lake.load(session.job.job_id)
    assert [(c.outcome, c.cost_eur) for c in record.calls] == [("ok", Decimal(0))]
    assert record.errors == ()


@for_both
async def test_another_model_answers(in_session: Sessions, vendor: Vendor) -> None:
    """The one that answered is priced, and the difference told."""
    other, prices = vendor.other
    script = f'[[rule]]\nevent = "model"\nmodel = "{other}"\n'
    async with in_session(FIVE, script, **NO_CACHE) as session:
        await translated(session)
        record = session.run.lake.load(session.job.job_id)
    (call,) = record.calls
    assert (call.model, call.answered_model) == (vendor.translator, other)
    assert call.cost_usd == at_prices(call.usage, prices)
    assert [(e.type, e.message) for e in record.errors] == [
        (
            "other_model",
            f"{other} answered, though {vendor.translator} was asked; "
            f"it is entered at the price of {other}",
        )
    ]


@for_both
@pytest.mark.parametrize("written", ["{snapshot}", "vendor/{translator}"])
async def test_the_same_model_by_another_name(
    in_session: Sessions, vendor: Vendor, written: str
) -> None:
    """A snapshot's date, or a vendor before the name, makes no other model."""
    name = written.format(snapshot=vendor.snapshot, translator=vendor.translator)
    script = f'[[rule]]\nevent = "model"\nmodel = "{name}"\n'
    async with in_session(FIVE, script, **NO_CACHE) as session:
        await translated(session)
        record = session.run.lake.load(session.job.job_id)
    (call,) = record.calls
    assert call.cost_usd == at_prices(call.usage, vendor.prices)
    assert record.errors == ()


@for_both
@pytest.mark.parametrize("priced", [False, True])
async def test_a_model_nobody_knows_answers(
    in_session: Sessions, vendor: Vendor, priced: bool
) -> None:
    """It costs what was asked for; that is told, unless a price that is set says so too."""
    script = '[[rule]]\nevent = "model"\nmodel = "qwen-3-coder.gguf"\n'
    prices = {vendor.translator: {"input": "2", "output": "10"}}
    settings = {**NO_CACHE, "prices": prices if priced else {}}
    async with in_session(FIVE, script, **settings) as session:
        await translated(session)
        record = session.run.lake.load(session.job.job_id)
    (call,) = record.calls
    used = call.usage
    set_price = (2 * used.input_tokens + 10 * used.output_tokens) / Decimal(1_000_000)
    assert call.cost_usd == (set_price if priced else at_prices(used, vendor.prices))
    assert len(record.errors) == (0 if priced else 1)


@pytest.mark.parametrize(
    "faults",
    [
        {"poll_404": 3, "list_late": 2},
        {"create_lost": 1, "list_late": 2},
        {"create_500": 1, "poll_lost": 2, "results_cut": 3},
        {"results_404": 10},
    ],
    ids=lambda faults: " ".join(faults),
)
async def test_each_item_of_a_batch_is_paid_once(
    in_session: Sessions, faults: dict[str, int]
) -> None:
    """Whatever befalls a batch on its way, no request goes out twice, and the ledger is right."""
    batches = {"batch_faults": faults, "batch_seconds": 0.05}
    settings = {"transport": "batches", "pack_segments": 1}
    async with in_session(FIVE, simulator=batches, **settings) as session:
        await asyncio.gather(*(take_through(TRANSLATOR, session, number) for number in EVERYONE))
        await take_through(QA, session, *EVERYONE)
        record = session.run.lake.load(session.job.job_id)
        counted = simulated(session)

    assert [s.status for s in session.segments.values()] == [SegmentStatus.QA_PASSED] * 5
    assert counted["batches"]["requests"] == 10
    assert counted["batches"]["repeated_custom_ids"] == 0
    assert sum((c.usage for c in record.calls), TokenUsage()) == TokenUsage(
        **{name: counted["totals"][name] for name in CLASSES}
    )


@for_both
async def test_true_usage_is_entered_as_told(in_session: Sessions) -> None:
    """An answer that counts right is entered token for token."""
    async with in_session(FIVE) as session:
        await translated(session)
        record = session.run.lake.load(session.job.job_id)
        counted = simulated(session)["totals"]
    (call,) = record.calls
    assert call.outcome == "ok"
    assert call.usage == TokenUsage(**{name: counted[name] for name in CLASSES})


def unreadable(_: Any) -> None:
    raise IndexError("nobody foresaw")


@for_both
@pytest.mark.parametrize("read", [unreadable, lambda _: None])
async def test_what_a_fault_of_ours_loses(
    in_session: Sessions, read: Callable[[Any], None]
) -> None:
    """An answer that is paid for and lost on a fault of ours is in the ledger, once."""

    async def work(session: JobSession, ids: Ids) -> list[Further]:
        await ask(session, Step.TRANSLATOR, ids, translation_question(session, ids), read)
        raise MemoryError

    async with in_session(FIVE, **NO_CACHE) as session:
        with pytest.raises((IndexError, MemoryError)):
            await take_through(replace(TRANSLATOR, work=work), session, *EVERYONE)
        await session.commit()
        record = session.run.lake.load(session.job.job_id)
        counted = simulated(session)["totals"]

    (call,) = record.calls
    assert (call.task, call.outcome, counted["requests"]) == ("translate", "unused", 1)
    assert call.usage.output_tokens == counted["output_tokens"] == record.job.usage.output_tokens
    assert call.cost_usd > 0
