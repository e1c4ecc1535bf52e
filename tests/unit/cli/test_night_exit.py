"""The exit code of a night is that of the gravest thing it met."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cli.night.run import exit_code, print_report
from tasks.run.progress import NightReport

QUIET = NightReport("night-1", (), Path("outbox"), False, None, None)


@pytest.mark.parametrize(
    ("code", "met"),
    [
        (0, {}),
        (0, {"rejected": ("2 .png left in the inbox",)}),
        (2, {"rejected": ("a.md: no briefing",), "refused": 1}),
        (1, {"refused": 1, "lost": ("job-1",)}),
        (1, {"refused": 1, "halted": "budget", "is_over_budget": True}),
        (3, {"refused": 1, "lost": ("job-1",), "halted": "a wrong key"}),
        (130, {"refused": 1, "halted": "ended by SIGTERM", "is_told_to_end": True}),
    ],
)
def test_the_gravest_counts(code: int, met: dict[str, Any]) -> None:
    """Told to end goes before stopped, that before failed jobs, and those before bad input."""
    assert code == exit_code(replace(QUIET, **met))


def test_a_refusal_is_no_empty_inbox(capsys: pytest.CaptureFixture[str]) -> None:
    """Where all that lay there was refused, nobody reads that nothing was waiting."""
    print_report(QUIET)
    print_report(replace(QUIET, refused=1))

    assert ["nothing was waiting", "nothing could be taken in"] == (
        capsys.readouterr().out.splitlines()
    )
