"""No test goes by what this machine has set, or reaches beyond it."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.vendors import CLAUDE, Vendor

FOREIGN = ("ANTHROPIC_", "NIGHTDESK_", "OPENAI_", "PREFECT_")
ROOM = 4 * 2**30
"""What the tests may need of memory for files, in bytes; several times what they were seen to."""

for _name in list(os.environ):
    if _name.startswith(FOREIGN) or _name.lower().endswith("_proxy"):
        del os.environ[_name]
# How long an example takes is up to whatever else the machine has to do.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")
# Where the tests are started by `nohup` or in the background, all that they start ignores these.
signal.signal(signal.SIGHUP, signal.SIG_DFL)
signal.signal(signal.SIGINT, signal.default_int_handler)


def _keep_in_memory() -> None:
    """Have what tests write lie in memory where there is room: to sync a disk takes milliseconds.

    No test asks what a disk keeps of an outage of power; killed processes leave the same files.
    """
    memory = Path("/dev/shm")
    with suppress(OSError):
        if shutil.disk_usage(memory).free >= ROOM and os.access(memory, os.W_OK | os.X_OK):
            os.environ["TMPDIR"] = tempfile.tempdir = str(memory)


# Who says where, and what runs the tests side by side, has said it for all.
if "TMPDIR" not in os.environ:
    _keep_in_memory()
# Prefect makes its folder and reads these when it is imported.
os.environ["DO_NOT_TRACK"] = "1"
# No server outlives the tests that it was started for.
os.environ["NIGHTDESK_SERVER_MINUTES"] = "0"
# What a night asks is what its documents need; tests of trials set this themselves.
os.environ["NIGHTDESK_JUDGED_DAYS"] = "0"
_PREFECT_HOME = tempfile.TemporaryDirectory(prefix="prefect-")
os.environ["PREFECT_HOME"] = _PREFECT_HOME.name


def _stay_here(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event == "socket.connect" and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    else:
        return
    if not _is_here(host):
        raise RuntimeError(f"a test tried to reach {host}")


def _is_here(host: str | bytes | None) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


sys.addaudithook(_stay_here)


def pytest_configure(config: pytest.Config) -> None:
    """Register the marks of these tests."""
    config.addinivalue_line(
        "markers", "cpu_timeout(seconds): fails a test that takes more CPU time, on any machine"
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Fail a test with `cpu_timeout` that has run for so many seconds, and not just waited."""
    mark = item.get_closest_marker("cpu_timeout")
    if mark is None:
        return (yield)
    seconds = mark.args[0]

    def told(number: int, frame: FrameType | None) -> None:
        pytest.fail(f"it took more than {seconds} s of CPU time")

    before = signal.signal(signal.SIGPROF, told)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        return (yield)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """How many processes run the tests of folders side by side; single files are run in this one.

    One more than the machine has cores, since many tests wait.
    """
    if all(Path(name.split("::")[0]).is_file() for name in config.args):
        return 0
    return (os.cpu_count() or 1) + 1


@pytest.fixture(scope="session")
def prefect_api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One tuned Prefect server for all tests, also for those that run side by side.

    Nights of other tests are on it too: what a test asks it is about the nights of its own home.
    """
    from flows.prefect.server import server_for

    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # of all workers
    with server_for(folder / "server", dict(os.environ)) as url:
        yield url


@pytest.fixture
def vendor(request: pytest.FixtureRequest) -> Vendor:
    """Whose engine is asked: Claude, or whom `for_both` says."""
    found: Vendor = getattr(request, "param", CLAUDE)
    return found
