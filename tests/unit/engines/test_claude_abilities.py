"""How each model is told how much it may think."""

from __future__ import annotations

import pytest

from domain.settings import Effort
from engines.claude.abilities import ABILITIES, Thought, cache_minimum, thought
from engines.claude.messages import request_of
from engines.port import Question
from simulator.requests.models import ALIASES, MODELS
from simulator.requests.validation import read_request

EFFORTS: tuple[Effort, ...] = ("off", "low", "medium", "high")
ALWAYS_THINK = {"claude-fable-5-2", "claude-fable-5-1", "claude-fable-5"}


def question(model: str, effort: Effort) -> Question:
    return Question(
        task="translate",
        model=model,
        system=("You translate.", "de to en"),
        user='{"task":"translate"}',
        schema={
            "type": "object",
            "properties": {},
            "required": [],
            "additionalProperties": False,
        },
        max_tokens=4_096,
        prompt_version="0123456789abcdef",
        effort=effort,
    )


@pytest.mark.parametrize("effort", EFFORTS)
@pytest.mark.parametrize("model", [*MODELS, *ALIASES])
def test_every_model_takes_every_effort(model: str, effort: Effort) -> None:
    """Each effort is told in a way the model accepts, and it thinks only where it may or must."""
    request = read_request(request_of(question(model, effort)))
    assert request.thinks == (effort != "off" or model in ALWAYS_THINK)


@pytest.mark.parametrize("model", [name for name in MODELS if MODELS[name].efforts])
def test_levels(model: str) -> None:
    """A model that knows levels of effort is told the one that is set."""
    told = [read_request(request_of(question(model, effort))).effort for effort in EFFORTS[1:]]
    assert told == ["low", "medium", "high"]


@pytest.mark.parametrize("model", sorted(ALWAYS_THINK))
def test_least_effort(model: str) -> None:
    """A model whose thinking can't be turned off is told to think least."""
    assert thought(model, "off", 4_096) == Thought({"type": "adaptive"}, "low")


@pytest.mark.parametrize(
    ("model", "kind"),
    [
        ("claude-sonnet-5-5", "between_tools"),
        ("claude-sonnet-5-5-20260901", "between_tools"),
        ("claude-haiku-5-5", "disabled"),
        ("claude-opus-4-8", "disabled"),
    ],
)
def test_off(model: str, kind: str) -> None:
    """Thinking is turned off in each model's own way, by its plain or its dated name."""
    told = thought(model, "off", 4_096)
    assert (told.thinking, told.effort) == ({"type": kind}, None)


def test_budgets() -> None:
    """A model that does not adapt gets a budget: by the effort, and half of the room at most."""
    model = "claude-haiku-4-5"
    assert [thought(model, effort, 30_000).thinking for effort in EFFORTS[1:]] == [
        {"type": "enabled", "budget_tokens": 2_000},
        {"type": "enabled", "budget_tokens": 6_000},
        {"type": "enabled", "budget_tokens": 12_000},
    ]
    assert thought(model, "high", 8_000).thinking == {"type": "enabled", "budget_tokens": 4_000}
    assert thought(model, "low", 1_500).thinking == {"type": "enabled", "budget_tokens": 1_024}


@pytest.mark.parametrize("model", ["llama-4", "claude-sonnet-5-7", "claude-sonnet-5-5x"])
def test_unknown_model(model: str) -> None:
    """To a model that nothing is known of nothing is said, unless thinking was asked for."""
    assert thought(model, "off", 4_096) == Thought(None, None)
    assert thought(model, "low", 4_096) == Thought({"type": "adaptive"}, "low")


def test_every_known_model() -> None:
    """The table has every model the simulator knows, and its least size of a cached prefix."""
    assert set(MODELS) == set(ABILITIES)
    assert {name: cache_minimum(name) for name in MODELS} == {
        name: model.cache_minimum for name, model in MODELS.items()
    }
