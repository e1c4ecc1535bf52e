"""A question to a model, put together for a job: its prompt, its model, its room."""

from __future__ import annotations

from collections.abc import Sequence

from engines.port import Question
from engines.room import output_room
from prompts.render import render
from tasks.hand import JobInHand

WITH_TERMS = frozenset({"translate", "correct", "assess"})
BY_TRANSLATOR = frozenset({"brief", "translate", "correct"})


def question(hand: JobInHand, task: str, user: str, texts: Sequence[str]) -> Question:
    """A question about some of a job's texts.

    Args:
        task: `brief`, `review_source`, `translate`, `assess` or `correct`.
        user: the user turn.
        texts: what the answer's length follows from.
    """
    prompt = render(
        task,
        hand.briefing,
        terms=hand.terms if task in WITH_TERMS else (),
        brief=hand.brief if task in WITH_TERMS else None,
    )
    settings = hand.desk.settings
    return Question(
        task=task,
        model=settings.translator_model if task in BY_TRANSLATOR else settings.qa_model,
        system=prompt.system,
        user=user,
        schema=prompt.schema,
        max_tokens=output_room(task, texts),
        prompt_version=prompt.version,
    )
