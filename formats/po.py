"""gettext: messages whose translation is missing or fuzzy."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from domain.errors import DocumentError
from domain.languages import normalized
from domain.plan import Unit
from formats.encoding import Decoded, decode
from formats.po_entries import Entry, Span, entries, written
from formats.po_plurals import PluralForms, plural_forms
from formats.prose import has_prose

_CHARSET = re.compile(rb"Content-Type:[^\n]{0,200}charset=([\w.:-]+)", re.IGNORECASE)
_SURROGATE = re.compile("[\ud800-\udfff]")
_LANGUAGE = re.compile(r"^Language:[ \t]*(\S*)", re.MULTILINE)
_LANGUAGE_WRITTEN = re.compile(r'(?<=")Language:[ \t]*(?=\\n)')
_NO_PLURALS_WRITTEN = re.compile(r'(?<=")Plural-Forms:[ \t]*nplurals=INTEGER[^"]*?(?=\\n)')

Edit = tuple[Span, str]


@dataclass(frozen=True, slots=True)
class _Form:
    """A translation that is asked for: its keyword, and the source it is made from."""

    keyword: str
    unit: Unit


@dataclass(frozen=True, slots=True)
class PoFormat:
    """gettext's PO and POT files; what is translated already, and not fuzzy, is left alone."""

    name: str = "po"
    suffixes: tuple[str, ...] = (".po", ".pot")
    media_type: str = "text/x-gettext-translation"
    bilingual: bool = True

    def extract(self, data: bytes, target_lang: str) -> tuple[Unit, ...]:
        """A unit a message, and one for each plural form of the target language.

        A unit's path is its message's context, its note what the programmer says of it.
        """
        file = _File(_read(data).text, target_lang)
        found = tuple(form.unit for _, forms in file.wanted() for form in forms)
        if not found:
            raise DocumentError("there is no message to translate in this file; leave it out")
        return found

    def assemble(
        self,
        data: bytes,
        texts: Sequence[str],
        target_lang: str,
        undone: Collection[int] = (),
    ) -> bytes:
        """The file with translations in; fuzzy where something has to be looked at.

        A text that is its source and undone, or that the file's charset can't hold, leaves its
        message untranslated. Comments, order and
        all other messages stay byte for byte; a `Language` and plural forms that are missing
        or only a placeholder are filled in.
        """
        decoded = _read(data)
        file = _File(decoded.text, target_lang)
        texts = [_storable(text, decoded.codec) for text in texts]
        edits = list(file.header_edits()) if any(text.strip() for text in texts) else []
        numbered = iter(enumerate(texts))
        for entry, forms in file.wanted():
            given = [next(numbered, None) for _ in forms]
            if None in given:
                raise ValueError("there are fewer texts than units")
            edits += file.edits(entry, forms, [g for g in given if g is not None], undone)
        if next(numbered, None) is not None:
            raise ValueError("there are more texts than units")
        return decoded.encode(_edited(decoded.text, edits))

    def same_structure(self, source: bytes, translated: bytes) -> str | None:
        """Whether messages, comments and flags are the same, and line ends begin and end alike."""
        before, after = entries(_read(source).text), entries(_read(translated).text)
        for here, there in zip(before, after, strict=False):
            if _identity(here) != _identity(there):
                return f"line {here.line}: the message changed"
            for text in (there.texts.get("msgstr"), *there.plurals.values()):
                if text and not here.is_header and _edges(text) != _edges(here.texts["msgid"]):
                    return (
                        f"line {there.line}: a translation begins or ends with another line break"
                    )
        if len(before) != len(after):
            return f"{len(before)} messages became {len(after)}"
        return None


def _read(data: bytes) -> Decoded:
    """The file's text, in the encoding that its header names.

    Raises:
        DocumentError: it is in another encoding.
    """
    found = _CHARSET.search(data[:20_000])
    charset = found[1].decode() if found else "utf-8"
    declared = None if charset.lower() in ("charset", "utf-8", "utf8") else charset
    try:
        decoded = decode(data, declared=declared)
    except LookupError:
        raise DocumentError(f"its charset {charset} is not known", field="Content-Type") from None
    return decoded


