"""An estimate, and the night that tells how good it was."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.conftest import House

WORDS = "the folder on shelf {} is moved to drawer {} before the shift of day {} begins"


def documents(first: int) -> dict[str, str]:
    lines = [WORDS.format(n, n + 1, n % 7) for n in range(first, first + 60)]
    return {
        f"in/{first}-{n}.md": "\n\n".join(f"{line.capitalize()}." for line in lines[n : n + 20])
        for n in range(0, 60, 20)
    }


@pytest.mark.parametrize("transport", ["messages", "batches"])
def test_a_night_costs_what_was_foreseen(
    house: House, simulated: Callable[..., Any], transport: str
) -> None:
    """The requests are those foreseen, cost within 5 %; then there is nothing left."""
    house.environ |= {"NIGHTDESK_TRANSPORT": transport, "NIGHTDESK_PACK_SEGMENTS": "40"}
    house.write(documents(0))
    words = ("estimate", "in", "--from", "en", "--to", "de")
    with simulated(batch_seconds=0.1):
        foreseen = house.json(*words)
        house.submit()
        night = house.night()
        again = house.json(*words)

    assert foreseen["simulated"]
    # Two of the three documents fit into one request.
    assert foreseen["total"]["requests"] == 4
    actual = sum(job["cost_eur"] for job in night["jobs"])
    assert foreseen["total"]["cost_eur"] == pytest.approx(actual, rel=0.05)
    assert night["estimate"] == {
        "jobs": 3,
        "predicted_eur": pytest.approx(foreseen["total"]["cost_eur"], abs=2e-6),
        "actual_eur": pytest.approx(actual, abs=2e-6),
    }
    assert (again["total"]["jobs"], again["done_before"]) == (0, 3)
