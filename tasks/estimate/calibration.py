"""How many tokens a question has: a rule by its characters, set right by a few counts."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from engines.port import Counted, Counter, Question
from engines.rough_tokens import rough_tokens

MESSAGE_TOKENS = 3
"""Tokens around a turn, roughly."""

SAMPLED_PREFIXES = 2
SAMPLED_TURNS = 8
"""Questions of each task that are counted; together a few dozen at most."""


@dataclass(frozen=True, slots=True)
class TokenRule:
    """Tokens of questions, by what a rough token has been found to be in real ones.

    Attributes:
        prefix: by task, real tokens of schema and system for each rough one; 1 where missing.
        turn: the same of the user turn.
        counted: the questions it was set right by.
        simulated: whether the simulator counted them.
    """

    prefix: Mapping[str, float] = field(default_factory=dict)
    turn: Mapping[str, float] = field(default_factory=dict)
    counted: int = 0
    simulated: bool = False

    def prefix_tokens(self, question: Question, blocks: int | None = None) -> float:
        """Tokens of the schema and the first so many blocks of the system; of all by default."""
        return self.prefix.get(question.task, 1.0) * _prefix(question, blocks)

    def turn_tokens(self, question: Question) -> float:
        """Tokens of the user turn."""
        return self.turn.get(question.task, 1.0) * rough_tokens(question.user) + MESSAGE_TOKENS


async def calibrated(counter: Counter, questions: Iterable[Question]) -> TokenRule:
    """A rule set right by counting some of the questions.

    Raises:
        EngineError: they can't be counted.
    """
    by_task: defaultdict[str, list[Question]] = defaultdict(list)
    for question in questions:
        by_task[question.task].append(question)
    prefix: dict[str, float] = {}
    turn: dict[str, float] = {}
    counts: list[Counted] = []
    for task, some in by_task.items():
        bare = [replace(question, user=".") for question in _spread(some, SAMPLED_PREFIXES)]
        prefixes = [await counter.count(question) for question in bare]
        around = len(bare) * (MESSAGE_TOKENS + 1)
        prefix[task] = (_sum(prefixes) - around) / sum(_prefix(question) for question in bare)
        whole = _spread(some, SAMPLED_TURNS)
        turns = [await counter.count(question) for question in whole]
        before = sum(prefix[task] * _prefix(question) + MESSAGE_TOKENS for question in whole)
        turn[task] = (_sum(turns) - before) / sum(rough_tokens(q.user) for q in whole)
        counts += [*prefixes, *turns]
    simulated = any(count.simulated for count in counts)
    return TokenRule(prefix, turn, len(counts), simulated)


def _prefix(question: Question, blocks: int | None = None) -> int:
    schema = rough_tokens(json.dumps(dict(question.schema), separators=(",", ":")))
    return schema + sum(rough_tokens(text) for text in question.system[:blocks])


def _spread(questions: Sequence[Question], count: int) -> Sequence[Question]:
    """So many of some questions at most, evenly spread."""
    step = max(1, len(questions) // count)
    return questions[::step][:count]


def _sum(counts: Iterable[Counted]) -> int:
    return sum(count.tokens for count in counts)
