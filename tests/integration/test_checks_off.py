"""The setting `checks_off` reaches the QA of a job."""

from __future__ import annotations

import pytest

from tasks.session.checked import checked
from tests.integration.conftest import Sessions


@pytest.mark.parametrize(("off", "categories"), [("", ["accuracy/number"]), ("numbers", [])])
async def test_a_check_that_is_off_is_not_made(
    in_session: Sessions, off: str, categories: list[str]
) -> None:
    """A changed number is reported, unless the check of numbers is off."""
    async with in_session("Wait 30 seconds.\n", checks_off=off) as session:
        found = checked(session, 0, "Warten Sie 50 Sekunden.")

    assert [finding.category for finding in found] == categories
