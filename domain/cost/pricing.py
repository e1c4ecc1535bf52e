"""What a request cost, by the price list that genai-prices ships or by a price that is set.

The list gives the full price where it has none for a batch, and where it does not know what it is
asked about a price; both without a word. So each is asked about before it is believed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache

import genai_prices
from genai_prices.data_snapshot import get_snapshot

from domain.errors import UnknownModel
from domain.settings import OPENAI_BASE_URL, ModelPrice, Settings
from domain.usage import TokenUsage

ANTHROPIC = "anthropic"
"""The vendor of Claude, as the list names it."""

NOBODY = "a server that the price list doesn't know"

PRICE_VERSION = f"genai-prices {genai_prices.__version__}"
_BATCH = {"processing": "batch"}
_PROBE = genai_prices.Usage(input_tokens=1_000, output_tokens=1_000)
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
    provider: str | None = ANTHROPIC,
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
        provider: who sells its tokens, as the list names them; None where nobody in it does.

    Raises:
        UnknownModel: neither is a price set for it nor has the list one, or none in batches.
    """
    if model in prices:
        return _at_set_price(usage, prices[model], eur_per_usd)
    if provider is None:
        raise UnknownModel(model, provider=NOBODY)
    is_batch, when = transport == "batches", at or _LATEST
    if is_batch and not _has_batch_price(model, provider, when.date()):
        raise UnknownModel(model, in_batches=True)
    tokens = genai_prices.Usage(
        input_tokens=usage.input_tokens,
        cache_read_tokens=usage.cache_read_tokens,
        cache_write_tokens=usage.cache_write_tokens,
        cache_write_1h_tokens=usage.cache_write_1h_tokens,
        output_tokens=usage.output_tokens,
    )
    usd = _listed(tokens, model, provider, when, is_batch=is_batch)
    return Cost(usd, usd * eur_per_usd, PRICE_VERSION)


def provider_of(settings: Settings, engine: str = "") -> str | None:
    """Who sells an engine's tokens, as the list names them; None: nobody in it.

    Where the settings don't say, the server's address does. What they say is of the engine that is
    set, or of the only one that is asked.

    Args:
        engine: who is asked; nothing is the engine of the first model that translates.
    """
    engine = engine or settings.translators[0].engine
    if settings.provider is not None and (engine == settings.engine or len(settings.engines) == 1):
        return settings.provider
    if engine != "openai":
        return ANTHROPIC
    return _provider_at(settings.openai_base_url or OPENAI_BASE_URL)


def priced_as(
    asked: str,
    answered: str,
    *,
    transport: str,
    prices: Mapping[str, ModelPrice] = _NONE_SET,
    provider: str | None = ANTHROPIC,
) -> str:
    """The model whose price an answer has: the one that answered, where that has a known one.

    Compatible servers answer in any name; what that says nothing about costs what was asked for.

    Args:
        asked: the model that was asked.
        answered: the one that answered, by its own word.
        transport: as for `cost`.
        prices: prices that are set.
        provider: as for `cost`.
    """
    if is_same_model(asked, answered):
        return asked
    try:
        cost(
            TokenUsage(),
            answered,
            transport=transport,
            eur_per_usd=Decimal(1),
            prices=prices,
            provider=provider,
        )
    except UnknownModel:
        return asked
    return answered


def is_same_model(one: str, other: str) -> bool:
    """Whether two names are of one model: the same, or one of them with a date or a vendor."""
    (plain, date), (other_plain, other_date) = _parts(one), _parts(other)
    return plain == other_plain and (not date or not other_date or date == other_date)


def _parts(name: str) -> tuple[str, str]:
    plain = _VENDOR.sub("", name.lower().rpartition("/")[2])
    match = _SNAPSHOT.search(plain)
    return (plain[: match.start()], match[1]) if match else (plain, "")


_VENDOR = re.compile(r"^(?:[a-z]{2,6}(?:-gov)?\.)?anthropic\.")
"""Bedrock's name for the vendor, behind the region whose machines may answer."""

_SNAPSHOT = re.compile(r"[-@](\d{8}|\d{4}-\d{2}-\d{2}|latest)(?:-v\d+(?::\d+)?)?$")
"""The end of a name that says which snapshot of a model it is."""


@lru_cache(maxsize=16)
def _provider_at(url: str) -> str | None:
    """Whose server is at an address, as the list names them; None where it knows nobody there."""
    try:
        found: str = get_snapshot().find_provider(None, None, url).id
    except LookupError:
        return None
    return found


@lru_cache(maxsize=256)
def _has_batch_price(model: str, provider: str, day: date) -> bool:
    """Whether the list has a price of its own for a model in batches.

    Raises:
        UnknownModel: it knows no such model.
    """
    when = datetime(day.year, day.month, day.day, tzinfo=UTC)
    full = _listed(_PROBE, model, provider, when, is_batch=False)
    batch = _listed(_PROBE, model, provider, when, is_batch=True)
    return batch < full or full == 0


def _listed(
    tokens: genai_prices.Usage, model: str, provider: str, when: datetime, *, is_batch: bool
) -> Decimal:
    """USD by the list.

    Raises:
        UnknownModel: it has no such model.
    """
    try:
        price = genai_prices.calc_price(
            tokens,
            model,
            provider_id=provider,
            genai_request_timestamp=when,
            price_context=_BATCH if is_batch else None,
        )
    except LookupError:
        raise UnknownModel(model, provider=provider) from None
    return price.total_price


def _at_set_price(usage: TokenUsage, price: ModelPrice, eur_per_usd: Decimal) -> Cost:
    usd = (price.input * usage.input_tokens + price.output * usage.output_tokens) / _MILLION
    version = f"set: {price.input:f} in, {price.output:f} out"
    return Cost(usd, usd * eur_per_usd, version)
