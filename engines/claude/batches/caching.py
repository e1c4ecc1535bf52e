"""The requests of a batch, with cache breakpoints where so many share a prefix that they pay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import replace

from anthropic.types.message_create_params import MessageCreateParamsNonStreaming

from engines.claude.caching import OWN_END, SHARED_END
from engines.claude.messages import request_of
from engines.port import Question

WORTH = 40
"""Requests of one batch that share a prefix, from which on it is worth caching.

Requests of a batch are worked on side by side, and those that begin together each write the
prefix. If 16 do, at twice the price of input for an hour's entry, and the others read it at a
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


def prefix_of(question: Question, end: int) -> Hashable:
    """What questions that can share a cache entry up to the end of a system block have in common.

    Args:
        question: one of them.
        end: the block's index.
    """
    return question.task, question.model, question.effort, question.system[: end + 1]
