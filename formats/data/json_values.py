"""JSON: the strings that are values; keys, numbers, comments and layout stay as they are."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from domain.document.plan import Unit
from formats.common import slots
from formats.common.encoding import decode
from formats.common.prose import has_prose
from formats.common.slotted import Slotted
from formats.common.spliced import spliced
from formats.data import json_comments
from formats.data.json_strings import Place, is_ascii_by_choice, parsed, places, value_at
from formats.data.message_format import unquoted, without_choices


@dataclass(frozen=True, slots=True)
class _Value:
    start: int
    end: int
    unit: Unit
    ascii: bool
    is_icu: bool = False

    def put(self, translation: str) -> str | None:
        text = unquoted(translation, self.unit.text) if self.is_icu else translation
        return json.dumps(text, ensure_ascii=self.ascii)


@dataclass(frozen=True, slots=True)
class JsonFormat(Slotted):
    """JSON, also with comments, and Flutter's ARB.

    What stands below a key with `@` is about a text, and is none.
    """

    name: str = "json"
    suffixes: tuple[str, ...] = (".json", ".arb", ".jsonc")
    media_type: str = "application/json"

    def places(self, text: str, target_lang: str) -> Sequence[slots.Slot]:
        """A string with prose; its path is its keys with dots between them."""
        return _slots(text)

    def naming(self, text: str, target_lang: str) -> str:
        """ARB says it in `@@locale`, which Flutter parts by `_`."""
        bare = json_comments.without(text, json_comments.comments(text))
        found = (place for place in places(bare) if place.keys == ("@@locale",))
        said = json.dumps(target_lang.replace("-", "_"))
        return spliced(text, [(place.start, place.end, said) for place in found])

    def same_structure(self, source: bytes, translated: bytes) -> str | None:
        """Whether keys, numbers and the kinds of all values are the same."""
        before, after = (decode(data).text for data in (source, translated))
        found, there = json_comments.comments(before), json_comments.comments(after)
        if [before[slice(*one)] for one in found] != [after[slice(*one)] for one in there]:
            return "the comments changed"
        return difference(
            parsed(json_comments.without(before, found)),
            parsed(json_comments.without(after, there)),
        )


def _slots(text: str) -> list[_Value]:
    comments = json_comments.comments(text)
    text = json_comments.without(written := text, comments)
    document = parsed(text)
    in_ascii = is_ascii_by_choice(text)
    found = []
    every = list(places(text))
    notes = json_comments.notes(written, comments, [place.start for place in every])
    for place, said in zip(every, notes, strict=True):
        if any(isinstance(key, str) and key.startswith("@") for key in place.keys):
            continue
        value = value_at(text, place)
        if has_prose(value):
            unit = Unit(value, role="label", path=place.path, note=_note(document, place) or said)
            found.append(_Value(place.start, place.end, unit, in_ascii))
    if _is_arb(document):
        return found
    flags = without_choices([value.unit.text for value in found])
    return [replace(value, is_icu=flag) for value, flag in zip(found, flags, strict=True)]


def _is_arb(document: Any) -> bool:
    """Whether a file is Flutter's, where an apostrophe quotes nothing unless it is told to."""
    return isinstance(document, Mapping) and any(str(key).startswith("@") for key in document)


def _note(document: Any, place: Place) -> str:
    """What ARB says of a text: the `description` at its key with `@` before it."""
    if len(place.keys) != 1 or not isinstance(document, Mapping):
        return ""
    about = document.get(f"@{place.keys[0]}")
    description = about.get("description") if isinstance(about, Mapping) else None
    return description if isinstance(description, str) else ""


def difference(before: Any, after: Any, path: str = "") -> str | None:
    """The first difference between two values in words, whatever their strings; None without.

    Args:
        path: their keys, with dots between them.
    """
    stack = [(before, after, path)]
    while stack:
        here, there, at = stack.pop()
        where = f"at {at}: " if at else ""
        if type(here) is not type(there):
            return f"{where}a {type(here).__name__} became a {type(there).__name__}"
        if isinstance(here, Mapping):
            if list(here) != list(there):
                return f"{where}the keys changed"
            stack += [(here[key], there[key], f"{at}.{key}".lstrip(".")) for key in here]
        elif isinstance(here, list):
            if len(here) != len(there):
                return f"{where}{len(here)} items became {len(there)}"
            stack += [
                (one, other, f"{at}.{number}".lstrip("."))
                for number, (one, other) in enumerate(zip(here, there, strict=True))
            ]
        elif not isinstance(here, str) and here != there and here == here:
            return f"{where}{here} became {there}"
    return None
