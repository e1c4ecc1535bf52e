"""A schema said in words, for servers that hold no answer to one; the answer picked from text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

_FRAME = (
    "# Answer\n\nAnswer with one JSON object and nothing else: no code fence, no word before or "
    "after it. It must follow this JSON schema:\n\n"
)
_DECODER = json.JSONDecoder()


def said(schema: Mapping[str, Any]) -> str:
    """A block for the end of the system prompt that asks for an answer by a schema."""
    return _FRAME + json.dumps(dict(schema), ensure_ascii=False)


def object_in(text: str, schema: Mapping[str, Any]) -> str:
    """The last JSON object in a text that has the first field a schema requires, as JSON.

    Models put fences, a preamble or their thoughts, drafts among them, around it. Small ones fill
    in the schema's own `properties` (seen of Qwen2.5-Coder 0.5B): what stands there is the object.
    A text without one is given back as it is: what is wrong with it, and which of the other fields
    may lack, is for its reader to say.
    """
    first = next(iter(schema["required"]))
    found, start = text, text.find("{")
    while start >= 0:
        try:
            value, end = _DECODER.raw_decode(text, start)
        except (ValueError, RecursionError):
            end = start + 1
        else:
            filled_in = value.get("properties")
            if first in value:
                found = text[start:end]
            elif isinstance(filled_in, dict) and first in filled_in:
                found = json.dumps(filled_in, ensure_ascii=False)
        start = text.find("{", end)
    return found
