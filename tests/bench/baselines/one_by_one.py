"""One request for each segment and stage, with the prompts of Nightdesk, at a limit."""

from __future__ import annotations

import asyncio
import os
import random
import sys
from decimal import Decimal
from pathlib import Path

from domain.briefing import read_briefing
from domain.cost.pricing import cost
from domain.errors import EngineError
from domain.placeholders.masking import mask
from domain.settings import Settings
from engines.claude.client import Claude
from engines.clock import SystemClock
from engines.limits.backoff import delay
from engines.output_tokens import output_room
from engines.port import Question
from prompts.render import render
from prompts.turns import assess_turn, translate_turn
from tests.bench.pages import taken_apart


def documents_in(folder: Path) -> list[list[str]]:
    """The masked segments of each page in a folder."""
    return [
        [mask(part.source).text for part in taken_apart(file.read_text()).segments]
        for file in sorted(folder.iterdir())
    ]


async def ask_all(documents: list[list[str]], target_lang: str, in_flight: int) -> Decimal:
    """EUR for translating and assessing every segment of the documents by itself."""
    settings = Settings()
    briefing = read_briefing({"source_lang": "en", "target_lang": target_lang})
    engine = Claude(
        in_flight,
        environ=os.environ,
        clock=SystemClock(),
        uniform=random.random,
        prompt_cache=False,
    )
    slots = asyncio.Semaphore(2 * in_flight)
    bill: list[Decimal] = []

    async def asked(task: str, model: str, turn: str, text: str) -> None:
        prompt = render(task, briefing)
        room = output_room(task, [text])
        question = Question(
            task, model, prompt.system, turn, prompt.schema, room, prompt.version, "baseline"
        )
        for attempt in range(1, 20):
            try:
                reply = await engine.ask(question)
            except EngineError:
                await asyncio.sleep(delay(attempt, random.random))
            else:
                bill.append(
                    cost(
                        reply.usage,
                        model,
                        transport="messages",
                        eur_per_usd=settings.eur_per_usd,
                        at=reply.started_at,
                    ).eur
                )
                return

    async def segment(texts: list[str], number: int) -> None:
        text = texts[number]
        before, after = texts[max(0, number - 2) : number], texts[number + 1 : number + 2]
        async with slots:
            turn = translate_turn("en", target_lang, {number: text}, before=before, after=after)
            await asked("translate", settings.translator_model, turn, text)
            turn = assess_turn("en", target_lang, {number: (text, text)})
            await asked("assess", settings.qa_model, turn, text + text)

    await asyncio.gather(*(segment(d, number) for d in documents for number in range(len(d))))
    await engine.close()
    return sum(bill, Decimal(0))


if __name__ == "__main__":
    eur = asyncio.run(ask_all(documents_in(Path(sys.argv[1])), sys.argv[2], int(sys.argv[3])))
    print(eur)  # noqa: T201 - read by tests.bench.costs
