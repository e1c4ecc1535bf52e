"""Three nights with a budget stop, kills and outages, and where every token of them went."""

from __future__ import annotations

import os
import random

from tests.chaos.money import table, tried
from tests.chaos.nursery import Nursery


def test_every_token_is_accounted_for(lanes: list[Nursery]) -> None:
    """The sum of nights is the ledger, and that the simulator's count less what was under way."""
    seed = int(os.environ.get("CHAOS_SEED", random.SystemRandom().randrange(1_000_000)))
    books = tried(lanes[0], random.Random(f"{seed} 0"), "messages", documents=4)
    assert [] == books.wrong, f"seed {seed}\n{table(books)}"
    assert books.ledger.requests > 0
