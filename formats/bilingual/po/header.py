"""The header of a gettext file: its charset, its language, and what is filled in there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from domain.errors import DocumentError
from domain.languages import normalized
from formats.bilingual.po.entries import Entry
from formats.common.encoding import Decoded, decode
from formats.common.spliced import Edit

_CHARSET = re.compile(rb"Content-Type:[^\n]{0,200}charset=([\w.:-]+)", re.IGNORECASE)
_LANGUAGE = re.compile(r"^Language:[ \t]*(\S*)", re.MULTILINE)
_PLACEHOLDERS = {
    "Content-Type": re.compile(r'(?<=")Content-Type:[^"]{0,200}charset=CHARSET(?=\\n)'),
    "Language": re.compile(r'(?<=")Language:[ \t]*(?=\\n)'),
    "Plural-Forms": re.compile(r'(?<=")Plural-Forms:[ \t]*nplurals=INTEGER[^"]*?(?=\\n)'),
}


def read_po(data: bytes) -> Decoded:
    """The file's text, in the encoding that its header names, or UTF-8.

    Raises:
        DocumentError: it is in another encoding.
    """
    found = _CHARSET.search(data[:20_000])
    charset = found[1].decode() if found else "utf-8"
    declared = None if charset.lower() in ("charset", "utf-8", "utf8") else charset
    try:
        return decode(data, declared=declared)
    except LookupError:
        raise DocumentError(f"its charset {charset} is not known", field="Content-Type") from None


def check_language(header: str, target_lang: str) -> None:
    """See to it that a header's `Language`, where it names one, is the one that is wanted.

    Raises:
        DocumentError: it is another.
    """
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


def header_edits(
    text: str, header: Entry, lines: Mapping[str, str], line_end: str
) -> Iterator[Edit]:
    """What a header lacks or has a placeholder for.

    Args:
        text: the file.
        header: its header.
        lines: what it is to say where it says nothing yet, by name; a placeholder goes only for
            one of these.
        line_end: how the file ends lines.
    """
    start, end = header.translations
    raw = text[start:end]
    said = header.texts["msgstr"]
    takes_lines = said.endswith("\n") and raw.endswith(("\n", "\r"))
    for name, value in lines.items():
        for match in _PLACEHOLDERS[name].finditer(raw):
            yield start + match.start(), start + match.end(), f"{name}: {value}"
        if takes_lines and f"\n{name}:" not in f"\n{said}":
            yield end, end, f'"{name}: {value}\\n"{line_end}'
