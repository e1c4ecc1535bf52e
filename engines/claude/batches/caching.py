"""The requests of a batch, with cache breakpoints where so many share a prefix that they pay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from anthropic.types.message_create_params import MessageCreateParamsNonStreaming

from engines.claude.caching import OWN_END, SHARED_END
from engines.claude.messages import request_of
from engines.port import Question, prefix_of

SIDE_BY_SIDE = 16
"""Requests of a batch that begin together, by a guess of ours: the vendor names no figure."""

WORTH = 40
"""Requests of one batch that share a prefix, from which on it is worth caching.

Requests of a batch are worked on side by side, and those that begin together each write the
prefix. If those do, at twice the price of input for an hour's entry, and the others read it at a
tenth, n requests pay 16 · 2 + (n - 16) · 0.1 for it instead of n: less from n = 34 on.
"""


def requests_of(
    questions: Sequence[Question], *, prompt_cache: bool
) -> list[MessageCreateParamsNonStreaming]:
    """The bodies of the requests of one batch, in the order of the questions.

    Args:
        questions: what the batch asks.
        prompt_cache: whether anything is cached at all.
    """
    if not prompt_cache:
        return [request_of(question, ttl=None) for question in questions]
    shared = Counter(prefix_of(question, SHARED_END) for question in questions)
    own = Counter(prefix_of(question, OWN_END) for question in questions if question.own_repeats)
    return [
        request_of(
            replace(question, own_repeats=own[prefix_of(question, OWN_END)] >= WORTH),
            ttl="1h" if shared[prefix_of(question, SHARED_END)] >= WORTH else None,
        )
        for question in questions
    ]
