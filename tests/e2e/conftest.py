"""A real Prefect server, a simulator a test, and the command line as its user calls it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from flows import prefect_server
from simulator.running import running
from simulator.script import read_script
from simulator.settings import SimulatorSettings

KEY = "sk-sim-end-to-end"


@pytest.fixture(scope="session")
def prefect_api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One tuned Prefect server for all tests."""
    home = tmp_path_factory.mktemp("prefect")
    clean = {k: v for k, v in os.environ.items() if not k.startswith("PREFECT_")}
    server = prefect_server.start(home, prefect_server.free_port(), clean)
    yield server.url
    prefect_server.stop(home, server)


@dataclass
class House:
    """One user's working folder, with its settings."""

    folder: Path
    environ: dict[str, str]
    processes: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def home(self) -> Path:
        return self.folder / ".nightdesk"

    def start(self, *words: str, **settings: str) -> subprocess.Popen[str]:
        """Start `nightdesk` with these words."""
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

    def call(self, *words: str, code: int = 0, **settings: str) -> str:
        """What `nightdesk` prints on standard output; it must end with `code`."""
        process = self.start(*words, **settings)
        out, err = process.communicate(timeout=300)
        assert process.returncode == code, f"{words}: exit {process.returncode}\n{out}\n{err}"
        return out

    def json(self, *words: str, code: int = 0, **settings: str) -> Any:
        """The same, with `--json`."""
        return json.loads(self.call(*words, "--json", code=code, **settings))

    def write(self, documents: Mapping[str, str]) -> None:
        """Put documents into the working folder."""
        for name, text in documents.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")


@pytest.fixture
def house(tmp_path: Path, prefect_api: str) -> Iterator[House]:
    """A working folder; what still runs in it ends with the test."""
    clean = {
        k: v
        for k, v in os.environ.items()
        if not k.startswith(("PREFECT_", "NIGHTDESK_", "ANTHROPIC_"))
    }
    root = Path(__file__).resolve().parents[2]
    own = {"PREFECT_API_URL": prefect_api, "ANTHROPIC_API_KEY": KEY, "PYTHONPATH": str(root)}
    found = House(tmp_path, {**clean, **own})
    yield found
    for process in found.processes:
        process.kill()
        process.communicate()


@pytest.fixture
def simulated(house: House) -> Callable[..., Any]:
    """Makes a simulator that the house's runs talk to; gives a function that reads its pages."""

    @contextmanager
    def simulate(script: str = "", **settings: Any) -> Iterator[Callable[[str], Any]]:
        with running(SimulatorSettings(rules=read_script(script), **settings)) as url:
            house.environ["ANTHROPIC_BASE_URL"] = url

            def page(name: str) -> Any:
                with urllib.request.urlopen(f"{url}/_simulator/{name}", timeout=10) as reply:
                    return json.loads(reply.read())

            yield page

    return simulate
