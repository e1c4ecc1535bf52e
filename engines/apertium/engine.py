"""Apertium as an engine: translates offline and at no cost, and says which words it didn't know."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

from domain.decisions import GiveUp
from domain.errors import EngineError, EnvironmentProblem
from domain.requests.endings import Ending
from domain.requests.numbered import Numbered, read_numbered
from domain.usage import TokenUsage
from engines.apertium.pairs import mode_of
from engines.apertium.pipeline import Pipeline, PipelineBroken
from engines.apertium.stream import Rendered, rendered, written
from engines.availability import Wait
from engines.clock import Clock
from engines.port import Caching, Question, Reply

NAMED_WORDS = 20
"""Words a note names at most."""


class Apertium:
    """Apertium with the pairs that are installed, one process a pair.

    `PATH` says where it is, `APERTIUM_DATADIR` where its pairs are if not beside it.

    Args:
        environ: all environment variables.
        clock: the time.

    Raises:
        EnvironmentProblem: Apertium is not installed.
    """

    name = "apertium"
    transport = "local"
    tasks = frozenset({"translate"})
    is_free = True
    missing: tuple[str, ...] = ()
    simulated = False
    waits: tuple[Wait, ...] = ()
    caching: Caching | None = None

    def __init__(self, *, environ: Mapping[str, str], clock: Clock) -> None:
        self._environ = environ
        self._clock = clock
        self._modes = _modes(environ)
        self._pipelines: dict[str, Pipeline] = {}

    def call_id(self, question: Question) -> str | None:
        """None: nothing is kept that could be fetched again."""
        return None

    async def is_out(self, question: Question) -> bool:
        """Never."""
        return False

    async def look(self) -> None:
        """Nothing: which pairs are installed shows when one is asked for."""

    async def ask(self, question: Question) -> Reply:
        """The translations of a question's segments; context, glossary and briefing go unread.

        Raises:
            EnvironmentProblem: the pair of languages is not installed; it names the package.
            EngineError: it is no question for a translation, or the process doesn't live.
        """
        if question.task not in self.tasks:
            raise EngineError("unable", f"Apertium can't be asked to {question.task}", GiveUp())
        asked = json.loads(question.user)
        pipeline = self._pipeline(asked["source_lang"], asked["target_lang"])
        found = map(read_numbered, asked["segments"])
        texts = {segment.id: segment.text for segment in found if segment}
        started_at, began = self._clock.now(), self._clock.ticks()
        try:
            answer = await _answer(pipeline, texts)
        except PipelineBroken as error:
            latency_ms = round((self._clock.ticks() - began) * 1000)
            raise EngineError("broken", str(error), GiveUp(), latency_ms=latency_ms) from error
        return Reply(
            text=json.dumps(answer, ensure_ascii=False),
            stop_reason="end_turn",
            ending=Ending.COMPLETE,
            usage=TokenUsage(),
            model=f"apertium {pipeline.mode.stem}",
            request_id=None,
            started_at=started_at,
            latency_ms=round((self._clock.ticks() - began) * 1000),
            simulated=False,
        )

    async def close(self) -> None:
        """End the processes."""
        for pipeline in self._pipelines.values():
            await pipeline.close()

    def _pipeline(self, source_lang: str, target_lang: str) -> Pipeline:
        installed = {path.stem for path in self._modes.glob("*.mode")}
        mode = mode_of(source_lang, target_lang, installed)
        if mode not in self._pipelines:
            path = self._modes / f"{mode}.mode"
            self._pipelines[mode] = Pipeline(path, self._environ)
        return self._pipelines[mode]


def _modes(environ: Mapping[str, str]) -> Path:
    """The folder with the modes of all pairs on this machine."""
    program = shutil.which("apertium-wblank-mode", path=environ.get("PATH", ""))
    if program is None:
        raise EnvironmentProblem(
            "Apertium is not installed, or older than 3.7; install the packages apertium and, "
            "for each pair, one such as apertium-eng-spa (Debian)"
        )
    beside = Path(program).resolve().parent.parent / "share" / "apertium"
    return Path(environ.get("APERTIUM_DATADIR") or beside) / "modes"


async def _answer(pipeline: Pipeline, texts: Mapping[int, str]) -> dict[str, object]:
    """The wire format's answer to a `translate`."""
    asked = {segment_id: written(text) for segment_id, text in texts.items()}
    streams = await pipeline.translate([text.stream for text in asked.values()])
    segments, notes = [], []
    for (segment_id, text), stream in zip(asked.items(), streams, strict=True):
        translation = rendered(stream, text)
        segments.append(str(Numbered(segment_id, translation.text)))
        doubts = _doubts(translation)
        if doubts:
            notes.append({"id": segment_id, "confidence": "low", "note": doubts})
    return {"segments": segments, "notes": notes}


def _doubts(translation: Rendered) -> str:
    """What to say of a translation that is not sure; empty where it is."""
    words = translation.unknown
    more = f" and {len(words) - NAMED_WORDS} more" if len(words) > NAMED_WORDS else ""
    doubts = []
    if words:
        named = ", ".join(words[:NAMED_WORDS])
        doubts.append(f"Words that Apertium does not know or could not inflect: {named}{more}.")
    if not translation.is_whole:
        doubts.append("Apertium lost or moved something that is no word.")
    return " ".join(doubts)
