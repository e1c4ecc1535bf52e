"""`nightdesk serve`: the read-model over HTTP."""

from __future__ import annotations

from typing import Annotated

import typer

from api import serving
from api.monitoring import logs
from cli.terminal.options import Home, settings_with
from storage.files.home import home_of

app = typer.Typer()

Host = Annotated[str, typer.Option("--host", help="The name or address to listen on.")]
Port = Annotated[int, typer.Option("--port", help="0 takes any free one.", min=0, max=65535)]


LogFormat = Annotated[
    logs.LogFormat | None,
    typer.Option("--log-format", help="How log lines look.", show_default="text on a terminal"),
]


@app.command()
def serve(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    log_format: LogFormat = None,
    home: Home = None,
) -> None:
    """Answer GET /v1/jobs/JOB and GET /v1/jobs/JOB/result, until interrupted."""
    settings = settings_with(home=home)
    serving.serve(home_of(settings), settings, host, port, log_format or logs.fitting_format())
