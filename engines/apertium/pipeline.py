"""One pair's translator: a process that lives as long as the night."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path

PATIENCE = 60.0
"""Seconds for the next answer; Apertium translates about a thousand segments in one."""

LONGEST_ANSWER = 2**24
"""Bytes."""

FAREWELL = 5.0
"""Seconds to end by itself."""

PASSED_ON = ("PATH", "HOME", "TMPDIR")

COMMAND = 'eval "$(apertium-wblank-mode -z "$0")"'
"""Runs a mode's programs so that each answers at a null byte.

The command `apertium -z` holds its answers back until its input ends.
"""

Process = asyncio.subprocess.Process


class PipelineBroken(Exception):
    """The process died, hung or answered something else, twice in a row."""


class Pipeline:
    """Apertium for one pair, started when it is first needed and again when it has died.

    Args:
        mode: the file that says which programs make up the pair.
        environ: all environment variables; Apertium sees those of `PASSED_ON`.
        patience: seconds for the next answer.
    """

    def __init__(
        self, mode: Path, environ: Mapping[str, str], *, patience: float = PATIENCE
    ) -> None:
        self.mode = mode
        self._environ = {name: environ[name] for name in PASSED_ON if name in environ}
        self._environ["LC_ALL"] = "C.UTF-8"
        self._patience = patience
        self._process: Process | None = None
        self._turn = asyncio.Lock()
        self._count = 0

    async def translate(self, streams: Sequence[str]) -> list[str]:
        """The translations of some texts, all in Apertium's stream format.

        Raises:
            PipelineBroken: no process lived through it.
        """
        async with self._turn:
            try:
                return await self._exchange(streams)
            except PipelineBroken:
                return await self._exchange(streams)

    async def close(self) -> None:
        """Let the process end."""
        async with self._turn:
            process, self._process = self._process, None
            if process is None:
                return
            assert process.stdin is not None
            process.stdin.close()
            try:
                async with asyncio.timeout(FAREWELL):
                    await process.communicate()
            except TimeoutError:
                await _end(process)

    async def _exchange(self, streams: Sequence[str]) -> list[str]:
        process = self._process or await self._started()
        self._process = None  # whatever interrupts this leaves answers behind in the pipe
        try:
            answers = await self._answers(process, streams)
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError, ValueError) as e:
            raise PipelineBroken(f"apertium {self.mode.stem}: {_reason(e)}") from e
        else:
            self._process = process
        finally:
            if self._process is None:
                await _end(process)
        return answers

    async def _started(self) -> Process:
        return await asyncio.create_subprocess_exec(
            "/bin/sh",
            "-c",
            COMMAND,
            str(self.mode),
            "-g",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=self._environ,
            limit=LONGEST_ANSWER,
            start_new_session=True,
        )

    async def _answers(self, process: Process, streams: Sequence[str]) -> list[str]:
        """The answers, each known by the number that goes in front of its text and comes back."""
        assert process.stdin is not None
        assert process.stdout is not None
        numbered = []
        for stream in streams:
            self._count += 1
            numbered.append((f"[{self._count}]", stream))
        process.stdin.write("".join(f"{n}{stream}\0" for n, stream in numbered).encode())
        answers = []
        for number, _stream in numbered:
            async with asyncio.timeout(self._patience):
                answer = (await process.stdout.readuntil(b"\0"))[:-1].decode()
            if not answer.startswith(number):
                raise ValueError(f"the answer to another text came for {number}")
            answers.append(answer.removeprefix(number))
        return answers


def _reason(error: Exception) -> str:
    if isinstance(error, asyncio.IncompleteReadError):
        return "the process ended before its answer"
    if isinstance(error, TimeoutError):
        return "no answer came in time"
    if isinstance(error, UnicodeDecodeError):
        return "the answer is no UTF-8"
    return str(error)


async def _end(process: Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    assert process.stdin is not None
    process.stdin.close()
    await process.wait()
