"""What is cached in a batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from engines.claude.batches.caching import requests_of
from engines.port import Question

LONG = "Translate. " * 2_000
HOUR = {"type": "ephemeral", "ttl": "1h"}
QUESTION = Question(
    task="translate",
    model="claude-sonnet-5-5",
    system=("Translate.", LONG, LONG),
    user="{}",
    schema={},
    max_tokens=1000,
    prompt_version="p1",
    own_repeats=True,
)


def marks(questions: Sequence[Question], **options: Any) -> list[list[object]]:
    """The cache marks of each request's system blocks."""
    requests: list[Any] = requests_of(questions, **{"prompt_cache": True, **options})
    return [[block.get("cache_control") for block in request["system"]] for request in requests]


def test_what_many_share() -> None:
    """What 40 requests of a batch share is cached for an hour."""
    assert marks([QUESTION] * 40) == [[None, HOUR, HOUR]] * 40


def test_what_few_share() -> None:
    """What fewer share is not cached: too many of them would write it."""
    assert marks([QUESTION] * 39) == [[None, None, None]] * 39


def test_what_few_share_beside_many() -> None:
    """A job's own block is not cached where few requests repeat it, while what all share is."""
    jobs = [replace(QUESTION, system=("Translate.", LONG, f"Job {n // 20}")) for n in range(60)]
    assert marks(jobs) == [[None, HOUR, None]] * 60


def test_other_prefixes() -> None:
    """Another task, model or effort makes another prefix, however alike the blocks are."""
    other = replace(QUESTION, effort="low")
    assert marks([QUESTION] * 39 + [other] * 39) == [[None, None, None]] * 78


def test_caching_turned_off() -> None:
    """Nothing is cached where the setting says so."""
    assert marks([QUESTION] * 40, prompt_cache=False) == [[None, None, None]] * 40
