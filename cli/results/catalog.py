"""`nightdesk catalog`: a DuckDB file of views, for analysts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.terminal.doing import doing
from cli.terminal.options import AsJson, Home, home_at
from cli.terminal.printing import print_json
from storage.readmodel.catalog import write_catalog

app = typer.Typer()

File = Annotated[
    Path | None, typer.Argument(help="Where to write it; catalog.duckdb in the home by default.")
]


@app.command()
def catalog(file: File = None, home: Home = None, as_json: AsJson = False) -> None:
    """Write a DuckDB file of views over all jobs, segments and costs."""
    doing("writing the catalog")
    path = write_catalog(home_at(home), file)
    if as_json:
        print_json({"catalog": str(path)})
    else:
        typer.echo(f"{path}\nopen it with: duckdb -readonly {path}")
