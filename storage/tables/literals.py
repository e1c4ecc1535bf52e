"""Values as they are written in DuckDB's SQL.

A value that is bound to a statement makes DuckDB's Python import numpy, pandas and pyarrow, which
takes longer than many a question. Written out it doesn't.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime


def text(value: str) -> str:
    """A text in quotes; nothing in it ends them.

    Raises:
        ValueError: it holds a NUL, which no statement can.
    """
    if "\0" in value:
        raise ValueError("a text with a NUL can't be asked for")
    return "'{}'".format(value.replace("'", "''"))


def texts(values: Sequence[str]) -> str:
    """A list of texts."""
    return "[{}]::VARCHAR[]".format(", ".join(map(text, values)))


def literal(value: object) -> str:
    """A text, a list of texts, a truth value, a moment with its zone, or NULL.

    Raises:
        TypeError: it is something else.
    """
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, str):
        return text(value)
    if isinstance(value, datetime) and value.tzinfo is not None:
        return f"TIMESTAMPTZ {text(value.isoformat())}"
    if isinstance(value, list):
        return texts(value)
    raise TypeError(f"{type(value).__name__} is not written in statements")


def given(parameters: Mapping[str, object]) -> str:
    """Named parameters of a prepared statement, in brackets; nothing where there are none."""
    written = ", ".join(f"{name} := {literal(value)}" for name, value in parameters.items())
    return f"({written})" if written else ""
