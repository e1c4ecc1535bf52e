"""The entry of the command `nightdesk`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module

import typer

from cli.exits import said
from cli.signals import ending_as_by_ctrl_c

COMMANDS = (
    "demo",
    "estimate",
    "submit",
    "run",
    "jobs",
    "status",
    "result",
    "costs",
    "catalog",
    "compact",
    "verify",
    "rebuild",
    "backup",
    "serve",
    "keys",
    "webhooks",
    "memory",
    "segment",
    "simulate",
    "server",
)
"""The commands, each in the module of its name, which has it on its `app`."""


def application(commands: Sequence[str] = COMMANDS) -> typer.Typer:
    """The command line with some of its commands."""
    app = typer.Typer(
        name="nightdesk",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode="markdown",
        context_settings={"help_option_names": ["-h", "--help"]},
    )

    @app.callback()
    def nightdesk() -> None:
        """Translates documents in bulk overnight, and shows by morning what was done, how good it
        is and what it cost.

        Settings come from nightdesk.toml in the working folder, overridden by NIGHTDESK_*
        variables, overridden by options.
        """

    for command in commands:
        app.add_typer(import_module(f"cli.{command}").app)
    return app


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns:
        The exit code: 0 done; 1 some job failed or died; 2 bad input; 3 the environment is wrong;
        130 interrupted, or told to end.
    """
    words = list(sys.argv[1:] if arguments is None else arguments) or ["--help"]
    # Only what is asked for is imported: all together take seconds.
    wanted = [words[0]] if words[0] in COMMANDS else COMMANDS
    with ending_as_by_ctrl_c():
        return said(
            lambda: application(wanted)(words, prog_name="nightdesk", standalone_mode=False)
        )


if __name__ == "__main__":
    sys.exit(main())
