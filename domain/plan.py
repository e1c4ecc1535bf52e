"""A document's units and the segments they are split into."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from domain.segmentation import Segmentation, split


@dataclass(frozen=True, slots=True)
class Unit:
    """One translatable stretch of a document.

    Attributes:
        text: as a translator sees it, inline markup included.
        role: what it is: `paragraph`, `heading`, `list_item`, `cell`, `caption`, `title`, `label`.
        whole: whether it is a segment of its own, never split.
    """

    text: str
    role: str = "paragraph"
    whole: bool = False


@dataclass(frozen=True, slots=True)
class PlannedSegment:
    """A segment and where it comes from.

    Attributes:
        segment_id: its place in the document, from 0.
        unit: the place of its unit in the document, from 0.
        role: the unit's.
        source: the text to translate, markup included.
    """

    segment_id: int
    unit: int
    role: str
    source: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A document taken apart into segments, and the way back."""

    segments: tuple[PlannedSegment, ...]
    _segmentations: tuple[Segmentation, ...] = field(repr=False)

    def units(self, translations: Mapping[int, str]) -> tuple[str, ...]:
        """Each unit's text with translations in their segments' places.

        Args:
            translations: by segment id, markup put back; a segment without one keeps its source.
        """
        ids = iter(range(len(self.segments)))
        return tuple(
            segmentation.join(
                [translations.get(next(ids), piece.text) for piece in segmentation.pieces]
            )
            for segmentation in self._segmentations
        )


def plan(units: Sequence[Unit], lang: str) -> Plan:
    """The segments of a document, numbered in reading order; none reaches beyond its unit.

    Args:
        units: as a format extracted them.
        lang: their language, BCP-47.
    """
    segmentations = tuple(split(unit.text, lang, whole=unit.whole) for unit in units)
    segments: list[PlannedSegment] = []
    for place, (unit, segmentation) in enumerate(zip(units, segmentations, strict=True)):
        for piece in segmentation.pieces:
            segments.append(PlannedSegment(len(segments), place, unit.role, piece.text))
    return Plan(tuple(segments), segmentations)
