"""DOCX: the paragraphs of a Word document, wherever in it they stand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath
from typing import ClassVar

from lxml import etree

from domain.document.coverage import Left
from domain.document.plan import Unit
from formats.office.docx import bookmarks as office_docx_bookmarks
from formats.office.docx import left as office_docx_left
from formats.office.docx import runs as office_docx_runs
from formats.office.docx import writing as office_docx_writing
from formats.office.docx.bookmarks import W
from formats.office.docx.roles import Roles
from formats.office.docx.runs import PARAGRAPH
from formats.office.openxml import document as office_document
from formats.office.openxml import drawing as office_drawing
from formats.office.openxml import drawing_runs as office_pptx_runs
from formats.office.openxml.document import Fillable, Place
from formats.office.openxml.drawing_runs import A
from formats.office.openxml.office_format import Content, OfficeFormat
from formats.office.openxml.package import Package
from formats.office.openxml.pieces import Piece
from formats.office.openxml.structure import Shape

_PARTS = ("header", "footer", "footnotes", "endnotes", "comments")


_SHAPE = Shape(
    paragraphs=frozenset({PARAGRAPH, office_pptx_runs.PARAGRAPH}),
    runs=frozenset({f"{W}r", f"{A}r"}),
    loose=frozenset(
        f"{W}{name}"
        for name in (
            "t",
            "noBreakHyphen",
            "ruby",
            "softHyphen",
            "proofErr",
            "lastRenderedPageBreak",
            "bidi",
        )
    )
    | {f"{A}t"},
    properties=frozenset({f"{W}rPr", f"{A}rPr"}),
    texts=office_drawing.ATTRIBUTES | office_pptx_runs.DIRECTION,
    holders=frozenset({f"{W}pPr", f"{A}pPr"}),
)


@dataclass(frozen=True, slots=True)
class DocxFormat(OfficeFormat):
    """Word documents: text, tables, text boxes, headers, footers, notes, comments, alternative
    texts, titles in charts, and diagrams.

    Deleted text, hidden text, fields but for the text of links, and controls whose text comes
    from a list or from data are not translated; no more are names in a chart's data and the
    document's properties. Macros are kept, and never run.
    """

    name: str = "docx"
    suffixes: tuple[str, ...] = (".docx", ".docm", ".dotx", ".dotm")
    media_type: str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    shape: ClassVar[Shape] = _SHAPE

    def content(self, package: Package) -> Content:
        """A unit a paragraph with prose; its path is the part that it stands in."""
        return _places(package)

    def left(self, data: bytes, target_lang: str) -> tuple[Left, ...]:
        """Fields, what comes from data, the choices of lists, and watermarks."""
        package = self._opened(data)
        roots = {name: package.xml(name) for name in _parts(package)}
        return tuple(office_docx_left.left(roots.values(), _reader(roots), _is_bound))


def _reader(roots: Mapping[str, etree._Element]) -> Callable[[etree._Element], list[Piece]]:
    return partial(
        office_docx_runs.pieces, quoted=office_docx_bookmarks.quoted(list(roots.values()))
    )


def _parts(package: Package) -> list[str]:
    """The parts that are translated: the document, then what it refers to."""
    main = package.main("wordprocessingml", "ms-word")
    found = [main]
    for type_ in _PARTS:
        found += (related.target for related in package.related(main, type_))
    return list(dict.fromkeys(found))


def _places(package: Package) -> Content:
    names = _parts(package)
    roles = Roles(package, names[0])
    roots = {name: package.xml(name) for name in names}
    read = _reader(roots)
    places: list[Fillable] = []
    for name, root in roots.items():
        found = office_document.paragraphs(root, PARAGRAPH, read)
        path = PurePosixPath(name).stem
        for group in found:
            paragraph, content = group[0]
            if not _is_bound(paragraph):
                unit = Unit(content.text, roles.of(paragraph), path=path)
                places.append(Place(unit, (name,), group, office_docx_writing.write))
        places += office_drawing.alternatives(root, name, path)
    places += office_drawing.places(package, names, roots)
    return roots, places


def _is_bound(paragraph: etree._Element) -> bool:
    controls = paragraph.iterancestors(f"{W}sdt")
    return any(map(office_docx_runs.is_bound, controls))
