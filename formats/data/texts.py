"""`texts`: a JSON list of strings, each a unit of its own (labels, product names)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from domain.document.plan import Unit
from domain.errors import DocumentError
from formats.common import slots
from formats.common.encoding import decode
from formats.common.slotted import Slotted
from formats.data.json_strings import Place, parsed, places, value_at


@dataclass(frozen=True, slots=True)
class _String:
    start: int
    end: int
    unit: Unit

    def put(self, translation: str) -> str | None:
        return json.dumps(translation, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class TextsFormat(Slotted):
    """A JSON list of strings. No file name stands for it: a submission's `texts` do."""

    name: str = "texts"
    suffixes: tuple[str, ...] = ()
    media_type: str = "application/json"

    def places(self, text: str, target_lang: str) -> Sequence[slots.Slot]:
        """The strings, blank ones included, so that the nth unit is the nth string."""
        found = _strings(text)
        if found and not any(string.unit.text.strip() for string in found):
            raise DocumentError("every text of the list is blank; there is nothing to translate")
        return found

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
