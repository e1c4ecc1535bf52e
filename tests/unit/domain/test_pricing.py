from datetime import UTC, datetime
from decimal import Decimal

import pytest

from domain.errors import UnknownModel
from domain.pricing import cost
from domain.settings import ModelPrice
from domain.usage import TokenUsage

RATE = Decimal("0.5")


def usd(usage, model, transport="messages", **more):
    return cost(usage, model, transport=transport, eur_per_usd=RATE, **more).usd


def test_published_example():
    """A cached request on Claude 3.7 Sonnet costs what the vendor's arithmetic says."""
    usage = TokenUsage(uncached_input_tokens=3, cache_write_5m_tokens=12_304, output_tokens=550)

    assert Decimal("0.054399") == usd(usage, "claude-3-7-sonnet-20250219")


def test_classes_are_priced_apart():
    """Each class of tokens has its own price: 2, 0.1, 2.5, 4 and 10 USD a million on Sonnet 5.5."""
    million = 1_000_000

    assert [Decimal("2"), Decimal("0.1"), Decimal("2.5"), Decimal("4"), Decimal("10")] == [
        usd(usage, "claude-sonnet-5-5")
        for usage in (
            TokenUsage(uncached_input_tokens=million),
            TokenUsage(cache_read_tokens=million),
            TokenUsage(cache_write_5m_tokens=million),
            TokenUsage(cache_write_1h_tokens=million),
            TokenUsage(output_tokens=million),
        )
    ]


def test_classes_add_up():
    """A request that uses every class costs the sum of its classes."""
    usage = TokenUsage(1_000, 2_000, 3_000, 4_000, 5_000)

    assert Decimal("0.0757") == usd(usage, "claude-sonnet-5-5")


def test_batches_are_half_price():
    """The same tokens cost half in a batch, cache included."""
    usage = TokenUsage(1_000, 2_000, 3_000, 4_000, 5_000)

    assert Decimal("0.03785") == usd(usage, "claude-sonnet-5-5", transport="batches")


def test_long_prompts_cost_more_on_haiku():
    """Past 100,000 input tokens every token of a Haiku 5.5 request costs five times as much."""
    assert Decimal("0.01") == usd(TokenUsage(uncached_input_tokens=100_000), "claude-haiku-5-5")
    assert Decimal("0.0500005") == usd(
        TokenUsage(uncached_input_tokens=100_001), "claude-haiku-5-5"
    )


def test_dated_name():
    """A model's dated name has the price of its plain one."""
    usage = TokenUsage(uncached_input_tokens=1_000_000)

    assert Decimal("2") == usd(usage, "claude-sonnet-5-5-20260901")


def test_euros():
    """EUR are USD times the rate, unrounded, and the price list is named."""
    told = cost(
        TokenUsage(uncached_input_tokens=1),
        "claude-sonnet-5-5",
        transport="messages",
        eur_per_usd=Decimal("0.8673"),
    )

    assert Decimal("0.000002") == told.usd
    assert Decimal("0.0000017346") == told.eur
    assert told.price_version == "genai-prices 0.2.3"


def test_prices_of_the_day():
    """A request is priced by the prices of its own day."""
    usage = TokenUsage(uncached_input_tokens=1_000_000)
    before = datetime(2026, 10, 1, tzinfo=UTC)

    assert Decimal("2") == usd(usage, "claude-sonnet-5-5", transport="batches", at=before)
    assert Decimal("1") == usd(usage, "claude-sonnet-5-5", transport="batches")


def test_unknown_model():
    """A model without a price is an error that names it, never a cost of 0."""
    with pytest.raises(UnknownModel, match="llama-9") as caught:
        usd(TokenUsage(output_tokens=1), "llama-9")

    assert caught.value.model == "llama-9"


def test_nothing_used():
    """A request that used nothing costs nothing."""
    assert Decimal("0") == usd(TokenUsage(), "claude-sonnet-5-5")


@pytest.mark.parametrize("transport", ["messages", "batches"])
def test_a_price_that_is_set(transport):
    """A price that is set counts for every token of the model, the same in a batch."""
    prices = {"llama-9": ModelPrice(input=Decimal("0.25"), output=Decimal("1.5"))}
    told = cost(
        TokenUsage(1_000, 200, 30, 4, 5_000),
        "llama-9",
        transport=transport,
        eur_per_usd=RATE,
        prices=prices,
    )

    assert Decimal("0.0078085") == told.usd
    assert Decimal("0.00390425") == told.eur
    assert told.price_version == "set: 0.25 in, 1.5 out"


def test_a_set_price_goes_before_the_list():
    """A model that the list knows has the price that is set; others keep theirs."""
    prices = {"claude-sonnet-5-5": ModelPrice(input=Decimal(0), output=Decimal(0))}
    used = TokenUsage(uncached_input_tokens=1_000_000)

    assert Decimal("0") == usd(used, "claude-sonnet-5-5", prices=prices)
    assert Decimal("4") == usd(used, "claude-opus-5-5", prices=prices)
