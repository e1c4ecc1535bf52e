"""What a request cost, by the price list that genai-prices ships or by a price that is set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

import genai_prices

from domain.errors import UnknownModel
from domain.settings import ModelPrice
from domain.usage import TokenUsage

PROVIDER = "anthropic"
PRICE_VERSION = f"genai-prices {genai_prices.__version__}"
_BATCH = {"processing": "batch"}
_MILLION = Decimal(1_000_000)
_NONE_SET: Mapping[str, ModelPrice] = {}
_LATEST = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Cost:
    """Money, unrounded.

    Attributes:
        usd: in USD.
        eur: in EUR.
        price_version: the price list it was told by.
    """

    usd: Decimal
    eur: Decimal
    price_version: str


FREE = Cost(Decimal(0), Decimal(0), "free")
"""What an engine's answers cost that has no price, such as one on this machine."""


def cost(
    usage: TokenUsage,
    model: str,
    *,
    transport: str,
    eur_per_usd: Decimal,
    at: datetime | None = None,
    prices: Mapping[str, ModelPrice] = _NONE_SET,
) -> Cost:
    """What one request cost.

    The list is the snapshot inside the package: nothing is fetched. Tiers go by the tokens of a
    request, so a sum of requests must be priced one by one.

    Args:
        usage: tokens of that one request.
        model: the model that answered, as the vendor names it.
        transport: `batches` is priced as a batch, anything else as a request of its own.
        eur_per_usd: EUR for one USD.
        at: when it was made, since prices change; None takes the latest prices of the list.
        prices: prices that are set; they go before the list's, and are the same in a batch.

    Raises:
        UnknownModel: neither is a price set for it nor has the list one.
    """
    if model in prices:
        return _at_set_price(usage, prices[model], eur_per_usd)
    tokens = genai_prices.Usage(
        input_tokens=usage.input_tokens,
        cache_read_tokens=usage.cache_read_tokens,
        cache_write_tokens=usage.cache_write_tokens,
        cache_write_1h_tokens=usage.cache_write_1h_tokens,
        output_tokens=usage.output_tokens,
    )
    try:
        price = genai_prices.calc_price(
            tokens,
            model,
            provider_id=PROVIDER,
            genai_request_timestamp=at or _LATEST,
            price_context=_BATCH if transport == "batches" else None,
        )
    except LookupError:
        raise UnknownModel(model) from None
    return Cost(price.total_price, price.total_price * eur_per_usd, PRICE_VERSION)


def _at_set_price(usage: TokenUsage, price: ModelPrice, eur_per_usd: Decimal) -> Cost:
    usd = (price.input * usage.input_tokens + price.output * usage.output_tokens) / _MILLION
    version = f"set: {price.input:f} in, {price.output:f} out"
    return Cost(usd, usd * eur_per_usd, version)
