"""Apertium as an engine: the real one where it is installed, and programs that misbehave."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from domain.decisions import GiveUp
from domain.errors import EngineError, EnvironmentProblem
from domain.placeholders.masking import differences, mask
from domain.requests.answers import SCHEMAS, read_translations
from domain.usage import TokenUsage
from engines.apertium.engine import Apertium
from engines.apertium.pipeline import Pipeline, PipelineBroken
from engines.clock import SystemClock
from engines.port import Question
from prompts.turns import assess_turn, translate_turn

REAL = pytest.mark.skipif(
    not Path("/usr/share/apertium/modes/eng-spa.mode").exists()
    or not shutil.which("apertium-wblank-mode"),
    reason="needs the Debian packages apertium and apertium-eng-spa",
)


@asynccontextmanager
async def asking(environ: Mapping[str, str] = os.environ) -> AsyncIterator[Apertium]:
    engine = Apertium(environ=environ, clock=SystemClock())
    try:
        yield engine
    finally:
        await engine.close()


def question(turn: str, task: str = "translate") -> Question:
    return Question(task, "any", (), turn, SCHEMAS[task], 1000, "v")


async def translations(engine: Apertium, *texts: str) -> list[str]:
    turn = translate_turn("en", "es", dict(enumerate(texts)))
    reply = await engine.ask(question(turn))
    answer = read_translations(reply.judged(), range(len(texts)))
    return [answer.texts[segment_id] for segment_id in range(len(texts))]


def stand_in(folder: Path, script: str) -> dict[str, str]:
    """An environment whose mode `eng-spa` is a shell script."""
    program = folder / "bin" / "apertium-wblank-mode"
    program.parent.mkdir(parents=True)
    program.write_text('#!/bin/sh\ncat "$2"\n')
    program.chmod(0o755)
    mode = mode_in(folder)
    mode.parent.mkdir(parents=True)
    mode.write_text(script)
    return {"PATH": f"{program.parent}:{os.defpath}", "HOME": str(folder)}


def mode_in(folder: Path) -> Path:
    return folder / "share" / "apertium" / "modes" / "eng-spa.mode"


@REAL
async def test_spanish() -> None:
    """Real Spanish comes back by id, free of cost, with the words that were not known noted."""
    turn = translate_turn(
        "en", "es", {7: "I saw ⟦1⟧the house⟦/1⟧ of ⟦v1⟧.", 3: "The blorped cat"}, before=["Hello."]
    )
    async with asking() as engine:
        reply = await engine.ask(question(turn))
    assert json.loads(reply.text) == {
        "segments": [
            "7|Vi ⟦1⟧la casa⟦/1⟧ de ⟦v1⟧.",
            "3|El blorped gato",
        ],
        "notes": [
            {
                "id": 3,
                "confidence": "low",
                "note": "Words that Apertium does not know or could not inflect: blorped.",
            }
        ],
    }
    assert (reply.model, reply.stop_reason, reply.usage, reply.simulated) == (
        "apertium eng-spa",
        "end_turn",
        TokenUsage(),
        False,
    )


@REAL
async def test_difficult_texts() -> None:
    """Whatever a text holds, its placeholders and special characters come back."""
    sources = [
        "Use <b>the <i>red</i> car</b> for {{name}} at 50 % and C++ *now*, ~/bin or a\\b.",
        "`ls` `-l` [options] {files} ^start $end @user #tag",
        "<br/>\nOne line\nand\tanother\x01\x7f 😀 中文 \u200b\ufeff",
        "[[t:b:1]]red[[/]] [0] [999] [<STREAMCMD:FLUSH>] \\",
        "A\u0301 z\0y ⟦1⟧ ⟧⟦",
    ]
    masked = [mask(source) for source in sources]
    async with asking() as engine:
        answers = await translations(engine, *(each.text for each in masked))
    found = [differences(*pair) for pair in zip(masked, answers, strict=True)]
    assert [()] * 5 == found
    assert [s.count("*") for s in sources] == [a.count("*") for a in answers]
    assert "[[t:b:1]]" in answers[3]
    assert "[[/]]" in answers[3]


@REAL
async def test_one_process() -> None:
    """Many questions at once share one process, and each gets its own answers."""
    async with asking() as engine:
        one = await translations(engine, "house")
        many = await asyncio.gather(*(translations(engine, f"house {n}", "cat") for n in range(50)))
        pipelines = [
            child for child in psutil.Process().children() if child.cmdline()[:1] == ["/bin/sh"]
        ]
    assert one == ["casa"]
    assert many == [[f"{one[0]} {n}", many[0][1]] for n in range(50)]
    assert len(pipelines) == 1
    assert not psutil.pid_exists(pipelines[0].pid)


@REAL
async def test_killed_process() -> None:
    """A process that was killed is started again, unnoticed by who asks."""
    async with asking() as engine:
        before = await translations(engine, "The red house.")
        below = psutil.Process().children(recursive=True)
        next(child for child in below if "transfer" in child.name()).kill()
        assert before == await translations(engine, "The red house.")


def test_not_installed(tmp_path: Path) -> None:
    """Without Apertium on the machine nothing begins, and it says what to install."""
    with pytest.raises(EnvironmentProblem, match="install the packages apertium and"):
        Apertium(environ={"PATH": str(tmp_path)}, clock=SystemClock())


async def test_missing_pair(tmp_path: Path) -> None:
    """A pair that is not installed is an error that names its package."""
    async with asking(stand_in(tmp_path, "exec cat")) as engine:
        with pytest.raises(EnvironmentProblem, match="install the package apertium-fr-es"):
            await engine.ask(question(translate_turn("fr", "es", {0: "Oui"})))


async def test_other_tasks(tmp_path: Path) -> None:
    """It can only be asked to translate."""
    async with asking(stand_in(tmp_path, "exec cat")) as engine:
        with pytest.raises(EngineError, match="can't be asked to assess") as raised:
            await engine.ask(question(assess_turn("en", "es", {0: ("a", "b")}), "assess"))
    assert raised.value.decision == GiveUp()


async def test_died_once(tmp_path: Path) -> None:
    """A process that dies over a question is started once more for it."""
    environ = stand_in(tmp_path, 'mkdir "$HOME/died" && exit 1; exec cat')
    async with asking(environ) as engine:
        assert ["one", "two"] == await translations(engine, "one", "two")


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("exit 1", "apertium eng-spa: the process ended before its answer"),
        ("printf '\\0'; exec cat", "apertium eng-spa: the answer to another text came for [2]"),
        ("printf '\\377\\0'; exec cat", "apertium eng-spa: the answer is no UTF-8"),
    ],
)
async def test_broken(tmp_path: Path, script: str, message: str) -> None:
    """A process that dies again or answers something else gives the question up."""
    async with asking(stand_in(tmp_path, script)) as engine:
        with pytest.raises(EngineError) as raised:
            await translations(engine, "one")
    assert (str(raised.value), raised.value.decision) == (message, GiveUp())


async def test_hung(tmp_path: Path) -> None:
    """A process that doesn't answer is ended, with all it has started."""
    environ = stand_in(tmp_path, "sleep 600 | cat")
    pipeline = Pipeline(mode_in(tmp_path), environ, patience=0.2)
    with pytest.raises(PipelineBroken, match="no answer came in time"):
        await pipeline.translate(["one"])
    await pipeline.close()
    assert [] == [child for child in psutil.Process().children() if is_sleeping(child)]


def is_sleeping(child: psutil.Process) -> bool:
    return any("sleep" in each.name() for each in (child, *child.children(recursive=True)))


def appeared(path: Path) -> None:
    while not path.exists():
        time.sleep(0.01)


async def test_interrupted(tmp_path: Path) -> None:
    """A question that was called off leaves nothing behind that the next could take for its own."""
    environ = stand_in(tmp_path, 'mkdir "$HOME/once" && sleep 600; exec cat')
    async with asking(environ) as engine:
        first: asyncio.Task[Any] = asyncio.create_task(translations(engine, "one"))
        await asyncio.to_thread(appeared, tmp_path / "once")
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        assert ["two"] == await translations(engine, "two")
