"""`nightdesk server`: a Prefect server with the settings that keep up."""

from __future__ import annotations

import os
from typing import Annotated

import psutil
import typer

from cli.terminal.doing import doing
from cli.terminal.options import Home, home_at
from flows.prefect import server_process
from flows.prefect.environment import go_direct
from flows.prefect.ports import PORT
from flows.prefect.server_users import choosing
from storage.files.home import folder_of

app = typer.Typer()

Port = Annotated[int, typer.Option("--port", min=1, max=65535)]


@app.command()
def server(port: Port = PORT, home: Home = None) -> None:
    """Serve Prefect's UI and API, tuned for nights, until interrupted.

    A run with the same home finds it by itself.
    """
    folder = folder_of(home_at(home))
    go_direct(os.environ)
    doing("starting Prefect's server")
    with choosing(folder):
        running = server_process.start(folder, port, os.environ, owner=os.getpid())
    try:
        typer.echo(f"Prefect is at http://127.0.0.1:{port}; end it with Ctrl-C.")
        psutil.Process(running.pid).wait()
    finally:
        server_process.stop(folder, running)
