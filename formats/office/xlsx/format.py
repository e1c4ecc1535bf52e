"""XLSX: the cells of a workbook that hold text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from lxml import etree

from domain.document.coverage import Left
from domain.document.plan import Unit
from domain.errors import DocumentError
from formats.office.openxml import document as office_document
from formats.office.openxml import drawing as office_drawing
from formats.office.openxml import drawing_runs as office_pptx_runs
from formats.office.openxml.document import Fillable, Place
from formats.office.openxml.drawing_runs import A
from formats.office.openxml.inline import inline
from formats.office.openxml.office_format import Content, OfficeFormat
from formats.office.openxml.package import Package
from formats.office.openxml.pieces import Piece, Text
from formats.office.openxml.structure import Shape
from formats.office.xlsx import cells as office_xlsx_cells
from formats.office.xlsx import left as office_xlsx_left
from formats.office.xlsx import pages as office_xlsx_pages
from formats.office.xlsx import sheet_notes as office_xlsx_notes
from formats.office.xlsx import tables as office_xlsx_tables
from formats.office.xlsx.cells import INLINE, LONGEST_CELL, SHARED, S
from formats.office.xlsx.compared import NAMED, Compared, compared
from formats.office.xlsx.tables import Column

_RELATION_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


_SHAPE = Shape(
    paragraphs=frozenset(
        {
            SHARED,
            INLINE,
            office_pptx_runs.PARAGRAPH,
            office_xlsx_notes.NOTE,
            *office_xlsx_pages.HEADERS,
        }
    ),
    runs=frozenset({f"{S}r", f"{A}r"}),
    loose=frozenset(f"{S}{name}" for name in ("t", "rPh", "phoneticPr")) | {f"{A}t"},
    properties=frozenset({f"{S}rPr", f"{A}rPr"}),
    texts=office_drawing.ATTRIBUTES
    | office_xlsx_notes.ATTRIBUTES
    | office_pptx_runs.DIRECTION
    | {(f"{S}tableColumn", "name")},
    holders=frozenset({f"{A}pPr"}),
)


@dataclass(frozen=True, slots=True)
class XlsxFormat(OfficeFormat):
    """Workbooks: cells of text, with the formats in them.

    Notes, prompts, headers and footers, shapes on sheets, alternative texts and titles in charts
    are translated too. Numbers, dates, formulas, names of sheets and other names, conversations,
    names in a chart's data and lists of allowed values stay as they are, and headers of tables
    where a formula may refer to them. Macros are kept, and never run.
    """

    name: str = "xlsx"
    suffixes: tuple[str, ...] = (".xlsx", ".xlsm", ".xltx", ".xltm")
    media_type: str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    shape: ClassVar[Shape] = _SHAPE

    def content(self, package: Package) -> Content:
        """A unit a text, however many cells share it; its path is the first of them.

        A text that would give two columns of a table one name can't be written.
        """
        workbook = _Workbook(package)
        places = workbook.places()
        return workbook.roots, places

    def left(self, data: bytes, target_lang: str) -> tuple[Left, ...]:
        """What formulas show, choices of drop-downs, conversations, and what only charts say."""
        return tuple(office_xlsx_left.left(self._opened(data)))


@dataclass(slots=True)
class _Use:
    """Where a shared string stands.

    Attributes:
        path: of the first cell.
        columns: of tables that it heads.
        held: whether it must stay as it is.
        font: of the first cell, as runs would say it.
    """

    path: str
    font: tuple[bytes, ...]
    columns: list[Column] = field(default_factory=list)
    held: bool = False


class _Workbook:
    """A workbook's parts; `roots` has those that hold text, or repeat it."""

    def __init__(self, package: Package) -> None:
        self._package = package
        main = package.main("spreadsheetml", "ms-excel")
        workbook = package.xml(main)
        styles = [package.xml(related.target) for related in package.related(main, "styles")]
        self._fonts = office_xlsx_cells.fonts(styles[0] if styles else None)
        strings = package.related(main, "sharedStrings")[:1]
        self.roots = {r.target: package.xml(r.target) for r in strings}
        self._items = [(n, item) for n, root in self.roots.items() for item in root.iter(SHARED)]
        sheets = {r.id: r.target for r in package.related(main, "worksheet")}
        self._sheets = [
            (node.get("name", ""), sheets[i])
            for node in workbook.iter(f"{S}sheet")
            if (i := node.get(_RELATION_ID)) in sheets
        ]
        for _, part in self._sheets:
            self.roots[part] = package.xml(part)
            for table in package.related(part, "table"):
                self.roots[table.target] = package.xml(table.target)
        self._compared = compared(workbook, [*self.roots.values()])
        free = office_xlsx_tables.headers_are_free(package, [workbook, *self.roots.values()])
        self._bound = {
            part: office_xlsx_tables.bound(package, part, self.roots, free=free)
            for _, part in self._sheets
        }

    def places(self) -> list[Fillable]:
        """The texts of all cells, each once, and what else each sheet says."""
        return [*self._cells(), *self._around(), *self._drawn()]

    def _around(self) -> Iterator[Fillable]:
        for sheet, part in self._sheets:
            for related in self._package.related(part, "comments"):
                root = self.roots[related.target] = self._package.xml(related.target)
                yield from office_xlsx_notes.notes(root, related.target, sheet)
            yield from office_xlsx_notes.prompts(self.roots[part], part, sheet)
            yield from office_xlsx_pages.texts(self.roots[part], part, sheet)

    def _drawn(self) -> Iterator[Fillable]:
        for sheet, part in self._sheets:
            for drawing in self._package.related(part, "drawing"):
                name = drawing.target
                root = self.roots[name] = self._package.xml(name)
                for group in office_document.paragraphs(
                    root, office_pptx_runs.PARAGRAPH, office_pptx_runs.pieces
                ):
                    unit = Unit(group[0][1].text, "paragraph", path=sheet)
                    yield Place(unit, (name,), group, office_pptx_runs.write)
                yield from office_drawing.alternatives(root, name, sheet)
                yield from office_drawing.places(
                    self._package, [name], self.roots, in_workbook=True
                )

    def _cells(self) -> list[Place]:
        uses: dict[int, _Use] = {}
        found: list[Place | int] = []
        for sheet, part in self._sheets:
            bound = self._bound[part]
            for place, node in office_xlsx_cells.text_cells(self.roots[part]):
                path = f"{sheet}!{office_xlsx_cells.name(place)}"
                column = bound.headers.get(place)
                if node.tag == INLINE:
                    font, columns = self._font(node), [column] if column else []
                    use = _Use(path, font, columns, bound.holds(place))
                    found += self._place(node, part, use)
                    continue
                index = self._index(node, path)
                if index not in uses:
                    uses[index] = _Use(path, self._font(node))
                    found.append(index)
                uses[index].columns += [column] if column else []
                uses[index].held |= bound.holds(place)
        return [place for entry in found for place in self._settled(entry, uses)]

    def _settled(self, entry: Place | int, uses: dict[int, _Use]) -> Iterator[Place]:
        if isinstance(entry, Place):
            yield entry
        else:
            part, item = self._items[entry]
            yield from self._place(item, part, uses[entry])

    def _font(self, node: etree._Element) -> tuple[bytes, ...]:
        cell = node.getparent()
        number = 0 if cell is None else office_xlsx_cells.number(cell.get("s")) or 0
        return self._fonts[number] if number < len(self._fonts) else ()

    def _index(self, node: etree._Element, path: str) -> int:
        index = office_xlsx_cells.number(node.text)
        if index is None or index >= len(self._items):
            raise DocumentError(
                f"the cell refers to a text that is not there ({node.text!r}); save it again",
                field=path,
            )
        return index

    def _place(self, item: etree._Element, part: str, use: _Use) -> Iterator[Place]:
        if len(office_xlsx_cells.plain(item)) > LONGEST_CELL:
            raise DocumentError(
                f"a cell has more than {LONGEST_CELL:,} characters; split it", field=use.path
            )
        content = inline(office_xlsx_cells.pieces(item, use.font))
        if content.text:
            parts = (part, *(column.part for column in use.columns))
            kept = self._why_kept(item, use)
            unit = Unit(content.text, role="cell", path=use.path, kept=kept)
            write = _writer(use.columns, self._compared)
            yield Place(unit, parts, ((item, content),), write)

    def _why_kept(self, item: etree._Element, use: _Use) -> str:
        if use.held:
            return office_xlsx_tables.HELD
        return NAMED if self._compared.has(office_xlsx_cells.plain(item)) else ""


def _writer(columns: Sequence[Column], compared: Compared) -> office_document.Write:
    def write(item: etree._Element, content: Sequence[Piece], lang: str) -> bool:
        text = "".join(piece.text for piece in content if isinstance(piece, Text))
        if compared.has(text) or not all(column.can_be(text) for column in columns):
            return False
        if not office_xlsx_cells.write(item, content, lang):
            return False
        for column in columns:
            column.rename(office_xlsx_cells.plain(item))
        return True

    return write
