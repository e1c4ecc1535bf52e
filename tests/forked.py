"""Processes that are forked from one that has everything imported.

Importing takes seconds of CPU time, a fork a hundredth of one. Each is a process like any other: it
has an environment, a folder, an exit code, and is ended by signals. What is about the start of a
process needs a fresh one, and so does a night that starts a Prefect server of its own, since
Prefect has read where its server is by then.
"""

from __future__ import annotations

import multiprocessing
import os
import runpy
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.connection import wait
from pathlib import Path

import pytest

from flows.prefect.environment import CLIENT_SETTINGS

_WARM = "tests.warm"
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload([_WARM])
_BEFORE_IMPORTS = {
    "PYTHONPATH": str(Path(__file__).resolve().parents[1]),
    # A pool of threads would not survive the fork.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
}
_lock = threading.Lock()
"""Starting a process looks at all others, and two may not look at one at once."""


class Forked:
    """A process that runs a function; used as a `subprocess.Popen` is.

    Args:
        target: what it runs; its exit code, where it returns a number. Importable by name.
        arguments: of the function; they are pickled.
        folder: where it works.
        environ: all variables it has.
        out: takes both channels; None: each goes to a file of its own, for `communicate`.
        is_night: whether it has Prefect go by its environment by itself, as a night does.

    Attributes:
        pid: its number.
    """

    def __init__(
        self,
        target: Callable[..., int | None],
        *arguments: object,
        folder: Path,
        environ: Mapping[str, str],
        out: Path | None = None,
        is_night: bool = False,
    ) -> None:
        self._printed = [
            tempfile.NamedTemporaryFile()  # noqa: SIM115 - kept until this process is forgotten
            for _ in range(0 if out else 2)
        ]
        outs = [str(out)] * 2 if out else [file.name for file in self._printed]
        order = (target, arguments, str(folder), dict(environ), outs, is_night)
        self._process = _CONTEXT.Process(target=_child, args=order)
        with _lock, pytest.MonkeyPatch.context() as patch:
            for name, value in _BEFORE_IMPORTS.items():
                patch.setenv(name, value)
            self._process.start()
        assert self._process.pid is not None
        self.pid = self._process.pid

    @property
    def returncode(self) -> int | None:
        """The exit code, minus the signal where one ended it; None before."""
        return self.poll()

    def poll(self) -> int | None:
        """The same."""
        with _lock:
            return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """The exit code, once it has ended.

        Raises:
            subprocess.TimeoutExpired: it has not, after so many seconds.
        """
        wait([self._process.sentinel], timeout)
        code = self.poll()
        if code is None:
            assert timeout is not None
            raise subprocess.TimeoutExpired(f"process {self.pid}", timeout)
        return code

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """What it has printed on both channels, once it has ended."""
        self.wait(timeout)
        out, err = (Path(file.name).read_text(encoding="utf-8") for file in self._printed)
        return out, err

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill it, unless it has ended."""
        self.send_signal(signal.SIGKILL)


def nightdesk(words: Sequence[str], before: str = "") -> int:
    """Run a command of `nightdesk`, after some code."""
    sys.argv = ["nightdesk", *words]
    exec(before, {})
    from cli.main import main

    return main(words)


def prefect(words: Sequence[str]) -> None:
    """Run a command of `prefect`."""
    sys.argv = ["prefect", *words]
    runpy.run_module("prefect", run_name="__main__", alter_sys=True)


def _child(
    target: Callable[..., int | None],
    arguments: Sequence[object],
    folder: str,
    environ: Mapping[str, str],
    outs: Sequence[str],
    is_night: bool,
) -> None:
    assert _WARM in sys.modules, "what is to be imported once could not be imported"
    assert "PREFECT_API_URL" in environ, "Prefect has been imported: it will start no server"
    threading.Thread(target=_end_with_the_tests, daemon=True).start()
    for channel, path in enumerate(outs, start=1):
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)
        os.dup2(file, channel)
        os.close(file)
    os.environ.clear()
    os.environ.update(environ)
    os.chdir(folder)
    sys.path.insert(0, folder)
    for name, value in CLIENT_SETTINGS.items():
        os.environ.setdefault(name, value)
    if not is_night:
        _see_settings()
    sys.exit(target(*arguments))


def _end_with_the_tests() -> None:
    """Nothing goes on once the process of the tests was killed."""
    tests = multiprocessing.parent_process()
    assert tests is not None
    tests.join()
    os.kill(os.getpid(), signal.SIGKILL)


def _see_settings() -> None:
    """Have Prefect go by this environment, as a process has that imports it."""
    from prefect.context import refresh_global_settings_context

    refresh_global_settings_context()
