from datetime import UTC, datetime
from decimal import Decimal

import pytest

from domain.cost.pricing import cost, is_same_model, priced_as, provider_of
from domain.errors import UnknownModel
from domain.settings import ModelPrice, Settings
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
    usage = TokenUsage(uncached_input_tokens=300_000)
    before = datetime(2026, 3, 1, tzinfo=UTC)

    assert Decimal("3") == usd(usage, "claude-opus-4-6", at=before)
    assert Decimal("1.5") == usd(usage, "claude-opus-4-6")


def test_batches_of_a_day_without_a_price_for_them():
    """The list has no price in batches for each day that it has a full one for."""
    usage = TokenUsage(uncached_input_tokens=1_000_000)

    assert Decimal("1") == usd(usage, "claude-sonnet-5-5", transport="batches")
    with pytest.raises(UnknownModel):
        usd(usage, "claude-sonnet-5-5", transport="batches", at=datetime(2026, 10, 1, tzinfo=UTC))


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


@pytest.mark.parametrize("model", ["claude-opus-4-1", "claude-3-5-haiku-latest"])
def test_a_model_without_a_price_in_batches(model):
    """The list would give such a model's full price without a word; here it is an error."""
    usage = TokenUsage(uncached_input_tokens=1_000_000)

    assert usd(usage, model) > 0
    with pytest.raises(UnknownModel, match="no price in batches is known for the model") as caught:
        usd(usage, model, transport="batches")
    assert "Set NIGHTDESK_TRANSPORT=messages" in str(caught.value)


def test_every_current_model_has_a_price_in_batches():
    """Each model that nights are likely to ask costs half in batches."""
    usage = TokenUsage(uncached_input_tokens=1_000)

    for model in ("claude-sonnet-5-5", "claude-haiku-5-5", "claude-opus-5-5", "claude-fable-5-2"):
        assert usd(usage, model, transport="batches") == usd(usage, model) / 2


def test_a_prompt_over_100_000_tokens():
    """A tier goes by one request's tokens: two of 60,000 cost less than one of 120,000."""
    one = usd(TokenUsage(uncached_input_tokens=120_000), "claude-haiku-5-5")
    two = 2 * usd(TokenUsage(uncached_input_tokens=60_000), "claude-haiku-5-5")

    assert one == 5 * two


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("claude-x", "claude-x", True),
        ("claude-x", "claude-x-20261001", True),
        ("claude-x-20261001", "claude-x", True),
        ("claude-x-latest", "claude-x", True),
        ("claude-x", "anthropic/claude-x", True),
        ("claude-x", "anthropic.claude-x-20261001-v1:0", True),
        ("claude-x", "us.anthropic.claude-x-20261001-v1:0", True),
        ("claude-x", "bedrock/global.anthropic.claude-x", True),
        ("claude-x-20261001", "claude-x-20260101", False),
        ("claude-x", "claude-x-5", False),
        ("gpt-x", "gpt-x-2026-10-01", True),
        ("gpt-x-2026-10-01", "gpt-x-2026-01-01", False),
        ("claude-sonnet-5-5", "claude-opus-5-5", False),
    ],
)
def test_names_of_one_model(one, other, same):
    """A date or a vendor makes no other model; another version or line does."""
    assert is_same_model(one, other) is same


def test_whose_price_counts():
    """The one that answered, where its price is known; else the one that was asked."""
    prices = {"llama-9": ModelPrice(input=Decimal(1), output=Decimal(1))}

    def told(asked, answered, transport="messages"):
        return priced_as(asked, answered, transport=transport, prices=prices)

    assert told("claude-sonnet-5-5", "claude-opus-5-5") == "claude-opus-5-5"
    assert told("claude-sonnet-5-5", "llama-9") == "llama-9"
    assert told("claude-sonnet-5-5", "claude-sonnet-5-5-20260915") == "claude-sonnet-5-5"
    assert told("llama-9", "some.gguf") == "llama-9"
    assert told("claude-opus-5-5", "claude-opus-4-1", "batches") == "claude-opus-5-5"


@pytest.mark.parametrize(
    ("settings", "provider"),
    [
        ({}, "anthropic"),
        ({"provider": "aws"}, "aws"),
        ({"engine": "openai"}, "openai"),
        ({"engine": "openai", "openai_base_url": "https://openrouter.ai/api/v1"}, "openrouter"),
        ({"engine": "openai", "openai_base_url": "https://api.deepseek.com"}, "deepseek"),
        ({"engine": "openai", "openai_base_url": "http://127.0.0.1:8000/v1"}, None),
        (
            {
                "engine": "openai",
                "openai_base_url": "http://127.0.0.1:8000/v1",
                "provider": "mistral",
            },
            "mistral",
        ),
    ],
)
def test_who_sells_the_tokens(settings, provider):
    """The settings say it, or the server's address; of this machine nobody is known."""
    models = {"translator_model": "m", "qa_model": "m"}
    assert provider_of(Settings.model_validate({**models, **settings})) == provider


def test_another_vendors_price():
    """A model is priced by the list of who sells it; what was cached costs a tenth there."""
    usage = TokenUsage(uncached_input_tokens=1_000_000, cache_read_tokens=1_000_000)
    assert Decimal("0.275") == usd(usage, "gpt-5-mini", provider="openai")


@pytest.mark.parametrize(
    ("provider", "where"), [(None, "a server that the price list doesn't know"), ("foo", "foo")]
)
def test_a_server_nobody_knows(provider, where):
    """A model of the list's is not priced by it where another may answer in its name."""
    with pytest.raises(UnknownModel, match=f"for the model 'gpt-5-mini' at {where}; its cost"):
        usd(TokenUsage(), "gpt-5-mini", provider=provider)
