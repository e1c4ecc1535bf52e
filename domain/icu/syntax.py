"""ICU messages, read: what is text in them, what an argument, and what a choice of texts."""

from __future__ import annotations

import re
from dataclasses import dataclass

DEEPEST = 20
"""Choices within choices at most."""

_MAY_CHOOSE = re.compile(r",\s*+(?:plural|selectordinal|select)\s*+,")
_NAME = r"(?!0\d++(?!\w)|\d{10})\w++"
"""A word or a number; signs of ICU's syntax are no part of either, such as dots and hyphens."""
_HEAD = re.compile(
    rf"\{{\s*+({_NAME})\s*+,\s*+(plural|selectordinal|select)\s*+,\s*+(?:offset:\s*+(\d+)\s*+)?"
)
_TYPES = "number|date|time|spellout|ordinal|duration"
_SIMPLE = re.compile(rf"\{{\s*+{_NAME}\s*+(?:\}}|,\s*+(?:{_TYPES})\s*+[,}}])")
_SELECTOR = re.compile(r"\s*+(=\d+|\w++)\s*+\{")
_END = re.compile(r"\s*+\}")
_QUOTED = re.compile(r"'[{}#][^']*+(?:''[^']*+)*+(?:'(?!')|$)|''")


@dataclass(frozen=True, slots=True)
class Text:
    """A stretch of a message as it is written, apostrophes included."""

    written: str


@dataclass(frozen=True, slots=True)
class Argument:
    """What a value is put in for, as it is written: `{name}`, `{when, date, short}`."""

    written: str


@dataclass(frozen=True, slots=True)
class Number:
    """The `#` of a plural.

    Attributes:
        name: the plural's argument.
    """

    name: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several texts, by the value of an argument.

    Attributes:
        name: the argument.
        kind: `plural`, `selectordinal` or `select`.
        offset: what a plural takes from its number, as it is written; empty without.
        branches: by selector (`one`, `=0`, `female`), in order.
    """

    name: str
    kind: str
    offset: str
    branches: tuple[tuple[str, Message], ...]


Message = tuple[Text | Argument | Number | Choice, ...]


def parse(text: str) -> Message | None:
    """A message as ICU's MessageFormat reads it; None where it is none.

    An apostrophe quotes where a brace follows, and `#` within a plural (ICU's DOUBLE_OPTIONAL).
    A choice without a branch `other` makes the whole no message.
    """
    reader = _Reader(text)
    try:
        message = reader.message(None, 0)
    except _NoMessage:
        return None
    return message if reader.at == len(text) else None


def with_choices(text: str) -> Message | None:
    """A message with plurals or selects; None where it is none, or has no such choice."""
    if not _MAY_CHOOSE.search(text):
        return None
    message = parse(text)
    has_choices = any(isinstance(part, Choice) for part in message or ())
    return message if has_choices else None


class _NoMessage(Exception):
    pass


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def message(self, number: str | None, depth: int) -> Message:
        """What stands up to the end or a closing brace; `number` is the plural's around it."""
        if depth > DEEPEST:
            raise _NoMessage
        parts: list[Text | Argument | Number | Choice] = []
        begun = self.at
        while self.at < len(self.text) and self.text[self.at] != "}":
            sign = self.text[self.at]
            if sign == "'" and (quoted := _QUOTED.match(self.text, self.at)):
                is_number_sign = quoted[0].startswith("'#") and number is None
                self.at = self.at + 1 if is_number_sign else quoted.end()
            elif sign == "{" or (sign == "#" and number is not None):
                if begun < self.at:
                    parts.append(Text(self.text[begun : self.at]))
                parts.append(self._argument(number, depth) if sign == "{" else self._sign(number))
                begun = self.at
            else:
                self.at += 1
        if begun < self.at:
            parts.append(Text(self.text[begun : self.at]))
        return tuple(parts)

    def _sign(self, number: str | None) -> Number:
        self.at += 1
        return Number(number or "")

    def _argument(self, number: str | None, depth: int) -> Argument | Choice:
        head = _HEAD.match(self.text, self.at)
        if head is None:
            return self._simple()
        self.at = head.end()
        name, kind, offset = head[1], head[2], head[3] or ""
        branches: list[tuple[str, Message]] = []
        while selector := _SELECTOR.match(self.text, self.at):
            self.at = selector.end()
            inner = self.message(number if kind == "select" else name, depth + 1)
            if not self.text.startswith("}", self.at):
                raise _NoMessage
            self.at += 1
            branches.append((selector[1], inner))
        end = _END.match(self.text, self.at)
        selectors = [selector for selector, _ in branches]
        if end is None or "other" not in selectors or len(set(selectors)) < len(selectors):
            raise _NoMessage
        self.at = end.end()
        return Choice(name, kind, offset, tuple(branches))

    def _simple(self) -> Argument:
        """An argument without branches; a date's skeleton may hold braces in quotes."""
        if not _SIMPLE.match(self.text, self.at):
            raise _NoMessage
        begun, opened = self.at, 0
        while self.at < len(self.text):
            sign = self.text[self.at]
            if sign == "'" and (quoted := _QUOTED.match(self.text, self.at)):
                self.at = quoted.end()
                continue
            opened += {"{": 1, "}": -1}.get(sign, 0)
            self.at += 1
            if not opened:
                return Argument(self.text[begun : self.at])
        raise _NoMessage
