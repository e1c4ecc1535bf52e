"""The shape of a Messages request."""

from __future__ import annotations

from dataclasses import replace

import pytest

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
            {"type": "text", "text": "You translate.\n\n"},
            {"type": "text", "text": "de to en\n\n"},
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


@pytest.mark.parametrize("structured", [True, False])
def test_blocks_are_parted(structured: bool) -> None:
    """A server that joins the blocks with nothing between has a blank line after each of them."""
    system = request_of(question("local-1"), structured=structured)["system"]
    joined = "".join(block["text"] for block in system)  # type: ignore[index]
    assert joined.startswith("You translate.\n\nde to en\n\n")
    assert joined.endswith("\n\n")
    assert ("\n\n# Answer\n\n" in joined) is not structured


def test_a_block_has_the_same_bytes_whatever_follows() -> None:
    """What is cached up to the end of a block is read by a request that has more blocks."""
    short = question("claude-opus-5-5")
    longer = replace(short, system=(*short.system, "# Glossary"))
    assert request_of(longer)["system"][:2] == request_of(short)["system"]  # type: ignore[index]
