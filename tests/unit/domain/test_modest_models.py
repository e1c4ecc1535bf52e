"""Which models are asked in few words."""

from __future__ import annotations

import pytest

from domain.modest_models import billions_of, is_modest


@pytest.mark.parametrize(
    ("model", "billions"),
    [
        ("qwen2.5-coder-1.5b-instruct", 1.5),
        ("Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF", 0.5),
        ("llama3.1:8b", 8),
        ("SmolLM2-135M", 0.135),
        ("gemma-3n-e4b-it", 4),
        ("mixtral-8x7b", 56),
        ("qwen3-30b-a3b", 30),
        ("claude-sonnet-5-5", None),
        ("gpt-4.1-mini", None),
        ("phi-4", None),
        ("b2b", None),
    ],
)
def test_what_a_name_tells(model: str, billions: float | None) -> None:
    """Parameters in billions, of several numbers the largest; None where there is none."""
    assert billions_of(model) == billions


@pytest.mark.parametrize(
    ("model", "has_set_price", "expected"),
    [
        ("llama3.1:8b", False, True),
        ("llama3.1:70b", True, False),
        ("claude-sonnet-5-5", False, False),
        ("claude-sonnet-5-5", True, False),
        ("gpt-4.1-mini", True, False),
        ("local-1", True, True),
    ],
)
def test_modest(model: str, has_set_price: bool, expected: bool) -> None:
    """Small ones are, and those of which neither name nor price list says anything."""
    assert is_modest(model, has_set_price=has_set_price) is expected
