"""`nightdesk simulate`: the strict stand-in for the APIs of Anthropic and OpenAI."""

from __future__ import annotations

import typer

from simulator.__main__ import main

app = typer.Typer()


@app.command(
    add_help_option=False,
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
)
def simulate(context: typer.Context) -> int:
    """Serve a strict stand-in for Anthropic's and OpenAI's APIs; it translates nothing.

    All options are those of `python -m simulator`; --help lists them.
    """
    return main(context.args)
