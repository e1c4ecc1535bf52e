"""The environment that Prefect and its server are given."""

from __future__ import annotations

import urllib.request
from pathlib import Path

import pytest

from flows.prefect.environment import go_direct, server_environment
from flows.prefect.server import server_for


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({}, "127.0.0.1,localhost"),
        ({"NO_PROXY": "a.test"}, "a.test,127.0.0.1,localhost"),
        ({"no_proxy": "localhost", "NO_PROXY": "a.test"}, "localhost,127.0.0.1"),
    ],
)
def test_no_proxy_on_the_way_to_this_machine(before: dict[str, str], after: str) -> None:
    """What is on this machine is reached directly, as well as what was before."""
    go_direct(before)

    assert {"NO_PROXY": after, "no_proxy": after} == before


def test_a_proxy_is_passed_by(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy that the machine names is not asked for a server on the machine."""
    environ = {"http_proxy": "http://proxy.test:3128"}
    go_direct(environ)
    monkeypatch.setenv("no_proxy", environ["no_proxy"])

    assert urllib.request.proxy_bypass("127.0.0.1:4200")


def test_nothing_is_reported_to_the_maker(tmp_path: Path) -> None:
    """Neither Prefect's server nor its client sends statistics."""
    environ = {"PREFECT_API_URL": "http://127.0.0.1:9/api"}
    with pytest.raises(Exception, match="PREFECT_API_URL"), server_for(tmp_path, environ):
        pass

    assert environ["DO_NOT_TRACK"] == "1"
    assert server_environment(tmp_path, 4200, {})["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"


def test_the_server_gets_no_key(tmp_path: Path) -> None:
    """The engine's key stays out of the server's environment."""
    environ = server_environment(tmp_path, 4200, {"ANTHROPIC_API_KEY": "sk-1", "PATH": "/bin"})

    assert "sk-1" not in environ.values()
    assert environ["PATH"] == "/bin"
