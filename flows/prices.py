"""Whether what a night asks can be paid for."""

from __future__ import annotations

from domain.cost.pricing import cost, provider_of
from domain.settings import Settings
from domain.usage import TokenUsage


def check_prices(settings: Settings) -> None:
    """See to it that what a night asks can be paid for.

    Raises:
        UnknownModel: a model that is set has no known price.
    """
    for engine, model in settings.models:
        cost(
            TokenUsage(),
            model,
            transport=settings.transport,
            eur_per_usd=settings.eur_per_usd,
            prices=settings.prices,
            provider=provider_of(settings, engine),
        )
