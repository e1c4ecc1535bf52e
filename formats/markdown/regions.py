"""Regions of a Markdown document that hold texts, each written by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from domain.document.plan import Unit
from formats.common import slots
from formats.html import format as html
from formats.markdown.inner import Marked, marks, with_marks
from formats.markdown.mdx import attributes as mdx_attributes
from formats.markdown.slots import TextSlot


class Region(Protocol):
    """A stretch of a document with texts in it."""

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...

    @property
    def units(self) -> tuple[Unit, ...]: ...

    def written(self, texts: Sequence[str]) -> str | None:
        """The stretch with other texts, one a unit; None where it stays as it is."""
        ...


@dataclass(frozen=True, slots=True)
class Place:
    """A place for one translation."""

    slot: slots.Slot

    @property
    def start(self) -> int:
        return self.slot.start

    @property
    def end(self) -> int:
        return self.slot.end

    @property
    def units(self) -> tuple[Unit, ...]:
        return (self.slot.unit,)

    def written(self, texts: Sequence[str]) -> str | None:
        (translation,) = texts
        return slots.written(self.slot, translation) if translation != self.slot.unit.text else None


@dataclass(frozen=True, slots=True)
class Sentences(Place):
    """A place for a translation, and others within its marks."""

    slot: TextSlot

    @property
    def units(self) -> tuple[Unit, ...]:
        inner = (place.unit for mark in self._marks() for place in mark.places)
        return (self.slot.unit, *inner)

    def _marks(self) -> Sequence[Marked]:
        return marks(self.slot.unit.text, self.slot.dialect)

    def written(self, texts: Sequence[str]) -> str | None:
        sentence, *others = texts
        source = self.slot.unit.text
        slot: TextSlot = self.slot
        if others and tuple(others) != tuple(unit.text for unit in self.units[1:]):
            found = self._marks()
            changed = with_marks(source, source, found, others)
            sentence = with_marks(sentence, source, found, others)
            slot = replace(slot, unit=replace(slot.unit, text=changed))
        return slots.written(slot, sentence) if sentence != source else None


@dataclass(frozen=True, slots=True)
class Html:
    """A block of HTML."""

    start: int
    end: int
    text: str
    units: tuple[Unit, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "units", tuple(place.unit for place in html.places(self.text)))

    def written(self, texts: Sequence[str]) -> str | None:
        return html.with_texts(self.text, texts)


@dataclass(frozen=True, slots=True)
class Jsx:
    """Tags and expressions of MDX alone on their lines."""

    start: int
    end: int
    text: str
    units: tuple[Unit, ...] = field(init=False)

    def __post_init__(self) -> None:
        found = tuple(place.unit for place in mdx_attributes.places(self.text))
        object.__setattr__(self, "units", found)

    def written(self, texts: Sequence[str]) -> str | None:
        return mdx_attributes.filled(self.text, texts)
