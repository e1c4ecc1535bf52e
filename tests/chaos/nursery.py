"""A process that has everything imported and forks others that do something: nights, readers.

Importing takes seconds, a fork a hundredth of one. It reads an order a line and answers each with
a line, both JSON: `start`, `poll` and `kill`.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.chaos.faults import Faults

ROOT = Path(__file__).resolve().parents[2]

WARM = ("cli.run", "cli.submit", "flows.nightly", "flows.watch", "tests.chaos.reading")


class Nursery:
    """The nursery's other end.

    Args:
        environ: of the nursery and all that it forks; it must name a Prefect server.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        # A pool of threads would not survive the fork.
        own = {"PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.nursery"],
            cwd=ROOT,
            env={**environ, **own},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._lock = threading.Lock()

    def close(self) -> None:
        """End it; what it forked must have ended."""
        self._process.communicate()

    def start(
        self,
        words: Sequence[str],
        folder: Path,
        environ: Mapping[str, str],
        out: Path,
        faults: Faults | None = None,
    ) -> int:
        """Fork a process that does `words`, as `nightdesk` would; its number.

        Args:
            words: of `nightdesk`; or `read`, a home, a file for its finds and a number of jobs; or
                `maintain` for the flow that Prefect runs by day.
            folder: where it works.
            environ: variables beside the nursery's.
            out: takes what it prints.
            faults: what befalls its files.
        """
        return int(
            self._told(
                "start",
                words=list(words),
                folder=str(folder),
                environ=dict(environ),
                out=str(out),
                faults=None if faults is None else asdict(faults),
            )
        )

    def poll(self, pid: int) -> int | None:
        """The exit code of one that ended, minus the signal that ended it; None before."""
        return self._told("poll", pid=pid)

    def kill(self, pid: int, number: int = signal.SIGKILL) -> int:
        """Send a signal and wait for the end; the exit code."""
        return int(self._told("kill", pid=pid, signal=int(number)))

    def _told(self, what: str, **order: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with self._lock:
            self._process.stdin.write(json.dumps({"what": what, **order}) + "\n")
            self._process.stdin.flush()
            return json.loads(self._process.stdout.readline())


def main() -> None:
    """Import, then take orders until there are no more."""
    _import_all()
    ended: dict[int, int] = {}
    for line in sys.stdin:
        order = json.loads(line)
        pid = order.get("pid", 0)
        if order["what"] == "start":
            pid = os.fork()
            if pid == 0:
                os._exit(_child(order))
            ended.pop(pid, None)  # numbers come again
            answer: int | None = pid
        elif pid in ended:
            answer = ended[pid]
        else:
            if order["what"] == "kill":
                os.kill(pid, order["signal"])
            found, status = os.waitpid(pid, 0 if order["what"] == "kill" else os.WNOHANG)
            answer = os.waitstatus_to_exitcode(status) if found else None
            if answer is not None:
                ended[pid] = answer
        print(json.dumps(answer), flush=True)  # noqa: T201 - the answer


def _import_all() -> None:
    from flows.prefect_server import server_for

    with server_for(Path("unused"), os.environ):
        for name in (
            "cli.run",
            "cli.submit",
            "flows.nightly",
            "flows.watch",
            "tests.chaos.reading",
        ):
            import_module(name)


def _child(order: dict[str, Any]) -> int:
    os.chdir(order["folder"])
    os.environ.update(order["environ"])
    nothing = os.open(os.devnull, os.O_RDONLY)
    out = os.open(order["out"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    for source, target in ((nothing, 0), (out, 1), (out, 2)):
        os.dup2(source, target)
    words = order["words"]
    if words[0] == "read":
        from domain.settings import Settings
        from storage.home import home_of
        from tests.chaos.reading import read_on

        home = home_of(Settings(home=words[1], cache="readers"))
        return read_on(home, Path(words[2]), int(words[3]))
    if words == ["maintain"]:
        from flows.maintenance import maintenance

        state = asyncio.run(maintenance(return_state=True))
        print(state.message)  # noqa: T201 - what the flow run says
        return int(state.is_failed())
    _hasten()
    if order["faults"] is not None:
        from tests.chaos.faults import install

        install(Faults(**{**order["faults"], "roots": tuple(order["faults"]["roots"])}))
    from cli.main import main as nightdesk

    code = nightdesk(words)
    sys.stdout.flush()
    return code


def _hasten() -> None:
    """Batches that wait for nobody: the simulator has them done in a moment."""
    from engines.claude import batches
    from engines.claude.rhythm import Rhythm

    swift = Rhythm(quiet=0.1, longest_gathering=5, first_poll=0.1, longest_poll=0.2, search=0.5)
    batches.Rhythm = lambda: swift


if __name__ == "__main__":
    main()
