"""The formats there are. A new one is a module in this folder and a line in `FORMATS`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath

from domain.document.coverage import Left
from domain.errors import DocumentError
from formats.bilingual.po.format import PoFormat
from formats.bilingual.xliff.format import XliffFormat
from formats.data.csv_cells import CsvFormat
from formats.data.json_values import JsonFormat
from formats.data.texts import TextsFormat
from formats.data.yaml_values import YamlFormat
from formats.html.format import HtmlFormat
from formats.markdown import dialects
from formats.markdown.dialects import Dialect
from formats.markdown.format import MarkdownFormat
from formats.office.docx.format import DocxFormat
from formats.office.pptx import PptxFormat
from formats.office.xlsx.format import XlsxFormat
from formats.port import Format, Leaving
from formats.strings.android.format import AndroidFormat
from formats.strings.apple.strings import AppleStringsFormat
from formats.strings.apple.stringsdict import StringsdictFormat
from formats.strings.apple.xcstrings import XcstringsFormat
from formats.strings.properties import PropertiesFormat
from formats.subtitles.srt import SrtFormat
from formats.subtitles.vtt import VttFormat
from formats.text.plain_text import TextFormat

FORMATS: tuple[Format, ...] = (
    TextFormat(),
    MarkdownFormat(),
    MarkdownFormat("mdx", (".mdx",), dialect=dialects.as_mdx(dialects.COMMONMARK)),
    HtmlFormat(),
    TextsFormat(),
    JsonFormat(),
    YamlFormat(),
    CsvFormat(),
    PoFormat(),
    XliffFormat(),
    PropertiesFormat(),
    AndroidFormat(),
    AppleStringsFormat(),
    StringsdictFormat(),
    XcstringsFormat(),
    SrtFormat(),
    VttFormat(),
    DocxFormat(),
    XlsxFormat(),
    PptxFormat(),
)


_OF_PACKAGES = frozenset({"sharedstrings.xml"})
"""Names of parts of office documents that end as a format's files do."""


def by_name(name: str) -> Format:
    """The format of this name; Markdown's may have a dialect behind a colon: `markdown:mkdocs`.

    Raises:
        DocumentError: there is none; the message lists those there are.
    """
    base, _, dialect = name.partition(":")
    for known in FORMATS:
        if known.name == base:
            return _of_dialect(known, dialect) if dialect else known
    names = ", ".join(known.name for known in FORMATS)
    raise DocumentError(f"unknown format {name!r}; known are {names}")


def dialect_of(name: str) -> Dialect:
    """The dialect of Markdown that the format of this name reads; the plain one of any other.

    Raises:
        DocumentError: there is no such format.
    """
    known = by_name(name)
    return known.dialect if isinstance(known, MarkdownFormat) else dialects.COMMONMARK


def _of_dialect(known: Format, dialect: str) -> Format:
    if not isinstance(known, MarkdownFormat):
        raise DocumentError(f"only Markdown has dialects; {known.name} has none")
    return replace(known, dialect=dialects.named(dialect, mdx=known.dialect.mdx))


def left_by(known: Format, data: bytes, target_lang: str) -> Sequence[Left]:
    """What a format leaves of a document; nothing where it offers all there is.

    Raises:
        DocumentError: the document can't be read.
    """
    return known.left(data, target_lang) if isinstance(known, Leaving) else ()


def has_dialects(name: str) -> bool:
    """Whether a format is one that has dialects."""
    return isinstance(by_name(name), MarkdownFormat)


def is_known(path: str) -> bool:
    """Whether a file's name ends as a format's files do."""
    return _fitting(path) is not None


def for_path(path: str) -> Format:
    """The format that a file's name ends in; of several fitting ends the longest counts.

    Raises:
        DocumentError: none fits; the message lists the ends of names that do.
    """
    fitting = _fitting(path)
    if fitting is not None:
        return fitting
    known_suffixes = " ".join(suffix for known in FORMATS for suffix in known.suffixes)
    raise DocumentError(
        f"no format is known for this file's name; known ends are {known_suffixes}", where=path
    )


def _fitting(path: str) -> Format | None:
    file_name = PurePath(path).name.lower()
    if file_name in _OF_PACKAGES:
        return None
    fitting = [
        (len(suffix), known)
        for known in FORMATS
        for suffix in known.suffixes
        if file_name.endswith(suffix) and (file_name != suffix or suffix[0] != ".")
    ]
    return max(fitting, key=lambda pair: pair[0])[1] if fitting else None
