"""Which models are asked in few words and for little at a time: small ones, and unknown ones."""

from __future__ import annotations

import re
from functools import lru_cache

MOST_BILLIONS = 9.0
"""Parameters of a small model at most, in billions; as a dense model of a desk's computer has."""

_SIZE = re.compile(r"(?<![a-z0-9.])(?:(\d+)x)?e?(\d+(?:\.\d+)?)([bm])(?![a-z0-9])")
"""A number of parameters in a name, such as 8b, 1.5b, 8x7b, 135m, or Gemma's e4b."""


def billions_of(model: str) -> float | None:
    """The parameters of a model in billions, as its name tells; None where it does not.

    Of several numbers the largest, since others are of what is active at a time (30b-a3b).
    """
    sizes = (
        int(many or 1) * float(number) / (1 if unit == "b" else 1_000)
        for many, number, unit in _SIZE.findall(model.lower())
    )
    return max(sizes, default=None)


@lru_cache(maxsize=64)
def is_modest(model: str, *, has_set_price: bool) -> bool:
    """Whether long instructions and large requests are too much for a model, or may be.

    Too much is what small models were seen to fail at: of six requests for six segments each, a
    model of 0.5 billion parameters answered one usably by 1,480 tokens of instructions and all six
    by 136. What its name and the price list say nothing of is taken for one of them.

    Args:
        model: as its server names it.
        has_set_price: whether its price is set by hand, as that of every unlisted model is.
    """
    billions = billions_of(model)
    if billions is not None:
        return billions <= MOST_BILLIONS
    return has_set_price and not _is_listed(model)


def _is_listed(model: str) -> bool:
    from genai_prices.data_snapshot import get_snapshot

    try:
        get_snapshot().find_provider_model(model, None, None, None)
    except LookupError:
        return False
    return True
