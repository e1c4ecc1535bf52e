"""A real Prefect server, a simulator a test, and the command line as its user calls it."""

from __future__ import annotations

import io
import json
import os
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import chdir, closing, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from cli.main import main
from simulator.replies.script import read_script
from simulator.running import running
from simulator.settings import SimulatorSettings
from tests.forked import Forked, nightdesk
from tests.vendors import CLAUDE, Vendor

KEY = "sk-sim-end-to-end"


@dataclass
class House:
    """One user's working folder, with its settings."""

    folder: Path
    environ: dict[str, str]
    processes: list[Forked | subprocess.Popen[str]] = field(default_factory=list)

    @property
    def home(self) -> Path:
        return self.folder / ".nightdesk"

    def nights(self) -> list[str]:
        """The names of its nights so far, by which Prefect's server tells them from others."""
        with closing(sqlite3.connect(self.home / "control.sqlite")) as control:
            return [night for (night,) in control.execute("SELECT run_id FROM runs")]

    def start(self, *words: str, before: str = "", **settings: str) -> Forked:
        """Start `nightdesk` with these words in a process of its own, after some code."""
        environ = {**self.environ, **settings}
        process = Forked(
            nightdesk, words, before, folder=self.folder, environ=environ, is_night=True
        )
        self.processes.append(process)
        return process

    def start_fresh(self, *words: str, **settings: str) -> subprocess.Popen[str]:
        """The same in a process that imports all by itself, as a user's does."""
        process = subprocess.Popen(
            [sys.executable, "-m", "cli.main", *words],
            cwd=self.folder,
            env={**self.environ, **settings},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.processes.append(process)
        return process

    def ended(self, *words: str, code: int = 0, **settings: str) -> tuple[str, str]:
        """What a process of `nightdesk` prints on both channels; it must end with `code`."""
        process = self.start(*words, **settings)
        out, err = process.communicate()
        assert code == process.returncode, f"{words}: exit {process.returncode}\n{out}\n{err}"
        return out, err

    def night(self, *, code: int = 0, **settings: str) -> Any:
        """What `nightdesk run --json` prints."""
        return json.loads(self.ended("run", "--json", code=code, **settings)[0])

    def called(self, *words: str, code: int = 0, **settings: str) -> tuple[str, str]:
        """The same in this process, for what comes to no night: to start one takes seconds."""
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
        with pytest.MonkeyPatch.context() as patch, chdir(self.folder):
            for name, value in {**self.environ, **settings}.items():
                patch.setenv(name, value)
            with redirect_stdout(out), redirect_stderr(err):
                found = main(words)
        texts = [_content(out), _content(err)]
        assert code == found, f"{words}: exit {found}\n{texts[0]}\n{texts[1]}"
        return texts[0], texts[1]

    def json(self, *words: str) -> Any:
        """What a command other than `run` prints with `--json`."""
        return json.loads(self.called(*words, "--json")[0])

    def submit(self, **settings: str) -> None:
        """Queue what lies in the folder `in`, from English into German."""
        self.called("submit", "in", "--from", "en", "--to", "de", **settings)

    def write(self, documents: Mapping[str, str]) -> None:
        """Put documents into the working folder."""
        for name, text in documents.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")


def _content(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()


@pytest.fixture
def house(tmp_path: Path, prefect_api: str, vendor: Vendor) -> Iterator[House]:
    """A working folder; what still runs in it ends with the test."""
    root = Path(__file__).resolve().parents[2]
    own = {"PREFECT_API_URL": prefect_api, vendor.key_variable: KEY, "PYTHONPATH": str(root)}
    if vendor is not CLAUDE:  # which is the default
        own |= {f"NIGHTDESK_{name.upper()}": word for name, word in vendor.settings.items()}
    found = House(tmp_path, {**os.environ, **own})
    yield found
    for process in found.processes:
        process.kill()
        process.communicate()


@pytest.fixture
def simulated(house: House, vendor: Vendor) -> Callable[..., Any]:
    """Makes a simulator that the house's runs talk to; gives a function that reads its pages."""

    @contextmanager
    def simulate(script: str = "", **settings: Any) -> Iterator[Callable[[str], Any]]:
        with running(SimulatorSettings(rules=read_script(script), **settings)) as url:
            house.environ |= vendor.environ(url, KEY)

            def page(name: str) -> Any:
                with urllib.request.urlopen(f"{url}/_simulator/{name}", timeout=120) as reply:
                    return json.loads(reply.read())

            yield page

    return simulate
