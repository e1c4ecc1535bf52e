"""Places in a document that a translation can be put in; all between them stays as it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from domain.document.plan import Unit
from domain.errors import DocumentError

_NOT_STORABLE = re.compile("[\0\ud800-\udfff]")


class Slot(Protocol):
    """A stretch of a document's text, and how another text is written in its place.

    Attributes:
        start: where it starts, in characters from the document's start.
        end: where it ends.
        unit: what is handed out to be translated.
    """

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...

    @property
    def unit(self) -> Unit: ...

    def put(self, translation: str) -> str | None:
        """What stands between `start` and `end` for this translation, which is never blank.

        None where it can't be written there without changing the document's structure.
        """
        ...


def units(slots: Sequence[Slot]) -> tuple[Unit, ...]:
    """The units of these slots.

    Raises:
        DocumentError: there are none.
    """
    if not slots:
        raise DocumentError("there is no text to translate in this document; leave it out")
    return tuple(slot.unit for slot in slots)


def fill(text: str, slots: Sequence[Slot], translations: Sequence[str]) -> str:
    """The document with each slot's translation in its place.

    A slot whose translation equals its unit's text, is blank or can't be put in keeps its
    source, character for character. White space around a unit's text stays as it is.

    Raises:
        ValueError: there are more or fewer translations than slots.
    """
    parts = []
    at = 0
    for slot, translation in zip(slots, translations, strict=True):
        parts.append(text[at : slot.start])
        put = written(slot, translation) if translation != slot.unit.text else None
        parts.append(text[slot.start : slot.end] if put is None else put)
        at = slot.end
    return "".join((*parts, text[at:]))


def written(slot: Slot, translation: str) -> str | None:
    """What stands in a slot's place for a translation; None where nothing can, or it is blank."""
    storable = _NOT_STORABLE.sub("\ufffd", translation).strip()
    return slot.put(framed(storable, slot.unit.text)) if storable else None


def framed(text: str, source: str) -> str:
    """A text without outer white space, with that of its source around it."""
    bare = source.strip()
    lead = source[: len(source) - len(source.lstrip())] if bare else ""
    return lead + text + (source[len(lead) + len(bare) :] if bare else "")
