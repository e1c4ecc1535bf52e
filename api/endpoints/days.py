"""Days in queries."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _as_documented(value: Any) -> Any:
    # pydantic takes `0` too, for seconds since 1970.
    if isinstance(value, str) and not _DAY.fullmatch(value):
        raise ValueError("must be a day as 2026-03-06")
    return value


Day = Annotated[date, BeforeValidator(_as_documented)]
"""A day, in UTC."""
