"""How a command ends: errors become one line and an exit code, here and nowhere else."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from typing import Any

import typer

from cli.terminal.lines import on_one_line
from domain.errors import (
    EngineError,
    EnvironmentProblem,
    InputError,
    JobNotComplete,
    JobNotFound,
    JobStopped,
    LakeError,
    LeaseLost,
    NightdeskError,
    UnknownModel,
)

DONE = 0
JOB_FAILED = 1
BAD_INPUT = 2
WRONG_ENVIRONMENT = 3
INTERRUPTED = 130

_log = logging.getLogger("nightdesk.cli")

_CODES: tuple[tuple[type[Exception], int], ...] = (
    (InputError, BAD_INPUT),
    (JobNotFound, BAD_INPUT),
    (JobNotComplete, BAD_INPUT),
    (UnknownModel, BAD_INPUT),
    (EnvironmentProblem, WRONG_ENVIRONMENT),
    (LakeError, WRONG_ENVIRONMENT),
    (EngineError, WRONG_ENVIRONMENT),
    (LeaseLost, JOB_FAILED),
    (JobStopped, JOB_FAILED),
    (NightdeskError, JOB_FAILED),
    (OSError, WRONG_ENVIRONMENT),
)


def said(command: Callable[[], Any]) -> int:
    """Run a command and say what went wrong, on standard error.

    Returns:
        Its exit code. A mistake in our own code is left to raise.
    """
    try:
        code = command()
    except typer.TyperException as error:
        message = error.format_message()
        if message.startswith("Usage: "):  # the help of a group that was called alone
            typer.echo(message)
        else:
            complain(message.replace("Value error, ", ""))
        return BAD_INPUT
    except (typer.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except (NightdeskError, OSError) as error:
        _log.info("where it came from:", exc_info=error)
        complain(_words(error))
        return exit_code_of(error)
    return code if isinstance(code, int) else DONE


def exit_code_of(error: Exception) -> int:
    """The exit code an error ends a command with."""
    return next(code for kind, code in _CODES if isinstance(error, kind))


def complain(message: object) -> None:
    """Say one error, as `error: where:line: field: message`.

    On one line, whatever a file's name holds: a program that reads errors reads lines.
    """
    sys.stderr.write(f"error: {on_one_line(str(message))}\n")


def _words(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    return str(error)
