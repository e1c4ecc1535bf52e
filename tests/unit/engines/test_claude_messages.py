"""The shape of a Messages request."""

from __future__ import annotations

from engines.claude.messages import request_of
from engines.port import Question


def question(model: str) -> Question:
    return Question(
        task="translate",
        model=model,
        system=("You translate.", "de to en"),
        user='{"task":"translate"}',
        schema={"type": "object", "properties": {}, "additionalProperties": False},
        max_tokens=1024,
        prompt_version="0123456789abcdef",
    )


def test_whole_request() -> None:
    """A request is text blocks, one user turn and a schema: no sampling, no tools, no prefill."""
    assert request_of(question("claude-opus-5-5")) == {
        "model": "claude-opus-5-5",
        "max_tokens": 1024,
        "system": [
            {"type": "text", "text": "You translate."},
            {"type": "text", "text": "de to en"},
        ],
        "messages": [
            {"role": "user", "content": [{"type": "text", "text": '{"task":"translate"}'}]}
        ],
        "output_config": {
            "format": {
                "type": "json_schema",
                "schema": {"type": "object", "properties": {}, "additionalProperties": False},
            }
        },
        "thinking": {"type": "between_tools"},
    }
