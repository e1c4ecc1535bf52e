"""Processes of a campaign that do something: nights, readers, and commands whose files fail."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.chaos.faults import Faults, install
from tests.forked import Forked, nightdesk

ROOT = Path(__file__).resolve().parents[2]


class Nursery:
    """Starts them, and knows each by its number.

    Args:
        environ: of all that it starts; it must name a Prefect server.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = dict(environ)
        self._started: dict[int, Forked] = {}

    def close(self) -> None:
        """See that all has ended."""
        for process in self._started.values():
            process.kill()
            process.wait()

    def start(
        self,
        words: Sequence[str],
        folder: Path,
        environ: Mapping[str, str],
        out: Path,
        faults: Faults | None = None,
    ) -> int:
        """Start a process that does `words`, as `nightdesk` would; its number.

        Args:
            words: of `nightdesk`; or `read`, a home, a file for its finds and a number of jobs; or
                `maintain` for the flow that Prefect runs by day.
            folder: where it works.
            environ: variables beside those of all.
            out: takes what it prints.
            faults: what befalls its files.
        """
        whole = {**self._environ, **environ}
        if words[0] == "read":
            process = Forked(_read, *words[1:], folder=folder, environ=whole, out=out)
        elif list(words) == ["maintain"]:
            process = Forked(_maintain, folder=folder, environ=whole, out=out)
        else:
            process = Forked(
                _work, words, faults, folder=folder, environ=whole, out=out, is_night=True
            )
        self._started[process.pid] = process
        return process.pid

    def poll(self, pid: int) -> int | None:
        """The exit code of one that ended, minus the signal that ended it; None before."""
        return self._started[pid].poll()

    def kill(self, pid: int, number: int = signal.SIGKILL) -> int:
        """Send a signal and wait for the end; the exit code."""
        self._started[pid].send_signal(number)
        return self._started[pid].wait()


def _read(place: str, finds: str, jobs: str) -> int:
    from domain.settings import Settings
    from storage.files.home import home_of
    from tests.chaos.reading import read_on

    home = home_of(Settings(home=place, cache="readers"))
    return read_on(home, Path(finds), int(jobs))


def _maintain() -> int:
    from flows.maintenance import maintenance

    state = asyncio.run(maintenance(return_state=True))
    print(state.message)  # noqa: T201 - what the flow run says
    return int(state.is_failed())


def _work(words: Sequence[str], faults: Faults | None) -> int:
    _hasten()
    if faults is not None:
        install(faults)
    return nightdesk(words)


def _hasten() -> None:
    """Batches that wait for nobody: the simulator has them done in a moment."""
    from engines.claude.batches import engine as batches
    from engines.claude.batches.timing import BatchTiming

    swift = BatchTiming(
        quiet=0.1, longest_gathering=5, first_poll=0.1, longest_poll=0.2, search=0.5
    )
    batches.BatchTiming = lambda: swift
