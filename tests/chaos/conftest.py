"""Two nurseries for all tests here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.chaos.campaign import nurseries
from tests.chaos.nursery import Nursery


@pytest.fixture(scope="session")
def lanes() -> Iterator[list[Nursery]]:
    """Two nurseries, on one Prefect server."""
    with nurseries(2) as found:
        yield found
