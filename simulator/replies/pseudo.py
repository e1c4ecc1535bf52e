"""Pseudo-translation: text that a person sees at once is none.

Letters bear accents (`Das Lager` is `Đáš Ļáĝéŕ`), other scripts become accented Latin letters;
placeholders `⟦…⟧`, digits, punctuation and spaces stay, and so does the length. Terms of the
glossary stand unaccented, as the prompt gives them.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

PLACEHOLDER = re.compile("(⟦[^⟦⟧]*⟧)")

_PLAIN = "abcdefghijklmnopqrstuvwxyz"
_FIRST = "áƀçđéƒĝĥíĵķļɱñóþɋŕšţúṽŵẋýž"
_SECOND = "âɓćďêƒğħîǰķľɱňôƥɋřśťûṽŵẍÿź"
_OURS = frozenset(_FIRST + _SECOND)


class _Accents(dict[int, str]):
    """A table for `str.translate` that is filled as characters turn up."""

    def __init__(self, letters: str) -> None:
        self.letters = letters
        super().__init__()

    def __missing__(self, code: int) -> str:
        character = chr(code)
        self[code] = self._accented(character) if character.isalpha() else character
        return self[code]

    def _accented(self, character: str) -> str:
        base = unicodedata.normalize("NFD", character)[0].lower()
        place = _PLAIN.find(base)
        if place < 0:
            place = ord(character) % len(_PLAIN)
        accented = self.letters[place]
        if accented == character.lower():
            accented = (_SECOND if self.letters == _FIRST else _FIRST)[place]
        upper = accented.upper()
        return upper if character.isupper() and len(upper) == 1 else accented


_TABLES = (_Accents(_FIRST), _Accents(_SECOND))


@dataclass(frozen=True, slots=True)
class Glossary:
    """The terms a prompt gives, ready to be looked for.

    Attributes:
        pattern: matches any source term, a short inflection ending included; a group a term.
        targets: by group name, what must stand for it.
        terms: source and target of each.
    """

    pattern: re.Pattern[str]
    targets: Mapping[str, str]
    terms: tuple[tuple[str, str], ...]


@lru_cache(maxsize=1024)
def read_glossary(system: tuple[str, ...]) -> Glossary | None:
    """The glossary in a system prompt: each line of it is a JSON object; None without any."""
    found: dict[str, str] = {}
    for line in "\n".join(system).splitlines():
        if not line.lstrip().startswith("{"):
            continue
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if entry.keys() >= {"source", "target"} and entry.get("status") != "deprecated":
            found[str(entry["source"])] = str(entry["target"])
    if not found:
        return None
    terms = tuple(sorted(found.items(), key=lambda term: -len(term[0])))
    groups = {f"t{number}": term for number, term in enumerate(terms)}
    pattern = "|".join(f"(?P<{name}>{_spaced(term[0])})" for name, term in groups.items())
    return Glossary(
        re.compile(rf"(?<!\w)(?:{pattern})\w{{0,3}}(?!\w)", re.IGNORECASE),
        {name: term[1] for name, term in groups.items()},
        terms,
    )


def _spaced(term: str) -> str:
    return r"\s+".join(re.escape(word) for word in term.split())


def pseudo(text: str, glossary: Glossary | None = None, *, second: bool = False) -> str:
    """A pseudo-translation of a text with placeholders; `second` takes the other accents."""
    table = _TABLES[second]
    parts = PLACEHOLDER.split(text)
    for number in range(0, len(parts), 2):
        parts[number] = _accented(parts[number], glossary, table)
    return "".join(parts)


def _accented(text: str, glossary: Glossary | None, table: _Accents) -> str:
    if glossary is None:
        return text.translate(table)
    pieces = []
    end = 0
    for match in glossary.pattern.finditer(text):
        pieces.append(text[end : match.start()].translate(table))
        pieces.append(glossary.targets[match.lastgroup or ""])
        end = match.end()
    pieces.append(text[end:].translate(table))
    return "".join(pieces)


def is_pseudo(word: str) -> bool:
    """Whether a word is pseudo-translated: all of its letters bear our accents."""
    return bool(word) and all(letter in _OURS for letter in word.lower())
