"""Where the strings of a JSON document stand, and at which key each."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from domain.errors import DocumentError

_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[{}\[\]:,]')
_HALF_PAIR = re.compile("[\ud800-\udfff]")


class Place(NamedTuple):
    """A string that is a value: `text[start:end]`, quotes included.

    `keys` are those of the objects and arrays around it, from the outermost; an item of an array
    has its number, from 0.
    """

    start: int
    end: int
    keys: tuple[str | int, ...]

    @property
    def path(self) -> str:
        """The keys with dots between them."""
        return ".".join(map(str, self.keys))


def parsed(text: str) -> Any:
    """The document's value.

    Raises:
        DocumentError: it is no JSON, or nested too deep; with the line where one is known.
    """
    try:
        return json.loads(text)
    except RecursionError:
        raise DocumentError("this is not JSON that can be read: it is nested too deep") from None
    except ValueError as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else None
        raise DocumentError(f"this is not JSON: {error}", line=line) from None


def places(text: str) -> Iterator[Place]:
    """The strings that are values, in order.

    Args:
        text: a document that `parsed` takes.
    """
    around: list[str | int] = []
    key = True
    for match in _TOKEN.finditer(text):
        sign = match[0]
        if sign in "{[":
            around.append("" if sign == "{" else 0)
            key = sign == "{"
        elif sign in "}]":
            around.pop()
        elif sign == ":":
            key = False
        elif sign == ",":
            last = around[-1]
            key = isinstance(last, str)
            around[-1] = "" if isinstance(last, str) else last + 1
        elif key and around:
            around[-1] = json.loads(sign)
        else:
            yield Place(match.start(), match.end(), tuple(around))


def value_at(text: str, place: Place) -> str:
    """The string that stands at a place.

    Raises:
        DocumentError: it has half a surrogate pair or a NUL character, which nothing can store.
    """
    value: str = json.loads(text[place.start : place.end])
    if "\0" in value or _HALF_PAIR.search(value):
        raise DocumentError(
            "it holds a NUL character or half a surrogate pair; take it out",
            line=text.count("\n", 0, place.start) + 1,
            field=place.path,
        )
    return value


def is_ascii_by_choice(text: str) -> bool:
    """Whether a document writes characters beyond ASCII as escapes, and none as itself."""
    return text.isascii() and re.search(r"\\u(?!00[01])[0-9a-fA-F]{4}", text) is not None
