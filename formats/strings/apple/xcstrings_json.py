"""JSON as Xcode lays it out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

_XCODE_COLON = '" :'
_INDENT = "  "


def written(value: Any, like: str) -> str:
    """A value in the layout of a file: Xcode's, or the usual one with two spaces.

    Args:
        value: of JSON.
        like: the file.
    """
    end = like[len(like.rstrip()) :]
    if _XCODE_COLON in like:
        return _xcode(value, "") + end
    return json.dumps(value, ensure_ascii=False, indent=len(_INDENT)) + end


def put(mapping: dict[str, Any], key: str, value: Any) -> None:
    """Sets a key, in its place where the others are sorted."""
    were_sorted = list(mapping) == sorted(mapping)
    mapping[key] = value
    if were_sorted:
        items = sorted(mapping.items())
        mapping.clear()
        mapping.update(items)


def _xcode(value: Any, indent: str) -> str:
    inner = indent + _INDENT
    if isinstance(value, Mapping):
        lines = [
            f"{inner}{json.dumps(key, ensure_ascii=False)} : {_xcode(one, inner)}"
            for key, one in value.items()
        ]
        signs = "{}"
    elif isinstance(value, list):
        lines = [inner + _xcode(one, inner) for one in value]
        signs = "[]"
    else:
        return json.dumps(value, ensure_ascii=False)
    body = ",\n".join(lines)
    return f"{signs[0]}\n{body}\n{indent}{signs[1]}"
