"""The values of an Android resource file: strings, and the items of arrays and plurals."""

from __future__ import annotations

import re
from collections.abc import Sequence

from domain.errors import DocumentError
from formats.common.xml_elements import Element, elements
from formats.strings.android.text import is_resource
from formats.strings.resource_values import Value

DEEPEST = 3
"""Levels of elements that hold texts: `resources`, `plurals`, `item`."""

_LIMIT = re.compile(r"\bCHAR[ _]LIMIT\s{0,9}[=:]\s{0,9}(\d{1,6})\b", re.IGNORECASE)
_EXAMPLE = re.compile(
    r"""<xliff:g\b(?=[^<>]{0,300}?\sid="(?P<id>[^"<]{1,100})")"""
    r"""(?=[^<>]{0,300}?\sexample="(?P<example>[^"<]{1,100})")"""
)


def values(text: str) -> list[Value]:
    """The `string`s, and the `item`s of `string-array`s and `plurals`, in order.

    The path is the name, with a dot and the item's number or quantity; the note has the comments
    above, and what `xliff:g` in it are examples of; the limit is what `CHAR LIMIT=30` in a comment
    says, as is usual in Android's own sources. `translatable="false"` counts for all within.

    Raises:
        DocumentError: it is no resource file; with the line.
    """
    found: list[Value] = []
    around: list[Element] = []
    counts: dict[int, int] = {}
    for element in elements(text, DEEPEST):
        del around[element.level - 1 :]
        around.append(element)
        root, *inner = around
        if root.tag != "resources":
            message = f"its outermost element is <{root.tag}>, and must be <resources>"
            raise DocumentError(message, line=text.count("\n", 0, root.start) + 1)
        tags = [one.tag for one in inner]
        if tags == ["string"] or (tags == ["item"] and element.attributes.get("type") == "string"):
            found.append(_value(text, inner))
        elif tags in (["string-array", "item"], ["plurals", "item"]):
            number = counts[inner[0].start] = counts.get(inner[0].start, -1) + 1
            found.append(_value(text, inner, number))
    return [value for value in found if value.start < value.end]


def _value(text: str, around: Sequence[Element], number: int = 0) -> Value:
    element = around[-1]
    comments = [comment for one in around for comment in one.comments]
    limits = [int(limit) for comment in comments for limit in _LIMIT.findall(comment)]
    raw = text[element.content_start : element.content_end]
    examples = [f"{match['id']}: e.g. {match['example']}" for match in _EXAMPLE.finditer(raw)]
    path = [one.attributes["name"] for one in around if "name" in one.attributes]
    in_plurals = around[0].tag == "plurals"
    quantity = element.attributes.get("quantity", "") if in_plurals else ""
    if len(around) > 1:
        path.append(quantity or str(number))
    return Value(
        element.content_start,
        element.content_end,
        element.start,
        element.end,
        ".".join(path),
        "\n".join(filter(None, (*comments, *examples))),
        limits[-1] if limits else None,
        all(one.attributes.get("translatable") != "false" for one in around)
        and not is_resource(raw),
        around[0].start if in_plurals else None,
        quantity,
    )
