"""Front matter in TOML: the values that readers see."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import tomlkit
from tomlkit.items import String, StringType, Trivia

from domain.document.plan import Unit
from formats.common.prose import has_prose
from formats.markdown.front_matter import is_shown, role_of
from formats.markdown.syntax.toml_front_matter import is_toml

_FIRST_LINE_END = re.compile(r"(?:\"\"\"|''')(\r?\n)")
_Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Toml:
    """The lines between those of `+++`; all but changed values stay byte for byte."""

    start: int
    end: int
    text: str
    units: tuple[Unit, ...] = field(init=False)

    def __post_init__(self) -> None:
        units = tuple(_unit(path, value) for path, value in _shown(self.text))
        object.__setattr__(self, "units", units)

    def written(self, texts: Sequence[str]) -> str | None:
        """The TOML with other values; None where it stays as it is."""
        if all(text == unit.text for text, unit in zip(texts, self.units, strict=True)):
            return None
        document: Any = tomlkit.parse(self.text)
        for (path, value), text in zip(_shown(self.text), texts, strict=True):
            if text != _text(value) and text.strip():
                holder = document
                for key in path[:-1]:
                    holder = holder[key]
                holder[path[-1]] = _of_its_kind(text.strip(), value)
        return tomlkit.dumps(document)


def without_prose(content: str) -> str:
    """TOML without what may change in a translation."""
    document: Any = tomlkit.parse(content)
    for path, _ in _shown(content):
        holder = document
        for key in path[:-1]:
            holder = holder[key]
        holder[path[-1]] = "…"
    return tomlkit.dumps(document)


def _shown(text: str) -> list[tuple[_Path, String]]:
    """The strings that are prose below keys that readers see."""
    if not is_toml(text):
        return []
    return [
        (path, value)
        for path, value in _strings(tomlkit.parse(text), ())
        if is_shown(".".join(key for key in path if isinstance(key, str))) and has_prose(value)
    ]


def _strings(value: Any, path: _Path) -> Iterator[tuple[_Path, String]]:
    if isinstance(value, String):
        yield path, value
    elif isinstance(value, dict):
        for key in value:
            yield from _strings(value[key], (*path, str(key)))
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from _strings(one, (*path, number))


def _last_key(path: _Path) -> str:
    return next((key.lower() for key in reversed(path) if isinstance(key, str)), "")


def _unit(path: _Path, value: String) -> Unit:
    role = role_of(_last_key(path))
    return Unit(_text(value), role=role, path=".".join(map(str, path)))


def _text(value: String) -> str:
    return str(value).replace("\r\n", "\n")


def _of_its_kind(text: str, old: String) -> String:
    """A string with the quotes of the old one, where they can hold it."""
    kind = old._t
    multiline = kind in (StringType.MLB, StringType.MLL)
    literal = kind in (StringType.SLL, StringType.MLL)
    if literal and ("'" in text or not text.replace("\n", "").isprintable()):
        literal = False
    if "\n" in text and not multiline:
        literal, multiline = False, False
    if "\r\n" in old.as_string():
        text = text.replace("\n", "\r\n")
    new = tomlkit.string(text, literal=literal, multiline=multiline)
    lead = _FIRST_LINE_END.match(old.as_string()) if multiline else None
    if lead is None:
        return new
    # the line end behind its quotes is none of the value
    return String(new._t, text, lead[1] + new.as_string()[3:-3], Trivia())
