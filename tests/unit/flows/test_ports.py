"""A port is one home's while its server is starting, and a server that dies is started again."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import pytest

from domain.errors import EnvironmentProblem
from flows.prefect.keeping_up import kept_up
from flows.prefect.ports import any_port, is_free, reserved


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


def test_two_that_start_at_once_get_a_port_each() -> None:
    """Nobody listens on it yet, and all the same it is not given to another."""
    port = any_port()
    with reserved(port, or_any=True) as first, reserved(port, or_any=True) as second:
        assert port == first
        assert second not in (None, port)
        with reserved(port, or_any=False) as third:
            assert third is None
    with reserved(port, or_any=False) as again:
        assert port == again


def test_a_port_on_which_someone_listens_is_not_given_out() -> None:
    """Whoever it is: other programs know nothing of the locks."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert not is_free(port)
        with reserved(port, or_any=False) as none, reserved(port, or_any=True) as other:
            assert none is None
            assert other not in (None, port)


def test_where_no_file_can_be_made_ports_are_given_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine without a folder for temporary files has servers too."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "none"))
    port = any_port()
    with reserved(port, or_any=False) as found:
        assert port == found


def test_a_server_is_seen_to_until_the_end() -> None:
    """Again and again, though it may fail; after three failures it is left."""
    calls, enough = [0], threading.Event()

    def see_to_it() -> None:
        calls[0] += 1
        if calls[0] in (2, 4):
            raise EnvironmentProblem("it does not start")
        if calls[0] == 6:
            enough.set()

    with kept_up(see_to_it, every=0.001):
        assert enough.wait(300)
    seen = calls[0]

    failures = [0]

    def fail() -> None:
        failures[0] += 1
        raise OSError

    with kept_up(fail, every=0.001):
        while failures[0] < 3:
            pass
    assert (seen, 3) == (calls[0], failures[0])
