"""One variant of a night, alone in its process: prints one JSON line.

`wall_s` is the work alone: no server's start, no import. `night` is the product;
`unorchestrated` the same stages called without Prefect around them; `bare` the same number of
requests through the same SDK from `asyncio.gather`.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uuid_utils

from domain.settings import Settings
from engines.claude.client import Claude
from engines.clock import SystemClock
from engines.port import Question
from prompts.render import render
from prompts.turns import assess_turn, translate_turn
from storage.files.settings_file import load_settings
from storage.lake import Lake
from tasks.intake.submitter import Submitter, gather
from tasks.run.progress import Progress
from tests.bench.orchestration import orchestrated

SENTENCES_A_DOCUMENT = 10


def documents(folder: Path, segments: int) -> None:
    """Text files of ten one-sentence paragraphs each, no two sentences alike."""
    folder.mkdir(parents=True)
    for number in range(segments // SENTENCES_A_DOCUMENT):
        lines = [
            f"Open drawer {number} and take out folder {line} before the shift begins."
            for line in range(SENTENCES_A_DOCUMENT)
        ]
        (folder / f"{number:05}.txt").write_text("\n\n".join(lines) + "\n")


def submitted(settings: Settings, segments: int) -> None:
    """The documents as queued jobs."""
    home = Path(settings.home)
    folder = home / "documents-in"
    documents(folder, segments)
    Lake.create(home).close()
    submitter = Submitter(
        home, "local", False, lambda: datetime.now(UTC), lambda: str(uuid_utils.uuid7())
    )
    submitter.take(gather([folder], None, {"source_lang": "en", "target_lang": "de"}))


def night(settings: Settings, segments: int) -> dict[str, Any]:
    """The whole night, on a Prefect server of its own."""
    from flows.night import run_night

    seconds = 0.0

    def watch(progress: Progress) -> None:
        nonlocal seconds
        seconds = progress.elapsed_s

    report, recorded = run_night(settings, {}, watch=watch)
    assert all(job.status.has_result for job in report.jobs), "a job did not complete"
    return {
        "requests": 2 * segments,
        "task_runs": recorded.expected,
        "recorded": recorded.completed,
        "wall_s": round(seconds, 1),
    }


def prefect(settings: Settings, segments: int) -> dict[str, Any]:
    """The same flow runs and task runs around nothing."""
    return orchestrated(settings, segments // SENTENCES_A_DOCUMENT, segments)


def bare(settings: Settings, segments: int) -> dict[str, Any]:
    """As many translations and assessments, gathered behind a semaphore."""

    async def work() -> None:
        engine = Claude(
            settings.max_in_flight,
            environ=os.environ,
            clock=SystemClock(),
            uniform=random.random,
        )
        slots = asyncio.Semaphore(settings.max_in_flight)
        briefing = _briefing()

        async def one(number: int) -> None:
            async with slots:
                text = f"Open drawer {number // 10} and take out folder {number % 10}."
                turn = translate_turn("en", "de", {number: text})
                await engine.ask(_question("translate", settings.translator_model, turn, briefing))
                turn = assess_turn("en", "de", {number: (text, text)})
                await engine.ask(_question("assess", settings.qa_model, turn, briefing))

        await asyncio.gather(*(one(number) for number in range(segments)))
        await engine.close()

    began = time.perf_counter()
    asyncio.run(work())
    return {"requests": 2 * segments, "wall_s": round(time.perf_counter() - began, 1)}


def _briefing() -> Any:
    from domain.briefing import read_briefing

    return read_briefing({"source_lang": "en", "target_lang": "de"})


def _question(task: str, model: str, user: str, briefing: Any) -> Question:
    prompt = render(task, briefing)
    return Question(task, model, prompt.system, user, prompt.schema, 2_000, prompt.version)


def main() -> None:
    """Run the variant that the command line names."""
    variant, segments = sys.argv[1], int(sys.argv[2])
    run: Callable[[Settings, int], dict[str, Any]] = globals()[variant]
    settings = load_settings(Path.cwd(), os.environ, {})
    if variant == "night":
        submitted(settings, segments)
    cpu = time.process_time()
    found = run(settings, segments)
    found["cpu_s"] = round(time.process_time() - cpu, 1)
    print(json.dumps(found))  # noqa: T201 - read by tests.bench


if __name__ == "__main__":
    main()
