"""What is asked of models that long instructions and large requests are too much for."""

from __future__ import annotations

from prompts.render import instructions
from tasks.requests.questions import question
from tests.integration.conftest import Sessions

TEXT = "\n\n".join(f"Sentence {n} of this document is here." for n in range(20))
FREE = {"input": 0, "output": 0}


async def test_a_small_translator(in_session: Sessions) -> None:
    """It has short instructions, a few segments at a time, and no other document beside its own.

    Who assesses has the long ones, since it is no small model.
    """
    small = "qwen2.5-coder-1.5b-instruct"
    async with in_session(TEXT, translator_model=small, prices={small: FREE}) as session:
        for task, is_short in (("translate", True), ("correct", True), ("assess", False)):
            asked = question(session, task, "{}", ["One sentence."])
            assert asked.system[0] == instructions(task, is_short=is_short)
            assert (asked.sharing is None) is is_short
        assert [len(window) for window in session.document.windows] == [8, 8, 4]


async def test_any_other_model(in_session: Sessions) -> None:
    """The document travels whole, by the long instructions."""
    async with in_session(TEXT) as session:
        asked = question(session, "translate", "{}", ["One sentence."])
        assert asked.system[0] == instructions("translate")
        assert asked.sharing is not None
        assert [len(window) for window in session.document.windows] == [20]
