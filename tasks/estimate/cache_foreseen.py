"""Which tokens of requests that are to come will be written to the cache, and which read."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count

from domain.usage import TokenUsage
from engines.joint_questions import OWN_BLOCK
from engines.port import Caching, prefix_of
from engines.rough_tokens import rough_tokens
from tasks.estimate.calibration import TokenRule
from tasks.estimate.forecast import FRAMES, Foreseen


@dataclass(frozen=True, slots=True)
class Planned:
    """A request that is to come, in tokens.

    Attributes:
        stage: requests of one stage follow one another, or travel in one batch.
        ends: the prefixes that are worth caching, shortest first, each by a hash and its tokens.
        before: tokens of schema and system.
        own: those of them that are of this job alone.
        turn: tokens of the user turn.
        head: those of them that are the same for all documents.
        answer: tokens of the answer.
        frame: those of them that an answer about several documents has once.
    """

    stage: str
    ends: tuple[tuple[int, float], ...]
    before: float
    own: float
    turn: float
    head: float
    answer: float
    frame: float


def planned(request: Foreseen, rule: TokenRule, caching: Caching | None) -> Planned:
    """A foreseen request in tokens.

    Args:
        request: as it will be asked.
        rule: counts tokens.
        caching: how the engine caches; None where nothing is.
    """
    question = request.question
    ends = caching.ends(question) if caching else ()
    return Planned(
        request.stage,
        tuple(
            (
                hash(prefix_of(question, end)),
                rule.prefix_tokens(question, end + 1),
            )
            for end in ends
        ),
        before := rule.prefix_tokens(question),
        before - rule.prefix_tokens(question, OWN_BLOCK),
        rule.turn_tokens(question) + request.quoted,
        0 if question.sharing is None else rough_tokens(json.dumps(question.sharing.frame.head)),
        request.answer,
        FRAMES.get(question.task, 0),
    )


def together(requests: Sequence[Planned]) -> Planned:
    """Requests about one document each as the one that they will travel in."""
    first, others = requests[0], requests[1:]
    return replace(
        first,
        before=first.before + sum(other.own for other in others),
        turn=first.turn + sum(other.turn - other.head for other in others),
        answer=first.answer + sum(other.answer - other.frame for other in others),
    )


def usages(requests: Sequence[Planned], caching: Caching | None) -> Iterator[TokenUsage]:
    """The tokens of requests by class, in their order.

    Args:
        requests: all of a night, in the order they go out in.
        caching: how the engine caches: the first of a prefix writes it, or all that begin together
            do, and the others read it; what too few share is not cached. None: nothing is.
    """
    shared = Counter((r.stage, key) for r in requests for key, _ in r.ends)
    numbers: defaultdict[str, count[int]] = defaultdict(count)
    begun: dict[int, tuple[str, int]] = {}
    for request in requests:
        number = next(numbers[request.stage])
        together = request.stage, number // caching.side_by_side if caching else number
        boundary = read = 0.0
        for key, tokens in request.ends:
            if caching is None or shared[request.stage, key] < caching.worth:
                continue
            if begun.setdefault(key, together) != together:
                read = tokens
            boundary = tokens
        written = round(boundary - read)
        usage = TokenUsage(
            uncached_input_tokens=round(request.before - boundary + request.turn),
            cache_read_tokens=round(read),
            output_tokens=round(request.answer),
        )
        yield replace(usage, **{caching.written_as: written}) if caching else usage
