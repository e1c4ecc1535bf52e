"""A schema said in words, and the answer picked from what came back."""

from __future__ import annotations

import pytest

from engines.claude.messages import request_of
from engines.online.said_schema import object_in, said
from engines.port import Question

SCHEMA = {
    "type": "object",
    "properties": {"segments": {"type": "array"}, "notes": {"type": "array"}},
    "required": ["segments", "notes"],
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    ("text", "picked"),
    [
        ('{"segments": [], "notes": []}', '{"segments": [], "notes": []}'),
        ('```json\n{"segments": [], "notes": []}\n```', '{"segments": [], "notes": []}'),
        (
            'Sure {here} it is: {"segments": [{"id": 1}], "notes": []} Enjoy!',
            '{"segments": [{"id": 1}], "notes": []}',
        ),
        (
            '<think>{"segments": [1], "notes": []}?</think>{"segments": [2], "notes": []}',
            '{"segments": [2], "notes": []}',
        ),
        ('Here: {"segments": ["1|a"]}', '{"segments": ["1|a"]}'),
        (
            '{"type": "object", "properties": {"segments": ["1|ä"], "notes": []}}',
            '{"segments": ["1|ä"], "notes": []}',
        ),
        ('{"properties": ["segments"]}', '{"properties": ["segments"]}'),
        ('{"notes": []}', '{"notes": []}'),
        ('{"segments": [{"id": 1}], "no', '{"segments": [{"id": 1}], "no'),
        ("I can't.", "I can't."),
        ("", ""),
        ('{"segments":' * 5_000, '{"segments":' * 5_000),
    ],
)
def test_object_in(text: str, picked: str) -> None:
    """The last whole object with the required fields is picked; without one the text stays."""
    assert object_in(text, SCHEMA) == picked


def test_said_in_the_request() -> None:
    """Without structured output the schema ends the system prompt, and the field is left out."""
    question = Question("translate", "llama-4", ("You.", "Pair"), "{}", SCHEMA, 1_024, "v1")
    request = request_of(question, structured=False)
    assert "output_config" not in request
    assert list(request["system"]) == [
        {"type": "text", "text": "You.\n\n"},
        {"type": "text", "text": "Pair\n\n"},
        {"type": "text", "text": said(SCHEMA) + "\n\n"},
    ]
    assert said(SCHEMA).endswith(
        '"required": ["segments", "notes"], "additionalProperties": false}'
    )
