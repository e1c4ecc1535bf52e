"""Which process a number stands for."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from storage.files import processes


def test_a_process_has_one_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    """It stays the same whatever the time of day, and no other process has it."""
    monkeypatch.setattr(psutil, "boot_time", lambda: 0.0)
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)

    mark = processes.mark_of(child.pid)

    assert mark is not None
    assert mark != processes.own_mark()
    assert processes.own_mark() == processes.mark_of(os.getpid())
    assert processes.is_running(child.pid, mark)
    assert not processes.is_running(child.pid, processes.own_mark())
    child.kill()
    while processes.is_running(child.pid, mark):
        pass
    child.communicate()
    assert processes.mark_of(child.pid) is None
    assert processes.is_ended(child.pid)


def test_a_name_with_brackets_and_spaces_is_passed_over(tmp_path: Path) -> None:
    """The kernel writes a program's name as it is between the other fields."""
    program = tmp_path / "a) S 1 (b c"
    program.symlink_to(sys.executable)
    with subprocess.Popen([program, "-c", "input()"], stdin=subprocess.PIPE) as child:
        mark = processes.mark_of(child.pid)
        child.kill()

    assert mark is not None
    assert mark.split()[1].isdecimal()


def test_where_there_is_no_proc_the_time_it_was_created_tells(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Systems without it never change the time of day they keep of a process's start."""
    monkeypatch.setattr(processes, "_BOOT_ID", tmp_path / "none")

    assert processes.own_mark() == f"created {psutil.Process().create_time():.2f}"
    assert processes.is_running(os.getpid(), processes.own_mark())
    assert processes.mark_of(2**22 + 1) is None
