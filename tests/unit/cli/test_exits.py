"""Every error ends a command with a line on standard error and its exit code."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest
import typer

from cli.terminal.exits import exit_code_of, said
from domain import errors
from domain.errors import (
    BriefingError,
    EnvironmentProblem,
    JobNotComplete,
    JobNotFound,
    LakeError,
    UnknownModel,
)


def raising(error: BaseException) -> Callable[[], Any]:
    def command() -> None:
        raise error

    return command


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (
            BriefingError("unknown field", where="b.toml", line=3, field="tonne"),
            2,
            "error: b.toml:3: tonne: unknown field\n",
        ),
        (JobNotFound("j"), 2, "error: no job 'j'\n"),
        (JobNotComplete("j", "queued"), 2, "error: job j is queued; there is no result yet\n"),
        (
            UnknownModel("m"),
            2,
            "error: no price is known for the model 'm'; its cost can't be told. "
            'Set one in nightdesk.toml, under [prices."m"]: see docs/local-models.md\n',
        ),
        (EnvironmentProblem("no key"), 3, "error: no key\n"),
        (LakeError("the disk is full"), 3, "error: the disk is full\n"),
        (PermissionError(13, "Permission denied", "/x"), 3, "error: /x: Permission denied\n"),
        (typer.BadParameter("no"), 2, "error: Invalid value: no\n"),
        (KeyboardInterrupt(), 130, ""),
        (typer.Abort(), 130, ""),
    ],
)
def test_an_error_is_one_line_and_an_exit_code(
    capsys: pytest.CaptureFixture[str], error: BaseException, code: int, words: str
) -> None:
    """Bad input ends with 2, a wrong environment with 3, an interrupt with 130."""
    assert code == said(raising(error))
    assert words == capsys.readouterr().err


def test_a_command_without_an_error_ends_with_its_own_code() -> None:
    """What a command returns is its exit code; nothing is 0."""
    assert [0, 1] == [said(lambda: None), said(lambda: 1)]


def test_every_error_of_the_domain_has_an_exit_code() -> None:
    """Each class of the tree ends a command with 1, 2 or 3."""
    tree = [
        kind
        for _, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, errors.NightdeskError)
    ]

    codes = {kind.__name__: exit_code_of(kind.__new__(kind)) for kind in tree}

    assert {
        "AnswerError": 1,
        "BriefingError": 2,
        "BudgetReached": 1,
        "DocumentError": 2,
        "EngineError": 3,
        "EnvironmentProblem": 3,
        "GlossaryError": 2,
        "FileDamaged": 3,
        "HomeFault": 3,
        "IllegalTransition": 1,
        "InputError": 2,
        "JobNotComplete": 2,
        "JobNotFound": 2,
        "JobRefused": 1,
        "JobStopped": 1,
        "LakeDamaged": 3,
        "LakeError": 3,
        "LakeTooNew": 3,
        "LeaseLost": 1,
        "ManifestError": 2,
        "MarkupLost": 1,
        "NightdeskError": 1,
        "SettingError": 2,
        "Unanswered": 1,
        "UnknownModel": 2,
    } == codes


def test_a_mistake_of_our_own_is_left_to_raise() -> None:
    """An error nobody foresaw is not dressed up as the user's."""
    with pytest.raises(ZeroDivisionError):
        said(lambda: 1 // 0)