class _File:
    """A file that is wanted in a language."""

    def __init__(self, text: str, target_lang: str) -> None:
        self._text = text
        self._target_lang = target_lang
        self._entries = entries(text)
        self._header = next((e for e in self._entries if e.is_header), None)
        said = self._header.texts["msgstr"] if self._header else ""
        _check_language(said, target_lang)
        self._plurals: PluralForms = plural_forms(said, target_lang)
        self._end_of_line = "\r\n" if "\r\n" in text else "\n"

    def wanted(self) -> Iterator[tuple[Entry, list[_Form]]]:
        """The messages that are to be translated, with what is asked of each."""
        for entry in self._entries:
            done = "fuzzy" not in entry.flags and _is_translated(entry)
            if not entry.is_header and not done and has_prose(entry.texts["msgid"]):
                yield entry, list(self._forms(entry))

    def _forms(self, entry: Entry) -> Iterator[_Form]:
        path = entry.texts.get("msgctxt", "")
        plural = entry.texts.get("msgid_plural")
        if plural is None:
            unit = Unit(entry.texts["msgid"], role="label", path=path, note=entry.note)
            yield _Form("msgstr", unit)
            return
        for form in range(self._plurals.count):
            source = entry.texts["msgid"] if self._plurals.is_singular(form) else plural
            samples = ", ".join(map(str, self._plurals.samples(form)))
            note = "; ".join(filter(None, (entry.note, f"for numbers such as {samples}")))
            yield _Form(f"msgstr[{form}]", Unit(source, role="label", path=path, note=note))

    def edits(
        self,
        entry: Entry,
        forms: Sequence[_Form],
        given: Sequence[tuple[int, str]],
        undone: Collection[int],
    ) -> Iterator[Edit]:
        """What changes at a message; nothing where no translation is given."""
        if not any(text.strip() for _, text in given):
            return
        parts = []
        is_fuzzy = False
        for form, (number, text) in zip(forms, given, strict=True):
            is_missing = not text.strip() or (number in undone and text == form.unit.text)
            is_fuzzy |= number in undone and not is_missing
            kept = "" if is_missing else _between_edges(text, entry.texts["msgid"])
            parts.append(written(form.keyword, kept, self._end_of_line))
        start, end = entry.translations
        if not self._text[start:end].endswith(("\n", "\r")):
            parts[-1] = parts[-1].removesuffix(self._end_of_line)
        yield (start, end), "".join(parts)
        yield from self._flags(entry, is_fuzzy)

    def _flags(self, entry: Entry, is_fuzzy: bool) -> Iterator[Edit]:
        if is_fuzzy == ("fuzzy" in entry.flags):
            return
        if is_fuzzy:
            yield (entry.start, entry.start), f"#, fuzzy{self._end_of_line}"
            return
        for text, (start, end) in entry.comments:
            if text.startswith("#|"):
                yield (start, end), ""
            elif text.startswith("#,"):
                flags = [flag.strip() for flag in text[2:].split(",")]
                left = ", ".join(flag for flag in flags if flag not in ("", "fuzzy"))
                yield (start, end), f"#, {left}{self._end_of_line}" if left else ""

    def header_edits(self) -> Iterator[Edit]:
        """The language and its plural forms, where the header lacks them or has a placeholder."""
        if self._header is None:
            return
        start, end = self._header.translations
        raw = self._text[start:end]
        language = self._target_lang.replace("-", "_")
        for pattern, value in (
            (_LANGUAGE_WRITTEN, f"Language: {language}"),
            (_NO_PLURALS_WRITTEN, f"Plural-Forms: {self._plurals.header}"),
        ):
            for match in pattern.finditer(raw):
                yield (start + match.start(), start + match.end()), value
        said = self._header.texts["msgstr"]
        if said.endswith("\n") and raw.endswith("\n"):
            lines = {"Language": language}
            if any(entry.plurals for entry in self._entries):
                lines["Plural-Forms"] = self._plurals.header
            for name, value in lines.items():
                if f"\n{name}:" not in f"\n{said}":
                    yield (end, end), f'"{name}: {value}\\n"{self._end_of_line}'


def _check_language(header: str, target_lang: str) -> None:
    said = _LANGUAGE.search(header)
    if said is None or not said[1]:
        return
    try:
        code = normalized(said[1].split("@")[0].split(".")[0].replace("_", "-"))
    except ValueError:
        return
    if code.split("-")[0] != target_lang.split("-")[0]:
        message = (
            f"it says that it is in {said[1]}, and is wanted in {target_lang}; where it is a"
            " template, leave its Language empty"
        )
        raise DocumentError(message, field="Language")


def _is_translated(entry: Entry) -> bool:
    texts = [entry.texts["msgstr"]] if "msgstr" in entry.texts else list(entry.plurals.values())
    return bool(texts) and all(texts)


def _edges(text: str) -> tuple[bool, bool]:
    return text.startswith("\n"), text.endswith("\n")


def _between_edges(text: str, source: str) -> str:
    """The text with the white space around it that its source has; msgfmt asks for it."""
    bare = source.strip()
    lead, _, trail = source.partition(bare)
    return lead + text.strip().replace("\r\n", "\n").replace("\r", "\n").replace("\0", "") + trail


def _storable(text: str, codec: str) -> str:
    """The text without lone surrogates; empty where the codec lacks a character of it."""
    bare = _SURROGATE.sub("\ufffd", text)
    try:
        bare.encode(codec)
    except UnicodeEncodeError:
        return ""
    return bare


def _identity(entry: Entry) -> tuple[object, ...]:
    comments = [text for text, _ in entry.comments if not text.startswith(("#,", "#|"))]
    flags = [flag for flag in entry.flags if flag != "fuzzy"]
    sources = [entry.texts.get(key) for key in ("msgctxt", "msgid", "msgid_plural")]
    return comments, flags, sources


def _edited(text: str, edits: Sequence[Edit]) -> str:
    parts = []
    at = 0
    for (start, end), new in sorted(edits, key=lambda edit: edit[0]):
        parts += [text[at:start], new]
        at = end
    return "".join((*parts, text[at:]))
