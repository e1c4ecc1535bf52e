"""TMX, the exchange format of translation memories: read and written as a stream.

Versions 1.1 to 1.4b. Inline elements (`bpt`, `ept`, `ph`, `it`, `ut`) stand for the code in them,
taken literally; `hi` and `sub` for their text. Our own placeholders travel as `ph`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, BinaryIO

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError

from domain.errors import DocumentError
from domain.languages import normalized

ALL = "*all*"
"""The source language of a unit that may be used in every direction."""

CHUNK = 1 << 16

REVIEWED = "x-reviewed"
"""The type of the property that is `yes` where a person wrote or approved a unit."""

CONTEXT = "x-context"
"""The type of the property that tells a unit from the same text elsewhere."""

_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_CODES = frozenset(["bpt", "ept", "ph", "it", "ut"])
_PLACEHOLDER = re.compile(r"⟦/?[a-z]*\d+⟧")
_PARTS = re.compile(r"(⟦[^⟦⟧]*⟧)")
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;"})


@dataclass(frozen=True, slots=True)
class Variant:
    """A unit's text in one language.

    Attributes:
        lang: BCP-47, in its standard form.
        text: as it stands, codes literally.
        masked: whether its codes are our own placeholders.
        whole: whether each inline code says what it stands for.
    """

    lang: str
    text: str
    masked: bool = False
    whole: bool = True


@dataclass(frozen=True, slots=True)
class TmxUnit:
    """A translation unit.

    Attributes:
        line: where it begins in its file, from 1.
        source_lang: BCP-47, or `*all*`.
        variants: its texts.
        reviewed: whether its property `x-reviewed` says that a person wrote or approved it.
        context: what its property `x-context` says.
    """

    line: int
    source_lang: str
    variants: tuple[Variant, ...]
    reviewed: bool = False
    context: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """A unit to write: texts with placeholders, and what is known of it by type of property."""

    source: str
    target: str
    changed_at: datetime
    properties: Mapping[str, str]


def read_tmx(file: BinaryIO, *, where: str) -> Iterator[TmxUnit]:
    """The units of a TMX file, one after the other; the file may be larger than memory.

    Entities that a file declares itself, and what lies outside of it, are refused.

    Args:
        file: open for reading; its encoding is what it says of itself.
        where: its name, for messages.

    Raises:
        DocumentError: it is no TMX; with the line.
    """
    reader = _Reader(where)
    # An external DTD is only named by most files; it is never opened.
    parser = DefusedXMLParser(target=reader, forbid_entities=True, forbid_external=True)
    reader.parser = parser.parser
    try:
        while chunk := file.read(CHUNK):
            parser.feed(chunk)
            yield from reader.taken()
        parser.close()
    except ParseError as error:
        line, _ = error.position
        raise DocumentError(f"no valid XML: {error}", where=where, line=line) from None
    except DefusedXmlException:
        message = "it declares entities or names some outside; write their text out instead"
        raise DocumentError(message, where=where, line=reader.line) from None
    except (LookupError, ValueError) as error:  # of its encoding
        raise DocumentError(f"no valid XML: {error}", where=where, line=reader.line) from None
    yield from reader.taken()


class _Reader:
    """What the parser reports, made into units."""

    def __init__(self, where: str) -> None:
        self.parser: Any = None
        self._where = where
        self._units: list[TmxUnit] = []
        self._path: list[str] = []
        self._header_lang: str | None = None
        self._line = 0
        self._source_lang: str | None = None
        self._variants: list[Variant] = []
        self._lang: str | None = None
        self._text: list[str] | None = None
        self._code: list[str] | None = None
        self._said: list[str] | None = None  # in a property that counts
        self._kind = ""
        self._properties: dict[str, str] = {}
        self._masked = False
        self._whole = True

    @property
    def line(self) -> int:
        """The line the parser has come to."""
        return int(self.parser.CurrentLineNumber)

    def taken(self) -> list[TmxUnit]:
        """The units that ended since this was asked last."""
        units, self._units = self._units, []
        return units

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if not self._path and tag != "tmx":
            raise self._wrong(f"no TMX: its root is <{tag}>, not <tmx>")
        self._path.append(tag)
        match tag:
            case "header":
                self._header_lang = self._source(attributes.get("srclang"))
            case "tu":
                self._line = self.line
                self._source_lang = self._source(attributes.get("srclang")) or self._header_lang
                self._variants, self._properties = [], {}
            case "prop" if "tu" in self._path and attributes.get("type") in (REVIEWED, CONTEXT):
                self._said, self._kind = [], attributes["type"]
            case "tuv":
                self._lang = self._language(attributes.get(_LANG) or attributes.get("lang"))
            case "seg":
                self._text, self._code, self._masked, self._whole = [], None, False, True
            case _ if tag in _CODES and self._text is not None:
                self._code = []

    def data(self, text: str) -> None:
        if self._said is not None:
            self._said.append(text)
        elif self._text is not None:
            (self._text if self._code is None else self._code).append(text)

    def end(self, tag: str) -> None:
        self._path.pop()
        match tag:
            case "seg":
                self._end_text()
            case "tu":
                self._end_unit()
            case "prop" if self._said is not None:
                self._properties[self._kind] = "".join(self._said).strip()
                self._said = None
            case _ if tag in _CODES and self._text is not None and self._code is not None:
                code = "".join(self._code)
                self._masked = self._masked or bool(_PLACEHOLDER.fullmatch(code))
                self._whole = self._whole and bool(code)
                self._text.append(code)
                self._code = None

    def close(self) -> None:
        pass

    def _end_text(self) -> None:
        text, self._text = "".join(self._text or ()).strip(), None
        if self._lang is None:
            raise self._wrong("a <seg> stands outside of any <tuv>")
        self._variants.append(Variant(self._lang, text, self._masked, self._whole))
        self._lang = None

    def _end_unit(self) -> None:
        if self._source_lang is None:
            raise self._wrong("neither the header nor the <tu> has a srclang", self._line)
        said = self._properties
        reviewed = said.get(REVIEWED, "").lower() == "yes"
        unit = TmxUnit(
            self._line, self._source_lang, tuple(self._variants), reviewed, said.get(CONTEXT, "")
        )
        self._units.append(unit)

    def _source(self, code: str | None) -> str | None:
        return code if code is None or code == ALL else self._language(code)

    def _language(self, code: str | None) -> str:
        if code is None:
            raise self._wrong("a <tuv> has no xml:lang")
        try:
            return normalized(code)
        except ValueError as error:
            raise self._wrong(str(error)) from None

    def _wrong(self, message: str, line: int | None = None) -> DocumentError:
        return DocumentError(message, where=self._where, line=line or self.line)


def is_writable(text: str) -> bool:
    """Whether XML can hold a text: it has no word for most control characters."""
    return _ILLEGAL.search(text) is None


def tmx_lines(
    units: Iterable[Written], *, source_lang: str, target_lang: str, version: str
) -> Iterator[str]:
    """A TMX 1.4b file of some units, a piece at a time.

    Args:
        units: whose texts `is_writable`.
        source_lang: BCP-47.
        target_lang: BCP-47.
        version: this program's.
    """
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<tmx version="1.4">\n'
    yield (
        f'<header creationtool="nightdesk" creationtoolversion="{version}" segtype="sentence"'
        f' o-tmf="nightdesk" adminlang="en" srclang="{source_lang}" datatype="unknown"/>\n<body>\n'
    )
    for unit in units:
        yield f'<tu changedate="{unit.changed_at.astimezone(UTC):%Y%m%dT%H%M%SZ}">\n'
        for name, value in unit.properties.items():
            yield f'<prop type="x-{name}">{_escaped(value)}</prop>\n'
        codes: dict[str, int] = {}
        yield _variant(source_lang, unit.source, codes)
        yield _variant(target_lang, unit.target, codes)
        yield "</tu>\n"
    yield "</body>\n</tmx>\n"


def _variant(lang: str, text: str, codes: dict[str, int]) -> str:
    """One text; the same placeholder has the same number in both."""
    parts = []
    for part in _PARTS.split(text):
        if _PLACEHOLDER.fullmatch(part):
            number = codes.setdefault(part, len(codes) + 1)
            parts.append(f'<ph x="{number}">{part}</ph>')
        else:
            parts.append(_escaped(part))
    return f'<tuv xml:lang="{lang}"><seg>{"".join(parts)}</seg></tuv>\n'


def _escaped(text: str) -> str:
    return text.translate(_ESCAPES)
