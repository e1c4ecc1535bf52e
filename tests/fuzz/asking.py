"""Asks a real server whatever its OpenAPI document allows or forbids."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from api.serving import server
from domain.settings import Settings
from storage.control.keys import Keys
from storage.layout.documents import Documents
from tests.integration.api.api_samples import MORNING, cases, fill
from tests.served import in_a_thread


@contextmanager
def home_served(folder: Path) -> Iterator[tuple[str, str]]:
    """A server of a home with a job in every status: its address, and an operator's key."""
    home = folder / "home"
    asyncio.run(fill(home, cases(Documents(home).put(b"Sentence 0.\n\nSentence 1.\n"))))
    key = Keys(home).add("operator", MORNING, owner=None)
    with in_a_thread(server(home, Settings(requests_per_minute=1_000_000))) as port:
        yield f"http://127.0.0.1:{port}", key


def start(
    address: str, key: str, folder: Path, *, examples: int, seed: int, phases: str
) -> subprocess.Popen[str]:
    """Begin to ask; what comes of it is in `folder`.

    Args:
        address: the server's.
        key: an operator's.
        folder: for the report; made here.
        examples: cases for each operation in each phase that takes any number.
        seed: of the cases.
        phases: of schemathesis, with commas between them.
    """
    folder.mkdir(parents=True)
    tool = Path(sys.executable).with_name("schemathesis")
    with (folder / "output.txt").open("w") as output:
        return subprocess.Popen(
            [
                str(tool), "run", f"{address}/openapi.json",
                "--header", f"X-API-Key: {key}",
                "--checks", "all",
                "--phases", phases,
                "--mode", "all",
                "--max-examples", str(examples),
                "--seed", str(seed),
                "--workers", "8",
                "--continue-on-failure",
                "--suppress-health-check", "all",
                "--report", "json",
                "--report-json-path", "report.json",
            ],
            cwd=folder,
            env={**os.environ, "NO_COLOR": "1"},
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
        )  # fmt: skip


def outcome(process: subprocess.Popen[str], folder: Path) -> tuple[int, str]:
    """How many cases were asked, and what was found: nothing, where all is well."""
    code = process.wait()
    output = (folder / "output.txt").read_text()
    if not (folder / "report.json").exists():
        return 0, output
    report = json.loads((folder / "report.json").read_text())
    return report["test_cases"]["generated"], "" if code == 0 else output
