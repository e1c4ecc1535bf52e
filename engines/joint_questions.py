"""Questions about several documents as one, and its answer and bill shared out again."""

from __future__ import annotations

import json
from collections.abc import Hashable, Sequence
from dataclasses import replace
from itertools import count
from typing import Any, Generic, TypeVar

from domain.decisions import Apart
from domain.document.segment_windows import tokens_in
from domain.errors import EngineError
from domain.requests.answer_json import beginning
from domain.requests.endings import Ending
from domain.requests.joined import SEGMENTS, Part, answers_apart, joined, shares
from domain.requests.numbered import read_numbered
from domain.usage import TokenUsage
from engines.output_tokens import MOST_ROOM
from engines.port import Question, Reply

OWN_BLOCK = 2
"""The system block of one job: the glossary's entries that occur in it, a line each."""

HEAD_LINES = 2
"""The lines of that block before the first entry."""

STRANGER = "it says something of a segment that it was not asked about"

T = TypeVar("T")

_serial = count(1)


def room_taken(question: Question, *, segments: int, tokens: int) -> int:
    """How much of a request a question fills, in tokens of source text.

    Args:
        question: one that may be joined with others.
        segments: that a request may hold.
        tokens: that a request may hold.
    """
    assert question.sharing is not None, "who asks alone needs no room beside others"
    frame = question.sharing.frame
    size = sum(tokens_in(_source_in(segment)) for segment in frame.body[SEGMENTS])
    return max(size, -(-len(frame.ids) * tokens // segments))


def _source_in(segment: Any) -> str:
    if isinstance(segment, dict):
        return str(segment["source"])
    numbered = read_numbered(segment)
    return numbered.text if numbered else ""


def company_of(question: Question) -> Hashable:
    """What questions have in common that may travel together; None of one that has to go alone."""
    sharing = question.sharing
    if sharing is None or (sharing.apart is not None and sharing.apart.size == 1):
        return None
    return (
        sharing.key,
        sharing.apart,
        question.task,
        question.asked,
        question.effort,
        question.prompt_version,
        question.system[:OWN_BLOCK],
    )


class Grouping(Generic[T]):
    """Puts things together whose questions may travel in one request, as they come.

    Args:
        segments: that a request may hold.
        tokens: of source text that a request may hold.
    """

    def __init__(self, *, segments: int, tokens: int) -> None:
        self._segments = segments
        self._tokens = tokens
        self._open: dict[Hashable, tuple[list[T], int]] = {}

    def add(self, thing: T, question: Question) -> list[T] | None:
        """Take one up; what is returned is full, and goes before all that is still open."""
        company = company_of(question)
        if company is None:
            return [thing]
        size = room_taken(question, segments=self._segments, tokens=self._tokens)
        group, filled = self._open.get(company, ([], 0))
        if filled + size <= self._tokens:
            self._open[company] = [*group, thing], filled + size
            return None
        self._open[company] = [thing], size
        return group or None

    def rest(self) -> list[list[T]]:
        """What is still open; nothing is afterwards."""
        groups = [group for group, _ in self._open.values()]
        self._open.clear()
        return groups


def join(questions: Sequence[Question]) -> Question:
    """One question that asks all of them; a single one stays as it is.

    Args:
        questions: of one company.
    """
    first = questions[0]
    if len(questions) == 1:
        return first
    frames = [question.sharing.frame for question in questions if question.sharing]
    blocks = [
        question.system[OWN_BLOCK].splitlines() for question in questions if _has_own(question)
    ]
    entries = sorted({line for block in blocks for line in block[HEAD_LINES:]})
    own = ["\n".join((*blocks[0][:HEAD_LINES], *entries))] if blocks else []
    return replace(
        first,
        user=json.dumps(joined(frames), ensure_ascii=False, separators=(",", ":")),
        system=(*first.system[:OWN_BLOCK], *own),
        max_tokens=min(MOST_ROOM, sum(question.max_tokens for question in questions)),
        job_id="",
        own_repeats=False,
        occasion=0,
        sharing=None,
        permit=None,
        on_leaving=None,
    )


def _has_own(question: Question) -> bool:
    return len(question.system) > OWN_BLOCK


def parts_of(questions: Sequence[Question]) -> list[Part]:
    """Where each question's part of the joined one lies; none where there is only one."""
    if len(questions) == 1:
        return []
    return [
        Part(question.sharing.frame.ids, len(question.user.encode("utf-8", "surrogatepass")))
        for question in questions
        if question.sharing
    ]


def replies_apart(reply: Reply, parts: Sequence[Part]) -> list[Reply]:
    """Each document's own reply, with its share of the tokens.

    Where the answer as a whole can't be used, each of them says so, and how to ask again; of one
    that was cut off the same goes for the documents that it had not come to.

    Args:
        parts: the documents; none where the reply is one question's.
    """
    if not parts:
        return [reply]
    weights = [part.weight for part in parts]
    own = _own_answers(reply, parts)
    if own is None:
        text = STRANGER if reply.ending is Ending.COMPLETE and reply.text.strip() else reply.text
        usages = shares(reply.usage, weights, weights)
        return [
            replace(reply, text=text, usage=usage, apart=apart)
            for usage, apart in zip(usages, _halves(len(parts)), strict=True)
        ]
    is_cut = reply.ending is Ending.TRUNCATED
    lacking = [is_cut and not any(answer.values()) for answer in own]
    apart = iter(_halves(sum(lacking)))
    texts = [json.dumps(answer, ensure_ascii=False) for answer in own]
    usages = shares(reply.usage, weights, [len(text) for text in texts])
    return [
        replace(reply, usage=usage, apart=next(apart))
        if lacks
        else replace(reply, text=text, usage=usage, ending=Ending.COMPLETE)
        for lacks, text, usage in zip(lacking, texts, usages, strict=True)
    ]


def _own_answers(reply: Reply, parts: Sequence[Part]) -> list[dict[str, list[Any]]] | None:
    if reply.ending is Ending.TRUNCATED:
        return answers_apart(beginning(reply.text), parts)
    if reply.ending is not Ending.COMPLETE:
        return None
    try:
        return answers_apart(json.loads(reply.text), parts)
    except (ValueError, RecursionError):
        return None


def errors_apart(error: BaseException, parts: Sequence[Part]) -> Sequence[BaseException]:
    """What each document's question is told of a request that failed.

    Args:
        parts: the documents; none where it was one question's.
    """
    if not parts:
        return [error]
    if not isinstance(error, EngineError):
        return [error] * len(parts)
    weights = [part.weight for part in parts]
    usages: Sequence[TokenUsage | None] = [None] * len(parts)
    if error.usage is not None:
        usages = shares(error.usage, weights, weights)
    return [
        EngineError(
            error.kind,
            str(error),
            error.decision,
            status=error.status,
            request_id=error.request_id,
            latency_ms=error.latency_ms,
            unsent=error.unsent,
            usage=usage,
            apart=apart,
        )
        for usage, apart in zip(usages, _halves(len(parts)), strict=True)
    ]


def _halves(size: int) -> list[Apart]:
    of, first = next(_serial), -(-size // 2)
    return [
        Apart(of, 0, first) if place < first else Apart(of, 1, size - first)
        for place in range(size)
    ]
