"""What one cell of a manifest holds, whichever kind of table it came from."""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd

_LIST_SEPARATORS = re.compile(r"[,|;]")
_TRUE = frozenset({"true", "yes", "1"})
_FALSE = frozenset({"false", "no", "0"})


def plain(value: Any) -> Any:
    """The cell as a plain Python value; None where nothing is given (empty, blank, NaN)."""
    if isinstance(value, np.ndarray):
        return [plain(item) for item in value]
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return value
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, str):
        return value if value.strip() else None
    return None if pd.isna(value) else value


def as_text(value: Any) -> str:
    """The cell as text: a whole number without a decimal point, a date in ISO 8601.

    Raises:
        ValueError: it holds a list or an object.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, list | dict):
        raise ValueError("write text here, not a list or an object")
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() == datetime.min.time():
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def as_codes(value: Any) -> tuple[str, ...]:
    """Several short names in one cell: a list, or text separated by `,`, `|` or `;`."""
    items = value if isinstance(value, list) else _LIST_SEPARATORS.split(as_text(value))
    return tuple(as_text(item).strip() for item in items if item is not None and as_text(item))


def as_strings(value: Any) -> tuple[str, ...]:
    """A list of strings, given as such or as JSON.

    Raises:
        ValueError: it is no list, or an item is no text.
    """
    items = _parsed(value, "a list of strings")
    if not isinstance(items, list) or not items:
        raise ValueError('write a JSON list of strings, such as ["Open", "Save as"]')
    if any(item is None for item in items):
        raise ValueError("each of its strings must hold text")
    return tuple(as_text(item) for item in items)


def as_object(value: Any) -> dict[str, Any]:
    """An object, given as such or as JSON.

    Raises:
        ValueError: it is none.
    """
    parsed = _parsed(value, "an object")
    if not isinstance(parsed, dict):
        raise ValueError('write a JSON object, such as {"order": 17}')
    return parsed


def as_objects(value: Any) -> list[Any]:
    """A list of objects, given as such or as JSON.

    Raises:
        ValueError: it is no list.
    """
    parsed = _parsed(value, "a list")
    if not isinstance(parsed, list):
        raise ValueError("write a JSON list of objects")
    return parsed


def as_switch(value: Any) -> bool:
    """True or false, as a table may write it.

    Raises:
        ValueError: it is neither.
    """
    if isinstance(value, bool):
        return value
    text = as_text(value).strip().lower()
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    raise ValueError("write true or false")


def _parsed(value: Any, kind: str) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"write {kind} as JSON: {error}") from None
