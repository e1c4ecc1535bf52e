"""The entry of the command `nightdesk`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import nullcontext
from typing import Annotated

import typer

from cli.commands import COMMANDS, MARKUP, Commands
from cli.terminal.doing import said_when_late
from cli.terminal.exits import said
from cli.terminal.signals import ending_as_by_ctrl_c
from cli.terminal.verbosity import OPTION, speak


def _version(is_asked: bool) -> None:
    if is_asked:
        from importlib.metadata import version

        typer.echo(f"nightdesk {version('nightdesk')}")
        raise typer.Exit


Version = Annotated[
    bool,
    typer.Option("--version", help="Show the version and exit.", callback=_version, is_eager=True),
]
Verbose = Annotated[
    bool,
    typer.Option(*OPTION, help="Say more on standard error, with a trace of what went wrong."),
]


def application(*, completes: bool = True) -> typer.Typer:
    """The command line.

    Args:
        completes: whether it has the options for completion, which cost each command time.
    """
    app = typer.Typer(
        name="nightdesk",
        cls=Commands,
        no_args_is_help=True,
        add_completion=completes,
        pretty_exceptions_enable=False,
        rich_markup_mode=MARKUP,
        context_settings={"help_option_names": ["-h", "--help"]},
    )

    @app.callback()
    def nightdesk(version: Version = False, verbose: Verbose = False) -> None:
        """Translates documents in bulk overnight, and shows by morning what was done, how good it
        is and what it cost.

        Settings come from nightdesk.toml in the working folder, overridden by NIGHTDESK_*
        variables, overridden by options.
        """
        if verbose:
            speak()

    return app


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns:
        The exit code: 0 done; 1 some job failed or died; 2 bad input; 3 the environment is wrong;
        130 interrupted, or told to end.
    """
    words = list(sys.argv[1:] if arguments is None else arguments) or ["--help"]
    named = next((word for word in words if word in COMMANDS), None)
    # A program that calls this has its own way of saying what it is at.
    is_shown = arguments is None and named is not None and not {"-h", "--help"} & set(words)
    late = said_when_late(f"getting ready for `{named}`") if is_shown else nullcontext()
    with ending_as_by_ctrl_c(), late:
        app = application(completes=words[0] not in COMMANDS)
        return said(lambda: app(words, prog_name="nightdesk", standalone_mode=False))


if __name__ == "__main__":
    sys.exit(main())
