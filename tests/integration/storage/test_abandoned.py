"""What a dead process left half written is told from what a living one writes."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from conftest import Desk

from storage.files.durable import clear_abandoned, whole_file

ROOT = Path(__file__).parents[3]
KILLED = """
import os, signal, sys
from pathlib import Path
from storage.files.durable import whole_file
with whole_file(Path(sys.argv[1])) as file:
    file.write(b"half")
    file.flush()
    os.kill(os.getpid(), signal.SIGKILL)
"""


def kill_a_writer(place: Path) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, place / "a"], cwd=ROOT, check=False)
    assert done.returncode == -9


def temporary(folder: Path) -> list[Path]:
    return list(folder.glob("*.tmp"))


def test_what_is_being_written_stays(tmp_path: Path) -> None:
    """A file whose writer lives is not taken away under it."""
    with whole_file(tmp_path / "a") as file:
        file.write(b"whole")
        (left,) = temporary(tmp_path)
        assert not clear_abandoned(left)
    assert (tmp_path / "a").read_bytes() == b"whole"
    assert temporary(tmp_path) == []


@pytest.mark.parametrize("folder", [".", "documents/ab", "memory", "nights", "sealed/2026-03-06"])
async def test_a_sweep_clears_what_a_dead_process_left(desk: Desk, folder: str) -> None:
    """What a killed process had half written goes with the next sweep, however young it is."""
    place = desk.home / folder
    place.mkdir(parents=True, exist_ok=True)
    kill_a_writer(place)
    assert [path.read_bytes() for path in temporary(place)] == [b"half"]

    desk.lake.sweep(timedelta(hours=1), datetime.now(UTC))

    assert temporary(place) == []
