"""The messages of a gettext file that are to be translated, and their translations in it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from domain.document.plan import Unit
from formats.bilingual.po.entries import Entry, entries, written
from formats.bilingual.po.header import check_language, header_edits
from formats.bilingual.po.plurals import PluralForms, plural_forms
from formats.common.prose import has_prose
from formats.common.spliced import Edit


@dataclass(frozen=True, slots=True)
class Form:
    """A translation that is asked for: its keyword, and the source it is made from."""

    keyword: str
    unit: Unit


class PoFile:
    """A file that is wanted in a language.

    Raises:
        DocumentError: it is no gettext file, or one for another language.
    """

    def __init__(self, text: str, target_lang: str) -> None:
        self._text = text
        self._target_lang = target_lang
        self._entries = entries(text)
        self._header = next((e for e in self._entries if e.is_header), None)
        said = self._header.texts["msgstr"] if self._header else ""
        check_language(said, target_lang)
        self._plurals: PluralForms = plural_forms(said, target_lang)
        self._line_end = next((end for end in ("\r\n", "\n", "\r") if end in text), "\n")

    def wanted(self) -> Iterator[tuple[Entry, list[Form]]]:
        """The messages that are to be translated, with what is asked of each.

        Of one that is fuzzy these are all its forms, of any other those that it lacks.
        """
        for entry in self._entries:
            if entry.is_header or not has_prose(entry.texts["msgid"]):
                continue
            is_fuzzy = "fuzzy" in entry.flags
            forms = [
                form for form in self._forms(entry) if is_fuzzy or not entry.texts.get(form.keyword)
            ]
            if forms:
                yield entry, forms

    def _forms(self, entry: Entry) -> Iterator[Form]:
        path = entry.texts.get("msgctxt", "")
        plural = entry.texts.get("msgid_plural")
        if plural is None:
            text = entry.texts["msgid"]
            unit = Unit(text, role="label", path=path, note=entry.note, context=path)
            yield Form("msgstr", unit)
            return
        for form in range(self._plurals.count):
            source = entry.texts["msgid"] if self._plurals.is_singular(form) else plural
            samples = ", ".join(map(str, self._plurals.samples(form)))
            note = "; ".join(filter(None, (entry.note, f"for numbers such as {samples}")))
            unit = Unit(source, role="label", path=path, note=note, context=path)
            yield Form(f"msgstr[{form}]", unit)

    def edits(
        self,
        entry: Entry,
        forms: Sequence[Form],
        given: Sequence[tuple[int, str]],
        undone: Collection[int],
    ) -> Iterator[Edit]:
        """What changes at a message; nothing where no translation is given.

        Args:
            entry: the message.
            forms: what was asked of it.
            given: for each of these the number of its unit, and its translation.
            undone: the numbers of units that have to be looked at.
        """
        if not any(text.strip() for _, text in given):
            return
        new = {}
        is_fuzzy = False
        for form, (number, text) in zip(forms, given, strict=True):
            is_missing = not text.strip() or (number in undone and text == form.unit.text)
            is_fuzzy |= number in undone and not is_missing
            new[form.keyword] = "" if is_missing else _between_edges(text, entry.texts["msgid"])
        parts = [
            written(form.keyword, new[form.keyword], self._line_end)
            if form.keyword in new
            else self._as_it_stands(entry, form.keyword)
            for form in self._forms(entry)
        ]
        start, end = entry.translations
        if not self._text[start:end].endswith(("\n", "\r")):
            parts[-1] = parts[-1].removesuffix(self._line_end)
        yield start, end, "".join(parts)
        yield from self._flags(entry, is_fuzzy)

    def _as_it_stands(self, entry: Entry, keyword: str) -> str:
        start, end = entry.places[keyword]
        raw = self._text[start:end]
        return raw if raw.endswith(("\n", "\r")) else raw + self._line_end

    def _flags(self, entry: Entry, is_fuzzy: bool) -> Iterator[Edit]:
        if is_fuzzy == ("fuzzy" in entry.flags):
            return
        if is_fuzzy:
            yield entry.start, entry.start, f"#, fuzzy{self._line_end}"
            return
        for text, (start, end) in entry.comments:
            if text.startswith("#|"):
                yield start, end, ""
            elif text.startswith("#,"):
                flags = [flag.strip() for flag in text[2:].split(",")]
                left = ", ".join(flag for flag in flags if flag not in ("", "fuzzy"))
                yield start, end, f"#, {left}{self._line_end}" if left else ""

    def header_edits(self) -> Iterator[Edit]:
        """Charset, language and plural forms, where the header lacks them; it is not fuzzy then.

        A template's header is, and Babel compiles nothing of a catalog whose header is fuzzy.
        """
        if self._header is None:
            return
        yield from self._flags(self._header, False)
        lines = {
            "Content-Type": "text/plain; charset=UTF-8",
            "Language": self._target_lang.replace("-", "_"),
        }
        has_plurals = any(entry.plurals for entry in self._entries)
        if has_plurals or "nplurals=INTEGER" in self._header.texts["msgstr"]:
            lines["Plural-Forms"] = self._plurals.header
        yield from header_edits(self._text, self._header, lines, self._line_end)


def _between_edges(text: str, source: str) -> str:
    """The text with the white space around it that its source has; msgfmt asks for it."""
    bare = source.strip()
    lead, _, trail = source.partition(bare)
    return lead + text.strip().replace("\r\n", "\n").replace("\r", "\n").replace("\0", "") + trail
