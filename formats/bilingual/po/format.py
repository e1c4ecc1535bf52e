"""gettext: messages whose translation is missing or fuzzy."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from domain.document.plan import Unit
from domain.errors import DocumentError
from formats.bilingual.po.entries import Entry, entries
from formats.bilingual.po.header import read_po
from formats.bilingual.po.messages import PoFile
from formats.common.spliced import spliced

_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class PoFormat:
    """gettext's PO and POT files; what is translated already, and not fuzzy, is left alone."""

    name: str = "po"
    suffixes: tuple[str, ...] = (".po", ".pot")
    media_type: str = "text/x-gettext-translation"
    bilingual: bool = True

    def extract(self, data: bytes, target_lang: str) -> tuple[Unit, ...]:
        """A unit a message, and one for each plural form of the target language that it lacks.

        A unit's path is its message's context, its note what the programmer says of it.
        """
        file = PoFile(read_po(data).text, target_lang)
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
        message untranslated. Comments, order and all other messages stay byte for byte; a
        charset, a `Language` and plural forms that are missing or only a placeholder are filled
        in, and the header is no longer fuzzy.
        """
        decoded = read_po(data)
        file = PoFile(decoded.text, target_lang)
        texts = [_storable(text, decoded.codec) for text in texts]
        edits = list(file.header_edits()) if any(map(str.strip, texts)) else []
        numbered = iter(enumerate(texts))
        for entry, forms in file.wanted():
            given = [next(numbered, None) for _ in forms]
            if None in given:
                raise ValueError("there are fewer texts than units")
            edits += file.edits(entry, forms, [g for g in given if g is not None], undone)
        if next(numbered, None) is not None:
            raise ValueError("there are more texts than units")
        return decoded.encode(spliced(decoded.text, edits))

    def same_structure(self, source: bytes, translated: bytes) -> str | None:
        """Whether messages, comments and flags are the same, and line ends begin and end alike."""
        before, after = entries(read_po(source).text), entries(read_po(translated).text)
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


def _edges(text: str) -> tuple[bool, bool]:
    return text.startswith("\n"), text.endswith("\n")
