"""A server of ours stays for the next night, and ends itself once nobody uses it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from flows.prefect import server as prefect_server
from flows.prefect import server_process
from flows.prefect.server import server_coming, server_for
from flows.prefect.server_users import choosing, using
from storage.files.processes import is_ended

ROOT = Path(__file__).resolve().parents[2]
STAYS = 0.02
"""Minutes; short enough to wait for."""

BLOCKS = "PREFECT_SERVER_API_BLOCKS_REGISTER_ON_START"

HOLD = """
import os, sys
from pathlib import Path
from flows.prefect.server import server_for
environ = {k: v for k, v in os.environ.items() if k != "PREFECT_API_URL"}
with server_for(Path(sys.argv[1]), environ, minutes=float(sys.argv[2])) as url:
    print(url, flush=True)
    sys.stdin.read()
"""


def environ() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if k != "PREFECT_API_URL"}


def noted(home: Path) -> dict[str, Any]:
    """What a home's note says of its server."""
    found: dict[str, Any] = json.loads((home / "prefect" / "server.json").read_text())
    return found


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A home; what still serves it ends with the test."""
    found = tmp_path / "home"
    yield found
    for process in psutil.process_iter(["cmdline", "environ"]):
        if str(found) == (process.info["environ"] or {}).get("_NIGHTDESK_SERVER_OF"):
            process.kill()


def gone(pid: int) -> bool:
    """Whether a process ends in the end."""
    for _ in range(1_200):
        if is_ended(pid):
            return True
        time.sleep(0.1)
    return False


def test_two_runs_in_a_row_use_one_server(home: Path) -> None:
    """The second run finds the first one's server at work; one that wants none to stay ends it."""
    with server_for(home, environ(), minutes=5) as url:
        first = noted(home)
    assert not is_ended(first["pid"])
    # It enters no kinds of blocks, nor does it have a later server believe that they are there.
    assert "false" == psutil.Process(first["pid"]).environ()[BLOCKS]
    assert not (home / "prefect" / "memo_store.toml").exists()

    with server_for(home, environ(), minutes=0) as again:
        assert (url, first) == (again, noted(home))
    assert is_ended(first["pid"])


def test_it_ends_when_its_user_was_killed(home: Path) -> None:
    """A run that is killed leaves its server for as long as one that ended, and no longer."""
    user = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(home), str(STAYS)],
        env={**environ(), "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert user.stdout is not None
    assert user.stdout.readline().startswith("http://127.0.0.1:")
    pid = noted(home)["pid"]
    user.send_signal(signal.SIGKILL)
    user.communicate()

    assert gone(pid)
    assert not (home / "prefect" / "server.json").exists()


def test_it_stays_while_someone_uses_it(home: Path) -> None:
    """However long nobody has begun anything: who uses it has its lock; then another is started."""
    with server_for(home, environ(), minutes=STAYS):
        first = noted(home)["pid"]
        time.sleep(3 * STAYS * 60)
        assert not is_ended(first)
    assert gone(first)

    with server_for(home, environ(), minutes=0):
        assert first != noted(home)["pid"]
        second = noted(home)["pid"]
    assert is_ended(second)


def test_it_ends_where_its_home_is_taken_away(home: Path) -> None:
    """A server without its database serves nobody."""
    with server_for(home, environ(), minutes=5):
        pid = noted(home)["pid"]
    shutil.rmtree(home)

    assert gone(pid)
    assert not home.exists()


def test_another_version_of_prefect_is_replaced(home: Path) -> None:
    """What was started before an upgrade serves those who use it, and nobody who comes later."""
    with server_for(home, environ(), minutes=5):
        before = noted(home)
    note = home / "prefect" / "server.json"
    note.write_text(json.dumps({**before, "version": "3.0.0"}))

    with using(home), choosing(home):
        prefect_server._end_older(home)
        assert not is_ended(before["pid"])
    with server_for(home, environ(), minutes=0):
        assert before["version"] == noted(home)["version"]
        assert is_ended(before["pid"])


def test_what_nobody_waits_for_any_more_is_ended(home: Path) -> None:
    """A night that ends before its server is there leaves none."""
    with server_coming(home, environ(), minutes=5):
        while (found := server_process.noted(home)) is None:
            time.sleep(0.05)

    assert is_ended(found.pid)
