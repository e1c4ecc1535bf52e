"""Pages of a list, as the API cuts them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.requests.errors import refuse

_PARAMETERS = ("limit", "after_id", "before_id")


def page(things: list[dict[str, Any]], query: Mapping[str, str]) -> dict[str, Any]:
    """One page of things that have an `id`.

    Args:
        things: all, in the list's order.
        query: `limit` (1 to 1,000; 20), `after_id`, `before_id`.

    Raises:
        ApiError: 400; a parameter is unknown, malformed or names nothing.
    """
    for name in query:
        if name not in _PARAMETERS:
            refuse(name, "Extra inputs are not permitted")
    limit = _limit(query.get("limit", "20"))
    ids = [thing["id"] for thing in things]
    if "before_id" in query:
        end = _place(ids, query["before_id"], "before_id")
        start = max(0, end - limit)
        has_more = start > 0
    else:
        start = _place(ids, query["after_id"], "after_id") + 1 if "after_id" in query else 0
        end = start + limit
        has_more = end < len(things)
    data = things[start:end]
    return {
        "data": data,
        "has_more": has_more,
        "first_id": data[0]["id"] if data else None,
        "last_id": data[-1]["id"] if data else None,
    }


def _limit(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 1000:
        refuse("limit", "Input should be an integer from 1 to 1000")
    return int(text)


def _place(ids: list[str], wanted: str, name: str) -> int:
    if wanted not in ids:
        refuse(name, f"no object has the id {wanted!r}")
    return ids.index(wanted)
