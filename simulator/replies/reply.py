"""The message object the API answers with."""

from __future__ import annotations

from typing import Any

from simulator.requests.caching import InputUsage
from simulator.requests.tokens import count, cut
from simulator.requests.validation import Request

THINKING_TOKENS = {"low": 32, "medium": 128, "high": 256, "xhigh": 512, "max": 1024}
"""Tokens of thinking at each effort."""


def compose(
    request: Request,
    text: str,
    usage: InputUsage,
    *,
    message_id: str,
    tier: str,
    fault: str | None,
) -> dict[str, Any]:
    """A message: thinking if it was not turned off, then the text, cut at `max_tokens`.

    Args:
        text: the whole answer.
        usage: the input tokens by class.
        tier: `standard` or `batch`.
        fault: `refuse`, `empty`, `truncate`, `loop` or `broken` change what is said; others don't.
    """
    thinking = min(THINKING_TOKENS[request.effort], request.max_tokens) if request.thinks else 0
    text, stop_reason = spoken(text, request.max_tokens - thinking, fault)
    content: list[dict[str, Any]] = []
    if fault == "refuse":
        thinking = 0
    elif thinking:
        shown = "(simulated thinking)" if request.shows_thinking else ""
        content.append({"type": "thinking", "thinking": shown, "signature": f"sim-{message_id}"})
    if text:
        content.append({"type": "text", "text": text, "citations": None})
    return {
        "id": message_id,
        "type": "message",
        "role": "assistant",
        "model": request.model.id,
        "content": content,
        "stop_reason": stop_reason,
        "stop_sequence": None,
        "stop_details": _REFUSAL if fault == "refuse" else None,
        "usage": _usage(usage, max(1, count(text) + thinking), thinking, tier),
    }


_REFUSAL = {
    "type": "refusal",
    "category": None,
    "explanation": "The simulator was told to refuse this.",
}


def spoken(text: str, room: int, fault: str | None) -> tuple[str, str]:
    """What is said of an answer with so much room, in tokens, and why it stopped."""
    if fault == "refuse":
        return "", "refusal"
    if fault == "empty":
        return "", "end_turn"
    if fault == "loop":
        text = text[: len(text) // 2] + " and so on" * room
    if count(text) > room:
        return cut(text, room), "max_tokens"
    if fault == "truncate":
        return text[: len(text) // 2], "max_tokens"
    if fault == "broken":
        return text[: len(text) * 2 // 3] + "}", "end_turn"
    return text, "end_turn"


def _usage(usage: InputUsage, output: int, thinking: int, tier: str) -> dict[str, Any]:
    return {
        "input_tokens": usage.uncached,
        "cache_creation_input_tokens": usage.written_5m + usage.written_1h,
        "cache_read_input_tokens": usage.read,
        "cache_creation": {
            "ephemeral_5m_input_tokens": usage.written_5m,
            "ephemeral_1h_input_tokens": usage.written_1h,
        },
        "output_tokens": output,
        "output_tokens_details": {"thinking_tokens": thinking},
        "server_tool_use": None,
        "service_tier": tier,
    }


USAGES: dict[str, dict[str, Any] | None] = {
    "none": None,
    "empty": {},
    "zero": {"input_tokens": 0, "output_tokens": 0},
    "no_input": {"input_tokens": 0},
    "little_input": {"input_tokens": 1},
    "negative": {"output_tokens": -1},
    "huge": {"input_tokens": 10**15, "output_tokens": 10**15},
    "long": {"output_tokens": 1_000_000},
    "text": {"output_tokens": "many"},
}
"""What an answer may be told to say of its tokens, by name: what stands there differs."""


def untrue(message: dict[str, Any], name: str) -> dict[str, Any]:
    """A message that tells a usage which can't be; what was truly used is counted as ever."""
    changes = USAGES[name]
    if not changes:
        return {**message, "usage": changes}
    nothing = {"cache_creation_input_tokens": 0, "cache_read_input_tokens": 0}
    uncached = {**nothing, "cache_creation": None} if "input_tokens" in changes else {}
    return {**message, "usage": {**message["usage"], **uncached, **changes}}
