"""The setting `checks_off` reaches the QA of a job."""

from __future__ import annotations

import pytest

from tasks.qa import checked
from tests.integration.conftest import Hands


@pytest.mark.parametrize(("off", "categories"), [("", ["accuracy/number"]), ("numbers", [])])
async def test_a_check_that_is_off_is_not_made(
    in_hand: Hands, off: str, categories: list[str]
) -> None:
    """A changed number is reported, unless the check of numbers is off."""
    async with in_hand("Wait 30 seconds.\n", checks_off=off) as hand:
        found = checked(hand, 0, "Warten Sie 50 Sekunden.")

    assert [finding.category for finding in found] == categories
