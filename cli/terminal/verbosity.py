"""Saying more, where `-v` asks for it: log lines on standard error, and traces of errors."""

from __future__ import annotations

import logging
import sys
from typing import Annotated, Any

import typer
from typer.main import get_command

OURS = "nightdesk"
"""The logger above all of ours. Others' stay as they are: what they say may hold texts and keys."""

OPTION = ("-v", "--verbose")


def _given(value: bool) -> None:
    if value:
        speak()


Afterwards = Annotated[
    bool, typer.Option(*OPTION, hidden=True, expose_value=False, callback=_given)
]


def speak() -> None:
    """Have all log lines of ours on standard error."""
    log = logging.getLogger(OURS)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    log.handlers[:] = [handler]
    log.setLevel(logging.DEBUG)
    log.propagate = False


def also_afterwards() -> Any:
    """`-v` as a command's own option, for those who give it behind the command's name."""
    app = typer.Typer(add_completion=False)

    @app.command()
    def _(verbose: Afterwards = False) -> None:
        pass

    return get_command(app).params[0]
