"""Glossaries in JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NoReturn

from pydantic import ValidationError

from domain.briefing import GlossaryEntry
from domain.errors import GlossaryError

_SPACE = re.compile(r"[ \t\r\n]*+")
_DECODER = json.JSONDecoder()
_ENTRIES = "entries"
_FORM = 'write a list of entries, or an object such as {"entries": […]}'


def read_json(text: str, *, where: str) -> tuple[GlossaryEntry, ...]:
    """The entries of a glossary: a list of objects, or an object that has it as `entries`.

    An object has the fields of `GlossaryEntry`. A term may stand twice when its `context` or
    `domain` differs.

    Args:
        text: the file's content.
        where: the file, for messages.

    Raises:
        GlossaryError: it can't be used; with the line that the entry begins on, and the field.
    """
    entries: dict[tuple[str, str | None, str | None], GlossaryEntry] = {}
    reader = _Reader(text.lstrip("\ufeff"), where)
    try:
        for line, value in reader.entries():
            entry = _entry(value, where, line)
            key = (entry.term, entry.context, entry.domain)
            if key in entries:
                message = f"{entry.term!r} is there twice; give each sense its own context"
                raise GlossaryError(message, where=where, line=line, field="term")
            entries[key] = entry
    except json.JSONDecodeError as error:
        raise GlossaryError(f"no valid JSON: {error.msg}", where=where, line=error.lineno) from None
    except RecursionError:
        raise GlossaryError("a value in it is nested too deep", where=where) from None
    return tuple(entries.values())


def _entry(value: Any, where: str, line: int) -> GlossaryEntry:
    try:
        return GlossaryEntry.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or None
        message = str(first["msg"]).removeprefix("Value error, ").replace("tuple", "list")
        if first["type"] == "extra_forbidden":
            message = f"unknown field; known are {', '.join(GlossaryEntry.model_fields)}"
        elif field is None:
            message = "an entry is an object with a term, and its translations by language"
        raise GlossaryError(message, where=where, line=line, field=field) from None


class _Reader:
    """Goes through the text value by value, so that each is known by its line."""

    def __init__(self, text: str, where: str) -> None:
        self._text = text
        self._where = where
        self._at = 0
        self._line = 1
        self._counted = 0

    def entries(self) -> Iterator[tuple[int, Any]]:
        """The values of the list of entries, each with its line."""
        start = self._next()
        if start == "[":
            yield from self._items()
        elif start == "{":
            yield from self._members()
        else:
            self._refuse(_FORM)
        if self._next():
            self._fail("Extra data")

    def _members(self) -> Iterator[tuple[int, Any]]:
        self._at += 1
        found = False
        while self._next() == '"':
            name = self._value()
            if name != _ENTRIES or found:
                self._refuse(f"only one {_ENTRIES!r} may stand here; {_FORM}", field=str(name))
            self._expect(":")
            if self._next() != "[":
                self._refuse("write a list", field=_ENTRIES)
            found = True
            yield from self._items()
            if self._next() == ",":
                self._at += 1
        self._expect("}")
        if not found:
            self._refuse(_FORM)

    def _items(self) -> Iterator[tuple[int, Any]]:
        self._at += 1
        if self._next() == "]":
            self._at += 1
            return
        while True:
            self._next()
            line = self._line_now()
            yield line, self._value()
            if self._next() == "]":
                self._at += 1
                return
            self._expect(",")

    def _value(self) -> Any:
        value, self._at = _DECODER.raw_decode(self._text, self._at)
        return value

    def _next(self) -> str:
        """The character that comes after white space; empty at the end."""
        if match := _SPACE.match(self._text, self._at):
            self._at = match.end()
        return self._text[self._at : self._at + 1]

    def _expect(self, sign: str) -> None:
        if self._next() != sign:
            self._fail(f"Expecting {sign!r}")
        self._at += 1

    def _line_now(self) -> int:
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line

    def _fail(self, message: str) -> NoReturn:
        raise json.JSONDecodeError(message, self._text, self._at)

    def _refuse(self, message: str, *, field: str | None = None) -> NoReturn:
        raise GlossaryError(message, where=self._where, line=self._line_now(), field=field)
