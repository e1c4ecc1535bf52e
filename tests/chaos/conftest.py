"""Two nurseries for all tests here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.chaos.campaign import nurseries_at
from tests.chaos.nursery import Nursery


@pytest.fixture
def lanes(prefect_api: str) -> Iterator[list[Nursery]]:
    """Two nurseries, on the Prefect server of all tests."""
    with nurseries_at(prefect_api, 2) as found:
        yield found
