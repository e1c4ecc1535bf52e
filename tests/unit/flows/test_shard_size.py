"""How the jobs of a spread night are shared out."""

from __future__ import annotations

import pytest

from flows.spread import shard_size


@pytest.mark.parametrize(
    ("jobs", "workers", "group", "size"),
    [
        (1, 2, 1, 1),
        (24, 2, 1, 6),
        (25, 2, 1, 7),
        (200, 2, 16, 64),
        (100_000, 2, 16, 1_000),
    ],
)
def test_size(jobs: int, workers: int, group: int, size: int) -> None:
    """A worker has two shards, in whole groups, and none is larger than Prefect takes."""
    assert shard_size(jobs, workers, group) == size
