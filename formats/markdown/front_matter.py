"""Front matter of Markdown in YAML and JSON: the values that readers see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from domain.errors import DocumentError
from formats.common.slots import Slot
from formats.data import yaml_values
from formats.data.json_values import JsonFormat

SHOWN = frozenset(
    [
        *("title", "subtitle", "linktitle", "sidebar_label", "sidebar_title", "nav_title"),
        *("pagination_label", "description", "summary", "excerpt", "abstract", "lead", "tagline"),
        *("caption", "details", "heading", "alt", "text", "linktext", "sidebartitle"),
        *("title_meta", "og:title", "og:description", "twitter:title", "twitter:description"),
    ]
)
"""Last keys of values that are prose, in lower case."""
_SHOWN_WITHIN = ("sidebar.label", "prev.label", "next.label", "banner.content")
"""Ends of paths whose last key is prose there alone: elsewhere a label may be an id."""
_TITLES = frozenset({"title", "subtitle", "heading"})
_LONG = frozenset({"description", "summary", "excerpt", "abstract", "lead", "details"})


def places(text: str, start: int, end: int) -> list[Slot]:
    """The places of values that are prose, in order; none where it is no YAML.

    Args:
        text: the document.
        start: where the YAML begins.
        end: where it ends.
    """
    try:
        found = yaml_values.values(text[start:end])
    except DocumentError:
        return []
    return _shown(found, start)


def json_places(text: str, start: int, end: int) -> list[Slot]:
    """The same of an object in JSON.

    Raises:
        DocumentError: it is no JSON.
    """
    return _shown(JsonFormat().places(text[start:end], ""), start)


def _shown(found: Sequence[Any], start: int) -> list[Slot]:
    return [
        replace(
            one,
            start=one.start + start,
            end=one.end + start,
            unit=replace(one.unit, role=role_of(_last_key(one.unit.path))),
        )
        for one in found
        if is_shown(one.unit.path)
    ]


def without_prose(content: str, *, is_json: bool = False) -> str:
    """Front matter without what may change in a translation."""
    found: Sequence[Slot] = (json_places if is_json else places)(content, 0, len(content))
    for one in reversed(found):
        content = content[: one.start] + content[one.end :].lstrip(" ")
    return content


def is_shown(path: str) -> bool:
    """Whether readers see the value at this path."""
    return _last_key(path) in SHOWN or path.lower().endswith(_SHOWN_WITHIN)


def _last_key(path: str) -> str:
    return path.rsplit(".", 1)[-1].lower()


def role_of(key: str) -> str:
    """What a value is whose key is this, in lower case."""
    if key in _TITLES:
        return "title"
    return "paragraph" if key in _LONG else "label"
