"""JSON as it is sent to a model: the same value is always the same bytes."""

from __future__ import annotations

import json
from typing import Any


def stable(value: Any) -> str:
    """One line of JSON with sorted keys, for what stands in `system` and is cached there."""
    return _sendable(json.dumps(value, ensure_ascii=False, sort_keys=True))


def turn(value: Any) -> str:
    """One line of JSON with keys in the order given, for a user turn."""
    return _sendable(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def _sendable(text: str) -> str:
    # A JSON document may hold half a surrogate pair, which UTF-8 has no bytes for; two halves
    # that stand together become the character they mean, a lone one U+FFFD.
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
