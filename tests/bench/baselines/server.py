"""A model for other programs than ours, which ask in words of their own.

    python -m tests.bench.baselines.server PORT LATENCY

It translates what it is asked, in text or JSON, as the simulator does: the same accents, the same
length, the same count of tokens, the same prompt cache. `GET /bill` says what all of it cost.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from decimal import Decimal
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from domain.cost.pricing import cost
from domain.settings import SHIPPED_EUR_PER_USD
from domain.usage import TokenUsage
from simulator.replies.pseudo import pseudo
from simulator.requests.caching import InputUsage, Prefix, PromptCache
from simulator.requests.models import MODELS
from simulator.requests.tokens import MESSAGE_OVERHEAD, count

KEPT = re.compile(r"(`[^`]*`|<[^>]*>|\{\{.*?\}\}|\]\([^)]*\)|https?://\S+)")
"""What no translation of Markdown changes: code, tags, variables, addresses."""

REASON = "Accurate, complete and natural; formatting and code are kept."


def answered(user: str) -> str:
    """What a model says to a user turn, be it a text, texts by key or pairs to be judged."""
    try:
        asked = json.loads(user)
    except ValueError:
        return translated(user)
    if not isinstance(asked, dict):
        return translated(user)
    if asked.keys() == {"source", "translation"}:
        return json.dumps({"score": 98, "errors": []})
    return json.dumps({k: _value(v) for k, v in asked.items()}, ensure_ascii=False)


def _value(asked: Any) -> Any:
    if isinstance(asked, dict):
        return {"binary_score": "yes", "reason": REASON}
    return translated(str(asked))


def translated(text: str) -> str:
    """A pseudo-translation of Markdown."""
    parts = KEPT.split(text)
    parts[::2] = map(pseudo, parts[::2])
    return "".join(parts)


class Model:
    """Answers, counts and bills.

    Args:
        latency: seconds until an answer.
    """

    def __init__(self, latency: float) -> None:
        self._latency = latency
        self._cache = PromptCache(time.monotonic)
        self._requests = 0
        self._eur = Decimal(0)

    async def messages(self, request: Request) -> JSONResponse:
        """`POST /v1/messages`."""
        asked = await request.json()
        system = {"role": "system", "content": asked.get("system", "")}
        text, given, spent = await self._answer(asked["model"], [system, *asked["messages"]])
        usage = {
            "input_tokens": given.uncached,
            "cache_read_input_tokens": given.read,
            "cache_creation_input_tokens": given.written_5m,
            "output_tokens": spent,
        }
        return JSONResponse(
            {
                "id": f"msg_{self._requests}",
                "type": "message",
                "role": "assistant",
                "model": asked["model"],
                "content": [{"type": "text", "text": text}],
                "stop_reason": "end_turn",
                "stop_sequence": None,
                "usage": usage,
            }
        )

    async def bill(self, request: Request) -> JSONResponse:
        """`GET /bill`: requests, and their EUR by the price list, each by itself."""
        return JSONResponse({"requests": self._requests, "eur": str(self._eur)})

    async def _answer(
        self, model: str, messages: list[dict[str, Any]]
    ) -> tuple[str, InputUsage, int]:
        blocks = [block for message in messages for block in _blocks(message)]
        turns = sum(message["role"] != "system" for message in messages)
        total = sum(count(text) for text, _ in blocks) + MESSAGE_OVERHEAD * turns
        prefixes = _prefixes(model, blocks)
        given, to_write = self._cache.look_up(prefixes, total, MODELS[model].cache_minimum)
        await asyncio.sleep(self._latency)
        self._cache.write(to_write)
        text = answered(_blocks(messages[-1])[-1][0])
        spent = count(text)
        self._requests += 1
        usage = TokenUsage(
            uncached_input_tokens=given.uncached,
            cache_read_tokens=given.read,
            cache_write_5m_tokens=given.written_5m,
            output_tokens=spent,
        )
        billed = cost(usage, model, transport="messages", eur_per_usd=SHIPPED_EUR_PER_USD)
        self._eur += billed.eur
        return text, given, spent


def _blocks(message: dict[str, Any]) -> list[tuple[str, bool]]:
    """A message's texts, and whether a cached prefix ends with each."""
    content = message["content"]
    if isinstance(content, str):
        return [(content, False)]
    return [(block["text"], "cache_control" in block) for block in content]


def _prefixes(model: str, blocks: list[tuple[str, bool]]) -> list[Prefix]:
    found, before, tokens = [], model, 0
    for text, is_end in blocks:
        before += "\0" + text
        tokens += count(text)
        found.append(Prefix(before.encode(), tokens, "5m" if is_end else None))
    return found


def main() -> None:
    """Serve until the process is ended."""
    model = Model(float(sys.argv[2]))
    routes = [
        Route("/v1/messages", model.messages, methods=["POST"]),
        Route("/bill", model.bill),
    ]
    uvicorn.run(
        Starlette(routes=routes), port=int(sys.argv[1]), log_level="warning", access_log=False
    )


if __name__ == "__main__":
    main()
