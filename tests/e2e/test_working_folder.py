"""Nights in a folder whose programs have the names of Nightdesk's own folders."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

NIGHTDESK = Path(sys.executable).with_name("nightdesk")
OURS = (
    "api",
    "cli",
    "domain",
    "engines",
    "examples",
    "flows",
    "formats",
    "prompts",
    "simulator",
    "storage",
    "tasks",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a program or a package of each name, none of which may be imported."""
    for number, name in enumerate(OURS):
        wrong = tmp_path / (f"{name}/__init__.py" if number % 2 == 0 else f"{name}.py")
        wrong.parent.mkdir(exist_ok=True)
        wrong.write_text(f"raise SystemExit('the folder's own {name} was imported')\n")
    return tmp_path


@pytest.mark.parametrize(
    "program", [[NIGHTDESK], [sys.executable, "-P", "-m", "nightdesk"]], ids=["script", "module"]
)
@pytest.mark.parametrize("path", [None, "."])
def test_a_command(folder: Path, path: str | None, program: list[str | Path]) -> None:
    """A command imports nothing of the working folder, whether PYTHONPATH names it or not."""
    done = ran(folder, path, *program, "segment", "--help")

    assert (0, "") == (done.returncode, done.stderr)


@pytest.mark.parametrize("path", [None, "."])
def test_a_night(folder: Path, path: str | None) -> None:
    """Neither does a whole night with its simulator, its server and the page it looks at."""
    done = ran(folder, path, NIGHTDESK, "demo", "--home", "home")

    assert 0 == done.returncode, done.stderr
    assert list(folder.glob("home/demo/outbox/*/report.md"))


def ran(folder: Path, path: str | None, *command: str | Path) -> subprocess.CompletedProcess[str]:
    """What became of a command in the folder."""
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    if path is not None:
        environ["PYTHONPATH"] = path
    return subprocess.run(
        command, cwd=folder, env=environ, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
