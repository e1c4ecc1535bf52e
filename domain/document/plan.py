"""A document's units and the segments they are split into."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase

from domain.errors import DocumentError
from domain.icu.messages import IcuMessage, icu_message
from domain.placeholders.protection import UNPROTECTED, Protection
from domain.text.segmentation import Segmentation, has_words, split


@dataclass(frozen=True, slots=True)
class Unit:
    """One translatable stretch of a document.

    Attributes:
        text: as a translator sees it, inline markup included.
        role: what it is: `paragraph`, `heading`, `list_item`, `cell`, `caption`, `title`, `label`,
            `button`, `subtitle`.
        whole: whether it is a segment of its own, never split.
        path: its key or place, such as `menu.open` or `Prices!B2`; empty where it has none.
        note: what the document's author says of it to translators.
        max_chars: visible characters that its translation may have; such a unit is never split.
        kept: why it stays as it is, so that it has no segments; empty where it is translated.
        context: what tells it from the same text elsewhere, such as gettext's `msgctxt`; empty
            where the document says nothing of the kind.
    """

    text: str
    role: str = "paragraph"
    whole: bool = False
    path: str = ""
    note: str = ""
    max_chars: int | None = None
    kept: str = ""
    context: str = ""


@dataclass(frozen=True, slots=True)
class PlannedSegment:
    """A segment and where it comes from.

    Attributes:
        segment_id: its place in the document, from 0.
        unit: the place of its unit in the document, from 0.
        source: the text to translate, markup included.
        role: its unit's, as are `note`, `max_chars` and `context`.
    """

    segment_id: int
    unit: int
    source: str
    role: str = "paragraph"
    note: str = ""
    max_chars: int | None = None
    context: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """A document taken apart into segments, and the way back.

    Attributes:
        unasked: the units that have no segments: those that `paths` leaves out, and those that are
            kept, which say why.
    """

    segments: tuple[PlannedSegment, ...]
    _parts: tuple[Segmentation | IcuMessage, ...] = field(repr=False)
    unasked: tuple[Unit, ...] = field(default=(), repr=False)

    @property
    def kept(self) -> dict[str, list[str]]:
        """The places of texts that stay as they are, by the reason."""
        places: dict[str, list[str]] = {}
        for unit in self.unasked:
            if unit.kept:
                places.setdefault(unit.kept, []).append(unit.path)
        return places

    def units(self, translations: Mapping[int, str]) -> tuple[str, ...]:
        """Each unit's text with translations in their segments' places.

        Args:
            translations: by segment id, markup put back; a segment without one keeps its source.
        """
        ids = iter(range(len(self.segments)))
        return tuple(
            part.join([translations.get(next(ids), text) for text in _texts(part)])
            for part in self._parts
        )

    def undone(self, translated: Collection[int]) -> frozenset[int]:
        """The units of which a segment is not among those translated."""
        return frozenset(s.unit for s in self.segments if s.segment_id not in translated)


def plan(
    units: Sequence[Unit],
    lang: str,
    target_lang: str,
    paths: Sequence[str] = (),
    protection: Protection = UNPROTECTED,
) -> Plan:
    """The segments of a document, numbered in reading order; none reaches beyond its unit.

    Args:
        units: as a format extracted them.
        lang: their language, BCP-47.
        target_lang: BCP-47; a label that is an ICU message has a segment for each of its plurals.
        paths: patterns as `wanted` reads them; units left out have no segments.
        protection: what is a variable in texts beside those that are in any text; a unit that is
            nothing else has no segments.

    Raises:
        DocumentError: a text holds half a surrogate pair, which nothing can store; with its path.
    """
    for unit in units:
        _check(unit)
    parts = tuple(
        _part(unit, lang, target_lang, protection)
        if asked_for(unit, paths)
        else Segmentation(unit.text, ())
        for unit in units
    )
    segments: list[PlannedSegment] = []
    for place, (unit, part) in enumerate(zip(units, parts, strict=True)):
        for text, note in zip(_texts(part), _notes(unit, part), strict=True):
            segments.append(
                PlannedSegment(
                    len(segments), place, text, unit.role, note, unit.max_chars, unit.context
                )
            )
    return Plan(tuple(segments), parts, _unasked(units, paths))


def _unasked(units: Sequence[Unit], paths: Sequence[str]) -> tuple[Unit, ...]:
    return tuple(
        unit if wanted(unit.path, paths) else replace(unit, kept="")
        for unit in units
        if not asked_for(unit, paths)
    )


def _check(unit: Unit) -> None:
    try:
        "".join((unit.text, unit.path, unit.note, unit.context)).encode()
    except UnicodeEncodeError:
        message = "it holds half a surrogate pair; take it out"
        where = unit.path.encode(errors="backslashreplace").decode()
        raise DocumentError(message, field=where or None) from None


def _part(
    unit: Unit, lang: str, target_lang: str, protection: Protection
) -> Segmentation | IcuMessage:
    # Elsewhere a message is an example of one, as in a manual for programmers.
    message = icu_message(unit.text, target_lang) if unit.role == "label" else None
    if message is not None:
        return message
    if protection and not has_words(unit.text, protection):
        return Segmentation(unit.text, ())
    whole = unit.whole or unit.max_chars is not None
    return split(unit.text, lang, whole=whole, protection=protection)


def _texts(part: Segmentation | IcuMessage) -> list[str]:
    pieces = part.branches if isinstance(part, IcuMessage) else part.pieces
    return [piece.text for piece in pieces]


def _notes(unit: Unit, part: Segmentation | IcuMessage) -> list[str]:
    if isinstance(part, Segmentation):
        return [unit.note] * len(part.pieces)
    return ["; ".join(filter(None, (unit.note, branch.note))) for branch in part.branches]


def asked_for(unit: Unit, paths: Sequence[str]) -> bool:
    """Whether a unit is translated: its place is `wanted`, and nothing keeps it."""
    return not unit.kept and wanted(unit.path, paths)


def wanted(path: str, patterns: Sequence[str]) -> bool:
    """Whether a unit of this path is to be translated.

    It is where a pattern fits it and none with `!` in front does; where all have `!` in front,
    none needs to fit. Patterns are `fnmatch`'s: `*` stands for any text, dots and slashes too.
    Units without a path are always translated.
    """
    if not path:
        return True
    if any(fnmatchcase(path, pattern[1:]) for pattern in patterns if pattern.startswith("!")):
        return False
    positive = [pattern for pattern in patterns if not pattern.startswith("!")]
    return not positive or any(fnmatchcase(path, pattern) for pattern in positive)
