"""`texts`: a JSON list of strings, each a unit of its own (labels, product names)."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from domain.errors import DocumentError
from domain.plan import Unit
from formats import slots
from formats.encoding import decode
from formats.json_strings import Place, parsed, places, value_at


@dataclass(frozen=True, slots=True)
class _String:
    start: int
    end: int
    unit: Unit

    def put(self, translation: str) -> str | None:
        return json.dumps(translation, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class TextsFormat:
    """A JSON list of strings. No file name stands for it: a submission's `texts` do."""

    name: str = "texts"
    suffixes: tuple[str, ...] = ()
    media_type: str = "application/json"
    bilingual: bool = False

    def extract(self, data: bytes, target_lang: str) -> tuple[Unit, ...]:
        """A unit a string, blank ones included, so that the nth unit is the nth string."""
        found = slots.units(_strings(decode(data).text))
        if not any(unit.text.strip() for unit in found):
            raise DocumentError("every text of the list is blank; there is nothing to translate")
        return found

    def assemble(
        self,
        data: bytes,
        texts: Sequence[str],
        target_lang: str,
        undone: Collection[int] = (),
    ) -> bytes:
        """The list with a text in the place of each string."""
        decoded = decode(data)
        return decoded.encode(slots.fill(decoded.text, _strings(decoded.text), texts))

    def same_structure(self, source: bytes, translated: bytes) -> str | None:
        """Whether there are as many strings."""
        count, new_count = (len(_strings(decode(data).text)) for data in (source, translated))
        return None if count == new_count else f"{count} texts became {new_count}"


def _strings(text: str) -> tuple[_String, ...]:
    values = parsed(text)
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise DocumentError('texts must be a JSON list of strings, like ["Save", "Cancel"]')
    return tuple(
        _String(place.start, place.end, Unit(_value(text, place), role="label", whole=True))
        for place in places(text)
    )


def _value(text: str, place: Place) -> str:
    try:
        return value_at(text, place)
    except DocumentError as error:
        raise DocumentError(error.message, field=f"texts[{place.path}]") from None
