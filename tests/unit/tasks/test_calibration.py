"""A rule for tokens, set right by a few counts."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from engines.port import Counted, Question
from tasks.estimate.calibration import TokenRule, calibrated


@dataclass
class Tokenizer:
    """Counts two tokens for each rough one of schema and system, three for the turn's."""

    simulated: bool = False
    asked: list[Question] = field(default_factory=list)

    async def count(self, question: Question) -> Counted:
        self.asked.append(question)
        before = 1 + sum(len(text) // 4 for text in question.system)  # the schema is `{}`
        return Counted(2 * before + 3 * -(-len(question.user) // 4) + 3, self.simulated)


def question(task: str = "translate", turn: str = "turn" * 100) -> Question:
    return Question(
        task=task,
        model="claude-sonnet-5-5",
        system=("same" * 500, "pair" * 100),
        user=turn,
        schema={},
        max_tokens=1_000,
        prompt_version="p",
    )


def test_without_a_count_four_characters_are_a_token() -> None:
    """The rule alone counts roughly; a message has 3 tokens more."""
    rule = TokenRule()

    assert (601, 501, 103) == (
        rule.prefix_tokens(question()),
        rule.prefix_tokens(question(), 1),
        rule.turn_tokens(question()),
    )


async def test_a_few_counts_set_the_rule_right() -> None:
    """Prefix and turn have each their own measure, told by counts of some questions."""
    rule = await calibrated(Tokenizer(), [question() for _ in range(100)])

    assert 1_202 == pytest.approx(rule.prefix_tokens(question()), rel=0.01)
    assert 303 == pytest.approx(rule.turn_tokens(question()), rel=0.01)


async def test_few_questions_are_counted_however_many_there_are() -> None:
    """Of each task two prefixes and eight turns are counted at most, spread over all."""
    tokenizer = Tokenizer()
    many = [question("assess", f"turn {number}") for number in range(800)]

    rule = await calibrated(tokenizer, many)

    turns = [asked.user for asked in tokenizer.asked if asked.user != "."]
    assert [f"turn {number}" for number in range(0, 800, 100)] == turns
    assert (10, 10) == (rule.counted, len(tokenizer.asked))


async def test_a_task_that_was_not_counted_is_reckoned_roughly() -> None:
    """What is counted of one task says nothing of another."""
    rule = await calibrated(Tokenizer(), [question("translate")])

    assert rule.turn_tokens(question("assess")) == 103


async def test_the_simulator_s_count_is_known_as_such() -> None:
    """A count by the simulator is of a rehearsal."""
    rule = await calibrated(Tokenizer(simulated=True), [question()])

    assert rule.simulated


async def test_nothing_to_count_is_no_error() -> None:
    """Where nothing will be asked, nothing is counted."""
    assert TokenRule() == await calibrated(Tokenizer(), [])
