"""Where the elements of an XML document stand, found by expat.

Entities that a document declares are refused: they could make a small file huge, or name others.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat

from domain.errors import DocumentError
from formats.common.encoding import Decoded, decode

_DECLARED = re.compile(
    rb"""\s*+<\?xml[^>]{0,100}?\sencoding\s{0,9}=\s{0,9}["']([\w.-]{1,40})["']"""
)
_START_TAG = re.compile(rb"""<[^<>"']*+(?:(?:"[^"]*+"|'[^']*+')[^<>"']*+)*+>""")
_BLANK_LINE = re.compile(rb"\n[ \t\r]*+\n")


@dataclass(frozen=True, slots=True)
class Element:
    """An element; places are in characters of the document's text.

    Attributes:
        level: 1 for the outermost.
        start: where its start tag begins.
        content_start: where that ends.
        content_end: where its end tag begins; `content_start` where it is written as one tag.
        end: where that ends.
        comments: those above it, up to a blank line or another element.
    """

    tag: str
    attributes: Mapping[str, str]
    level: int
    start: int
    content_start: int
    content_end: int
    end: int
    comments: tuple[str, ...]


def read(data: bytes) -> Decoded:
    """A document's text.

    Raises:
        DocumentError: as `decode` does; or it declares an encoding that is not known.
    """
    declared = _DECLARED.match(data)
    if declared is None:
        return decode(data)
    name = declared[1].decode()
    try:
        codec = codecs.lookup(name).name
        return decode(data, declared=None if codec == "utf-8" else codec)
    except LookupError:
        message = f"its encoding {name!r} is not known: save the document as UTF-8"
        raise DocumentError(message, line=1) from None


def elements(text: str, deepest: int) -> list[Element]:
    """The elements of a document, in order of their start tags.

    Args:
        text: the document.
        deepest: levels of elements that are told; 1 is the outermost alone.

    Raises:
        DocumentError: it is no well-formed XML, or declares or names entities; with the line.
    """
    places = _Places(text.encode(), deepest)
    places.parse()
    marks = sorted({mark for found in places.found for mark in found.marks})
    characters = {}
    at = count = 0
    for mark in marks:
        count += len(places.data[at:mark].decode())
        characters[mark], at = count, mark
    found = []
    for one in places.found:
        start, content_start, content_end, end = (characters[mark] for mark in one.marks)
        found.append(
            Element(
                one.tag,
                one.attributes,
                one.level,
                start,
                content_start,
                content_end,
                end,
                one.comments,
            )
        )
    return found


@dataclass(slots=True)
class _Found:
    """An element whose `marks` are in bytes."""

    tag: str
    attributes: Mapping[str, str]
    level: int
    marks: list[int]
    comments: tuple[str, ...]


@dataclass(slots=True)
class _Places:
    data: bytes
    deepest: int
    found: list[_Found] = field(default_factory=list)
    _open: list[_Found] = field(default_factory=list)
    _depth: int = 0
    _comments: list[str] = field(default_factory=list)
    _comments_end: int = 0
    _parser: expat.XMLParserType = field(default_factory=lambda: expat.ParserCreate("utf-8"))

    def parse(self) -> None:
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CommentHandler = self._comment
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.SkippedEntityHandler = self._refuse
        try:
            self._parser.Parse(self.data, True)
        except expat.ExpatError as error:
            raise DocumentError(
                f"this is no well-formed XML: {expat.ErrorString(error.code)}", line=error.lineno
            ) from None

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > self.deepest:
            return
        start = self._parser.CurrentByteIndex
        start_tag = _START_TAG.match(self.data, start)
        assert start_tag is not None  # expat took it
        self._forget_beyond_blank_line(start)
        marks = [start, start_tag.end()]
        element = _Found(tag, attributes, self._depth, marks, tuple(self._comments))
        self._comments = []
        self.found.append(element)
        self._open.append(element)

    def _end(self, tag: str) -> None:
        if self._depth <= self.deepest:
            marks = self._open.pop().marks
            content_end = end = marks[1]
            if not self.data.endswith(b"/>", 0, end):
                content_end = self._parser.CurrentByteIndex
                end = self.data.index(b">", content_end) + 1
            marks += [content_end, end]
            self._comments = []
        self._depth -= 1

    def _comment(self, text: str) -> None:
        start = self._parser.CurrentByteIndex
        self._forget_beyond_blank_line(start)
        self._comments.append(" ".join(text.split()))
        self._comments_end = self.data.index(b"-->", start) + 3

    def _forget_beyond_blank_line(self, upto: int) -> None:
        if self._comments and _BLANK_LINE.search(self.data, self._comments_end, upto):
            self._comments = []

    def _doctype(self, *declared: object) -> None:
        *_, has_inner_part = declared
        if has_inner_part:
            self._refuse()

    def _refuse(self, *_: object) -> NoReturn:
        raise DocumentError(
            "it declares or names entities of its own; take the declarations (<!DOCTYPE …[…]>)"
            " out, and write the entities' texts in their places",
            line=self._parser.CurrentLineNumber,
        )
