"""What takes longer than a moment says what it is at, and what doesn't says nothing."""

from __future__ import annotations

import time

import pytest

from cli.terminal.doing import doing, said_when_late


def said(capsys: pytest.CaptureFixture[str], lines: int) -> str:
    """What is on standard error once so many lines are."""
    found = ""
    for _ in range(30_000):
        found += capsys.readouterr().err
        if found.count("\n") >= lines:
            break
        time.sleep(0.01)
    return found


def test_what_is_late_says_what_it_is_at(capsys: pytest.CaptureFixture[str]) -> None:
    """The latest is said first, then each that comes, in full lines."""
    with said_when_late("getting ready", after=1):
        doing("counting 200 documents")
        assert "counting 200 documents …\n" == said(capsys, 1)
        doing("starting Prefect's server")
        doing("")
        assert "starting Prefect's server …\n" == said(capsys, 1)


def test_what_is_soon_done_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing comes afterwards either."""
    with said_when_late("getting ready", after=60):
        doing("counting 200 documents")
    doing("something else")
    assert ("", "") == capsys.readouterr()
