"""Xcode's string catalogs: a file of texts by key, with all their languages."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from domain.document.plan import Unit
from domain.errors import DocumentError
from domain.languages import normalized
from formats.common.encoding import decode
from formats.common.prose import has_prose
from formats.data.json_strings import parsed
from formats.data.json_values import difference
from formats.strings.apple import xcstrings_entries
from formats.strings.apple.xcstrings_entries import NEEDS_REVIEW, NEW, TRANSLATED, Leaf
from formats.strings.apple.xcstrings_json import put, written

_STALE = "stale"


@dataclass(frozen=True, slots=True)
class _Entry:
    """A text that is wanted in a language.

    Attributes:
        entry: of the catalog.
        localization: the one that is wanted, with the forms that the language has; not in the
            entry yet.
        wanted: what in it is to be translated.
    """

    entry: dict[str, Any]
    localization: dict[str, Any]
    wanted: tuple[Leaf, ...]


@dataclass(frozen=True, slots=True)
class XcstringsFormat:
    """String catalogs; what is translated already is left alone."""

    name: str = "xcstrings"
    suffixes: tuple[str, ...] = (".xcstrings",)
    media_type: str = "application/json"
    bilingual: bool = True

    def extract(self, data: bytes, target_lang: str) -> tuple[Unit, ...]:
        """A unit a text, and one for each plural form of the target language and each device.

        Its path is its key, and what tells its form; its note what the developer says of it.
        """
        _, _, entries = _read(data, target_lang)
        units = tuple(leaf.unit for entry in entries for leaf in entry.wanted)
        if not units:
            raise DocumentError("there is no text to translate in this file; leave it out")
        return units

    def assemble(
        self,
        data: bytes,
        texts: Sequence[str],
        target_lang: str,
        undone: Collection[int] = (),
    ) -> bytes:
        """The catalog with translations in, each `translated`, or `needs_review` where something
        has to be looked at.

        A text that is its source and undone stays `new`; an entry of which nothing is translated
        gets no localization. Keys and languages keep their order, and the file Xcode's layout.
        """
        catalog, code, entries = _read(data, target_lang)
        numbered = iter(enumerate(texts))
        changed = False
        for entry in entries:
            done = False
            for leaf in entry.wanted:
                number, text = next(numbered, (0, None))
                if text is None:
                    raise ValueError("there are fewer texts than units")
                if text.strip() and not (number in undone and text == leaf.unit.text):
                    leaf.fill(text, NEEDS_REVIEW if number in undone else TRANSLATED)
                    done = True
                else:
                    leaf.fill(leaf.unit.text, NEW)
            if done:
                localizations = dict(entry.entry.get("localizations", {}))
                put(localizations, code, entry.localization)
                put(entry.entry, "localizations", localizations)
                changed = True
        if next(numbered, None) is not None:
            raise ValueError("there are more texts than units")
        decoded = decode(data)
        return decoded.encode(written(catalog, decoded.text)) if changed else data

    def same_structure(self, source: bytes, translated: bytes) -> str | None:
        """Whether all but the localizations into one language is the same."""
        before, after = (parsed(decode(data).text) for data in (source, translated))
        known = _strings(before)
        new = {
            lang
            for key, entry in _strings(after).items()
            for lang, one in entry.get("localizations", {}).items()
            if one != known.get(key, {}).get("localizations", {}).get(lang)
        } - {after.get("sourceLanguage")}
        if len(new) > 1:
            return f"the localizations into {' and '.join(sorted(new))} changed"
        rest, new_rest = _without(before, new), _without(after, new)
        if rest == new_rest:
            return None
        return difference(rest, new_rest) or "a text outside of one language changed"


def _read(data: bytes, target_lang: str) -> tuple[dict[str, Any], str, list[_Entry]]:
    """The catalog, the code that it has for the language, and its entries.

    Raises:
        DocumentError: it is no catalog, or its texts are in this very language.
    """
    catalog = parsed(decode(data).text)
    strings = _strings(catalog)
    source_lang = catalog.get("sourceLanguage") if isinstance(catalog, Mapping) else None
    if not isinstance(source_lang, str) or not strings:
        raise DocumentError("this is no string catalog: it has no sourceLanguage or no strings")
    if _standard(source_lang) == target_lang:
        message = f"its texts are in {source_lang}, and are wanted in {target_lang}"
        raise DocumentError(message, field="sourceLanguage")
    codes = (code for entry in strings.values() for code in entry.get("localizations", {}))
    code = next((code for code in codes if _standard(code) == target_lang), target_lang)
    return catalog, code, list(_entries(strings, source_lang, code, target_lang))


def _entries(
    strings: Mapping[str, Any], source_lang: str, code: str, target_lang: str
) -> Iterator[_Entry]:
    for key, entry in strings.items():
        if entry.get("shouldTranslate") is False or entry.get("extractionState") == _STALE:
            continue
        localizations = entry.get("localizations", {})
        source = localizations.get(source_lang) or {"stringUnit": {"value": key}}
        localization = xcstrings_entries.in_language(source, localizations.get(code), target_lang)
        note = str(entry.get("comment", ""))
        leaves = xcstrings_entries.leaves(localization, key, note, target_lang)
        new = [leaf for leaf in leaves if leaf.is_new]
        wanted = tuple(leaf for leaf in new if has_prose(leaf.unit.text))
        if wanted:
            for leaf in new:
                if not has_prose(leaf.unit.text):
                    leaf.fill(leaf.unit.text, TRANSLATED)
            yield _Entry(entry, localization, wanted)


def _strings(catalog: Any) -> Mapping[str, dict[str, Any]]:
    """The entries by key.

    Raises:
        DocumentError: one is no entry.
    """
    found = catalog.get("strings") if isinstance(catalog, Mapping) else None
    strings = found if isinstance(found, Mapping) else {}
    for key, entry in strings.items():
        if not isinstance(entry, Mapping):
            raise DocumentError("this is no entry of a string catalog", field=key)
        if not isinstance(entry.get("localizations", {}), Mapping):
            raise DocumentError("its localizations are none", field=key)
    return strings


def _without(catalog: Any, languages: Collection[str]) -> Any:
    """A catalog without the localizations into some languages."""
    rest = deepcopy(catalog)
    for entry in _strings(rest).values():
        for language in languages:
            entry.get("localizations", {}).pop(language, None)
        if not entry.get("localizations", True):
            del entry["localizations"]
    return rest


def _standard(code: str) -> str:
    try:
        return normalized(code)
    except ValueError:
        return code
