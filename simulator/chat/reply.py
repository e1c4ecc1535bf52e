"""The object that chat completions answer with."""

from __future__ import annotations

from typing import Any

from simulator.chat.models import SNAPSHOTS
from simulator.replies.reply import USAGES, spoken
from simulator.requests.caching import InputUsage
from simulator.requests.tokens import count
from simulator.requests.validation import Request

REASONING_TOKENS = {"none": 0, "minimal": 16, "low": 32, "medium": 128, "high": 256, "xhigh": 512}
"""Tokens of reasoning at each effort."""

REFUSAL = "I'm sorry, but I can't assist with that."

_ENDS = {"end_turn": "stop", "max_tokens": "length", "refusal": "stop"}


def completion(
    request: Request,
    text: str,
    usage: InputUsage,
    *,
    completion_id: str,
    created: int,
    fault: str | None,
) -> dict[str, Any]:
    """A completion: the text, cut at the room there is, after reasoning that nobody sees.

    Args:
        text: the whole answer.
        usage: the input tokens by class.
        created: seconds since 1970.
        fault: `refuse`, `empty`, `truncate` or `broken` change what is said; others don't.
    """
    reasoning = min(REASONING_TOKENS[request.effort], request.max_tokens)
    text, stop = spoken(text, request.max_tokens - reasoning, fault)
    is_refusal = fault == "refuse"
    said = REFUSAL if is_refusal else text
    output = min(request.max_tokens, max(1, count(said) + reasoning))
    prompt = usage.uncached + usage.read
    return {
        "id": completion_id,
        "object": "chat.completion",
        "created": created,
        "model": SNAPSHOTS[request.model.id].name,
        "choices": [
            {
                "index": 0,
                "message": {
                    "role": "assistant",
                    "content": None if is_refusal else text,
                    "refusal": REFUSAL if is_refusal else None,
                    "annotations": [],
                },
                "logprobs": None,
                "finish_reason": _ENDS[stop],
            }
        ],
        "usage": {
            "prompt_tokens": prompt,
            "completion_tokens": output,
            "total_tokens": prompt + output,
            "prompt_tokens_details": {"cached_tokens": usage.read, "audio_tokens": 0},
            "completion_tokens_details": {
                "reasoning_tokens": reasoning,
                "audio_tokens": 0,
                "accepted_prediction_tokens": 0,
                "rejected_prediction_tokens": 0,
            },
        },
        "service_tier": "default",
        "system_fingerprint": None,
    }


_FIELDS = {"input_tokens": "prompt_tokens", "output_tokens": "completion_tokens"}


def mistold(answer: dict[str, Any], name: str) -> dict[str, Any]:
    """A completion that tells a usage which can't be; what was truly used is counted as ever."""
    changes = USAGES[name]
    if not changes:
        return {**answer, "usage": changes}
    uncached = {"prompt_tokens_details": None} if "input_tokens" in changes else {}
    told = {_FIELDS[field]: value for field, value in changes.items()}
    return {**answer, "usage": {**answer["usage"], **uncached, **told}}
