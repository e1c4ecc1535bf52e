"""Exchanging translations with other tools, as TMX and from XLIFF."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO, NamedTuple

from domain.errors import DocumentError
from domain.placeholders.masking import mask
from domain.placeholders.protection import Protection
from domain.reuse.memory import import_key, masked_alike, same_markup
from domain.text.segmentation import split
from formats.bilingual.tmx import ALL, TmxUnit, Variant, Written, is_writable, read_tmx, tmx_lines
from formats.bilingual.xliff.format import XliffFormat
from formats.bilingual.xliff.pairs import XliffPair, pairs
from formats.registry import dialect_of
from storage.files.durable import SHARED, whole_file
from storage.files.home import Home
from storage.layout.documents import Documents
from storage.layout.imports import ImportedUnit, write_import
from storage.readmodel.passed import Passed, passed_segments

_OTHER_LANGUAGES = "no text in two languages that were asked for"
_EMPTY = "a text is empty"
_OTHER_MARKUP = "the markup of both texts differs"


@dataclass
class Taken:
    """What became of the translations in a file.

    Attributes:
        units: translations kept, one a unit and language pair.
        reviewed: those of them that people wrote or approved.
        left_out: how many were not, by the reason.
        first_lines: where the first of each reason stands, from 1.
    """

    units: int = 0
    reviewed: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    first_lines: dict[str, int] = field(default_factory=dict)

    def leave_out(self, reason: str, line: int) -> None:
        """Count one that is not kept."""
        self.left_out[reason] += 1
        self.first_lines.setdefault(reason, line)


class _Offered(NamedTuple):
    """A translation that a file offers, both texts masked."""

    pair: tuple[str, str]
    source: str
    target: str
    context: str
    reviewed: bool


def import_file(
    home: Home,
    path: Path,
    *,
    owner: str,
    source_lang: str | None = None,
    target_lang: str | None = None,
    reviewed: bool = False,
) -> Taken:
    """Take the translations of a TMX or XLIFF file into the translation memory, all or none.

    Args:
        home: the lake's.
        path: the file.
        owner: whose jobs they are for.
        source_lang: only units from this language, BCP-47; those of a region or script of it, such
            as `en-US` for `en`, count as of this language itself.
        target_lang: the same for the language they are in.
        reviewed: whether people wrote or approved all of them, whatever the file says.

    Raises:
        DocumentError: it can't be read, or is no TMX or XLIFF; with the line.
        LakeError: the units can't be written.
    """
    taken = Taken()
    try:
        if path.exists() and not path.is_file():
            # A pipe may never end, nor a device.
            raise DocumentError("it is no file", where=str(path))
        with path.open("rb") as file:
            wanted = source_lang, target_lang
            offered = (
                _offered_by_xliff(file.read(), str(path), *wanted, taken)
                if path.suffix.lower() in XliffFormat().suffixes
                else _offered_by_tmx(file, str(path), *wanted, taken)
            )
            kept = write_import(
                home,
                (
                    ImportedUnit(
                        import_key(owner, *one.pair, one.source, one.context),
                        *one.pair,
                        one.source,
                        one.target,
                        path.name,
                        reviewed or one.reviewed,
                    )
                    for one in offered
                ),
            )
            taken.units, taken.reviewed = kept.units, kept.reviewed
    except OSError as error:
        message = f"can't be read: {error.strerror or error}"
        raise DocumentError(message, where=str(path)) from None
    return taken


def _offered_by_tmx(
    file: BinaryIO, where: str, source_lang: str | None, target_lang: str | None, taken: Taken
) -> Iterator[_Offered]:
    for unit in read_tmx(file, where=where):
        for pair, source, target in _usable(unit, source_lang, target_lang, taken):
            yield _Offered(pair, source, target, unit.context, unit.reviewed)


def _offered_by_xliff(
    data: bytes, where: str, source_lang: str | None, target_lang: str | None, taken: Taken
) -> Iterator[_Offered]:
    try:
        for one in pairs(data, source_lang, target_lang):
            reason = _unusable(one, source_lang, target_lang)
            if reason:
                taken.leave_out(reason, one.line)
                continue
            langs = source_lang or one.source_lang, target_lang or one.target_lang
            for texts in _in_sentences(one, *langs):
                masked = masked_alike(*texts)
                if same_markup(*masked):
                    yield _Offered(langs, *masked, one.context, one.approved)
                else:
                    taken.leave_out(_OTHER_MARKUP, one.line)
    except DocumentError as error:
        raise DocumentError(
            error.message, where=where, line=error.line, field=error.field
        ) from None


def _unusable(one: XliffPair, source_lang: str | None, target_lang: str | None) -> str | None:
    if not (_within(one.source_lang, source_lang) and _within(one.target_lang, target_lang)):
        return _OTHER_LANGUAGES
    if not one.source or not one.target:
        return _EMPTY
    return None if one.done else "its state says that it is not done"


def _in_sentences(one: XliffPair, source_lang: str, target_lang: str) -> Iterator[tuple[str, str]]:
    """A pair as jobs cut its source; whole where its target has not as many sentences."""
    sources = [piece.text for piece in split(one.source, source_lang).pieces]
    targets = [piece.text for piece in split(one.target, target_lang).pieces]
    if len(sources) == len(targets):
        yield from zip(sources, targets, strict=True)
    else:
        yield one.source, one.target


def export_tmx(
    home: Home, path: Path, *, source_lang: str, target_lang: str, target_score: float
) -> int:
    """Write all translations between two languages that passed QA into a TMX file.

    Returns:
        How many they are. What XML can't hold, such as control characters, is left out.

    Raises:
        LakeError: the lake can't be read.
        OSError: the file can't be written; what was there stays.
    """
    count = 0

    def written() -> Iterator[Written]:
        nonlocal count
        found = passed_segments(
            home, source_lang=source_lang, target_lang=target_lang, target_score=target_score
        )
        protections = _Protections(home)
        for passed in found:
            unit = _written(passed, protections.of(passed))
            if is_writable(unit.source + unit.target):
                count += 1
                yield unit

    lines = tmx_lines(
        written(), source_lang=source_lang, target_lang=target_lang, version=version("nightdesk")
    )
    with whole_file(path, mode=SHARED) as file:
        file.writelines(line.encode() for line in lines)
    return count


class _Protections:
    """What stays as it is in the texts of jobs, looked up once a briefing."""

    def __init__(self, home: Home) -> None:
        self._documents = Documents(home)
        self._known: dict[tuple[str, str], Protection] = {}

    def of(self, passed: Passed) -> Protection:
        place = passed.format, passed.briefing
        if place not in self._known:
            own = json.loads(self._documents.get(passed.briefing)).get("protect", ())
            self._known[place] = Protection(dialect_of(passed.format).protect, tuple(own))
        return self._known[place]


def _written(passed: Passed, protection: Protection) -> Written:
    properties = {"score": f"{passed.qa_score:g}", "origin": passed.origin}
    source = mask(passed.source, protection).text
    return Written(source, passed.answer, passed.changed_at, properties)


def _usable(
    unit: TmxUnit, source_lang: str | None, target_lang: str | None, taken: Taken
) -> Iterator[tuple[tuple[str, str], str, str]]:
    """The language pairs of a unit, with both texts masked."""
    pairs = list(_pairs(unit, source_lang, target_lang))
    if not pairs:
        taken.leave_out(_OTHER_LANGUAGES, unit.line)
    for source, target in pairs:
        if not source.text or not target.text:
            taken.leave_out(_EMPTY, unit.line)
        elif not (source.whole and target.whole):
            taken.leave_out("an inline code doesn't say what it stands for", unit.line)
        else:
            texts = _masked(source, target)
            if same_markup(*texts):
                yield (source_lang or source.lang, target_lang or target.lang), *texts
            else:
                taken.leave_out(_OTHER_MARKUP, unit.line)


def _pairs(
    unit: TmxUnit, source_lang: str | None, target_lang: str | None
) -> Iterator[tuple[Variant, Variant]]:
    for source in unit.variants:
        if not _is(source, None if unit.source_lang == ALL else unit.source_lang, source_lang):
            continue
        for target in unit.variants:
            if target.lang != source.lang and _within(target.lang, target_lang):
                yield source, target


def _is(variant: Variant, own: str | None, wanted: str | None) -> bool:
    """Whether a text is a unit's source, and in the language asked for."""
    # Tools write `en` in the header and `en-US` in the units, or the other way.
    is_source = _within(variant.lang, own) or _within(own or "", variant.lang)
    return is_source and _within(variant.lang, wanted)


def _within(lang: str, wanted: str | None) -> bool:
    return wanted is None or lang == wanted or lang.startswith(f"{wanted}-")


def _masked(source: Variant, target: Variant) -> tuple[str, str]:
    if source.masked or target.masked:
        return source.text, target.text
    return masked_alike(source.text, target.text)
