"""`nightdesk segment`: how a text is cut into segments."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from cli.terminal.options import settings_with
from domain.errors import DocumentError, InputError

app = typer.Typer()

Lang = Annotated[str, typer.Option("--lang", help="The text's language, by BCP-47.")]
File = Annotated[Path | None, typer.Argument(help="Plain text; standard input without it.")]


@app.command()
def segment(lang: Lang, file: File = None) -> None:
    """Print one JSON line a segment of a plain text."""
    from domain.languages import normalized
    from domain.placeholders.protection import Protection
    from domain.text.segmentation import split

    try:
        code = normalized(lang)
    except ValueError as error:
        raise InputError(str(error), field="--lang") from None
    protection = Protection(own=settings_with().protect)
    for number, piece in enumerate(split(_text(file), code, protection=protection).pieces):
        line = json.dumps({"id": number, "text": piece.text}, ensure_ascii=False)
        typer.echo(line.encode())


def _text(file: Path | None) -> str:
    where = "standard input" if file is None else str(file)
    try:
        data = sys.stdin.buffer.read() if file is None else file.read_bytes()
        return data.decode("utf-8-sig")
    except OSError as error:
        raise DocumentError(f"can't be read: {error.strerror}", where=where) from None
    except UnicodeDecodeError as error:
        raise DocumentError(f"not UTF-8 at byte {error.start}", where=where) from None
