"""A night that is over, served."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from storage.control.keys import Keys
from storage.layout.documents import Documents
from tests.integration.api.api_samples import MORNING, Night, cases, fill, serving


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    home = tmp_path_factory.mktemp("night") / "home"
    all_cases = cases(Documents(home).put(b"Sentence 0.\n\nSentence 1.\n"))
    asyncio.run(fill(home, all_cases))
    key = Keys(home).add("newsroom", MORNING, owner="newsroom")
    with serving(home) as client:
        client.headers["X-API-Key"] = key
        yield Night(home, all_cases, client, client.get("/openapi.json").json())
