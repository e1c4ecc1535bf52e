"""What is Claude's own in an answer, over real HTTP."""

from __future__ import annotations

from domain.usage import TokenUsage
from tests.integration.test_online_engines import reply_to
from tests.vendors import CLAUDE


async def test_token_classes() -> None:
    """Tokens are read in all five classes, cache writes by their time to live."""
    usage = {
        "input_tokens": 1,
        "cache_read_input_tokens": 20,
        "cache_creation_input_tokens": 700,
        "cache_creation": {"ephemeral_5m_input_tokens": 300, "ephemeral_1h_input_tokens": 400},
        "output_tokens": 5000,
        "service_tier": "standard",
    }
    reply = await reply_to(CLAUDE, CLAUDE.answer(usage=usage))
    assert reply.usage == TokenUsage(1, 20, 300, 400, 5000)
    del usage["cache_creation"]
    reply = await reply_to(CLAUDE, CLAUDE.answer(usage=usage))
    assert reply.usage == TokenUsage(1, 20, 700, 0, 5000)


async def test_blocks_by_type() -> None:
    """Text is picked by the type of its block; thinking before it is no part of the answer."""
    blocks = [
        {"type": "thinking", "thinking": "Hm.", "signature": "x"},
        {"type": "text", "text": '{"a":'},
        {"type": "text", "text": " 1}"},
        {"type": "brand_new", "text": "beside the point"},
    ]
    assert (await reply_to(CLAUDE, CLAUDE.answer(content=blocks))).text == '{"a": 1}'
