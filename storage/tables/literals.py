"""Values as they are written in DuckDB's SQL.

A value that is bound to a statement makes DuckDB's Python import numpy, pandas and pyarrow, which
takes longer than many a question. Written out it doesn't.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

_PARAMETER = re.compile(r"\$([a-z_]+)")


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
    """A text, a list of texts, a truth value, a number, a moment with its zone, or NULL.

    Raises:
        TypeError: it is something else.
    """
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return text(value)
    if isinstance(value, datetime) and value.tzinfo is not None:
        return f"TIMESTAMPTZ {text(value.isoformat())}"
    if isinstance(value, list):
        return texts(value)
    raise TypeError(f"{type(value).__name__} is not written in statements")


def written(query: str, parameters: Mapping[str, object]) -> str:
    """A query with its named parameters, `$name`, written out.

    Raises:
        KeyError: it names one that is not given.
    """
    return _PARAMETER.sub(lambda found: literal(parameters[found[1]]), query)
