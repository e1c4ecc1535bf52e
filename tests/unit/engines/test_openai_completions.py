"""The shape of a request for a completion, and what is said to which model."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.requests.answers import SCHEMAS
from domain.settings import Effort
from domain.usage import TokenUsage
from engines.openai.completions import Usage, prefixes, request_of
from engines.port import Question
from simulator.chat.validation import read_chat


def question(model: str, effort: Effort = "off") -> Question:
    return Question(
        task="translate",
        model=model,
        system=("You translate.", "de to en"),
        user='{"task":"translate"}',
        schema={"type": "object", "properties": {}, "additionalProperties": False},
        max_tokens=1024,
        prompt_version="0123456789abcdef",
        effort=effort,
    )


def test_whole_request() -> None:
    """A request is a system prompt, one user turn and a strict schema: no sampling, no tools."""
    assert request_of(question("local-1")) == {
        "model": "local-1",
        "max_tokens": 1024,
        "messages": [
            {"role": "system", "content": "You translate.\n\nde to en"},
            {"role": "user", "content": '{"task":"translate"}'},
        ],
        "response_format": {
            "type": "json_schema",
            "json_schema": {
                "name": "translate",
                "strict": True,
                "schema": {"type": "object", "properties": {}, "additionalProperties": False},
            },
        },
    }


def test_a_schema_said_in_words() -> None:
    """A server that holds no answer to a schema has it said at the prompt's end."""
    request = request_of(question("local-1"), structured=False)
    assert "response_format" not in request
    system = str(request["messages"][0].get("content"))
    assert system.startswith("You translate.\n\nde to en\n\n# Answer\n\n")


@pytest.mark.parametrize(
    ("model", "effort", "said"),
    [
        ("gpt-5.1", "off", "none"),
        ("gpt-5.1-2025-11-13", "high", "high"),
        ("openai/gpt-5-mini", "off", "minimal"),
        ("o3", "off", "low"),
        ("gpt-4.1", "high", None),
        ("qwen3-8b", "off", None),
        ("qwen3-8b", "low", "low"),
    ],
)
def test_reasoning(model: str, effort: Effort, said: str | None) -> None:
    """`off` is the least a model can; to one that nothing is known of only what was asked for."""
    assert request_of(question(model, effort)).get("reasoning_effort") == said


@pytest.mark.parametrize(
    ("model", "field"),
    [
        ("gpt-4o-mini", "max_completion_tokens"),
        ("openai/o4-mini", "max_completion_tokens"),
        ("gpt-oss-20b", "max_tokens"),
        ("mistral-large", "max_tokens"),
    ],
)
def test_room(model: str, field: str) -> None:
    """The vendor's models know the newer name of the field, other servers the older one."""
    request = request_of(question(model))
    assert {"max_tokens", "max_completion_tokens"} & request.keys() == {field}


@pytest.mark.parametrize("task", SCHEMAS)
def test_schemas_are_strict(task: str) -> None:
    """Every task's schema is one that strict structured output takes."""
    asked = replace(question("gpt-5.1"), task=task, schema=SCHEMAS[task])
    assert read_chat(request_of(asked)).schema == SCHEMAS[task]


def test_prefixes() -> None:
    """Requests with one long system prompt share a prefix; a short one is not cached."""
    asked = replace(question("gpt-5.1"), system=("x" * 5_000, "pair"))
    (prefix,) = prefixes(request_of(asked))
    assert prefixes(request_of(replace(asked, user="{}", max_tokens=7))) == (prefix,)
    assert prefixes(request_of(replace(asked, model="gpt-5.2"))) != (prefix,)
    assert prefixes(request_of(replace(asked, system=("x" * 5_000, "other")))) != (prefix,)
    assert prefixes(request_of(question("gpt-5.1"))) == ()


@pytest.mark.parametrize(
    ("told", "tokens"),
    [
        ({}, TokenUsage(100, 0, 0, 0, 5)),
        ({"prompt_tokens_details": {"cached_tokens": 64}}, TokenUsage(36, 64, 0, 0, 5)),
        (
            {"prompt_tokens_details": {"cached_tokens": 64, "cache_write_tokens": 30}},
            TokenUsage(6, 64, 30, 0, 5),
        ),
        (
            {"prompt_cache_hit_tokens": 80, "prompt_cache_miss_tokens": 20},
            TokenUsage(20, 80, 0, 0, 5),
        ),
        ({"prompt_tokens_details": {"cached_tokens": 640}}, TokenUsage(0, 100, 0, 0, 5)),
        ({"total_tokens": 105}, TokenUsage(100, 0, 0, 0, 5)),
        # What was thought is in the sum alone.
        ({"total_tokens": 135}, TokenUsage(100, 0, 0, 0, 35)),
        ({"total_tokens": 0}, TokenUsage(100, 0, 0, 0, 5)),
    ],
)
def test_usage(told: dict[str, object], tokens: TokenUsage) -> None:
    """Tokens are read by class, in the writings of several servers."""
    usage = Usage.model_validate({"prompt_tokens": 100, "completion_tokens": 5, **told})
    assert usage.tokens() == tokens
