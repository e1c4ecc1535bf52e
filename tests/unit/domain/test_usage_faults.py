"""Counts of tokens that can't be."""

from __future__ import annotations

import pytest

from domain.usage import TokenUsage, fault_in


@pytest.mark.parametrize(
    ("usage", "fault"),
    [
        (TokenUsage(1_200, 0, 0, 0, 800), None),
        (TokenUsage(60, 0, 0, 0, 6), None),
        (TokenUsage(6_000, 0, 0, 0, 2_000), None),
        (TokenUsage(100, 4_000, 1_000, 900, 800), None),
        (TokenUsage(1_200, 0, 0, 0, 2_001), "2001 output tokens are told, of 2000 that it might"),
        (TokenUsage(6_001, 0, 0, 0, 800), "6001 input tokens are told of a request of 5000 bytes"),
        (TokenUsage(1, 0, 6_000, 0, 800), "6001 input tokens are told of a request of 5000 bytes"),
        (TokenUsage(49, 0, 0, 0, 800), "only 49 input tokens are told of a request of 5000 bytes"),
        (TokenUsage(0, 0, 0, 0, 800), "only 0 input tokens are told of a request of 5000 bytes"),
        (TokenUsage(1_200, 0, 0, 0, 0), "only 0 output tokens are told of an answer of 600 bytes"),
        (TokenUsage(), "only 0 input tokens are told of a request of 5000 bytes"),
    ],
)
def test_faults(usage: TokenUsage, fault: str | None) -> None:
    """Neither more tokens than bytes and room, nor next to none."""
    found = fault_in(usage, sent=5_000, said=600, room=2_000)

    assert (found or "").startswith(fault or "") is True
    assert (found is None) is (fault is None)


def test_an_empty_answer_may_take_nothing() -> None:
    """Where no text came, no output tokens are needed."""
    assert fault_in(TokenUsage(1_200), sent=5_000, said=0, room=2_000) is None
