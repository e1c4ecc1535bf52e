"""What of a workbook is offered to nobody: what formulas show, choices, conversations, names typed
into charts, and chart sheets.

ECMA-376 part 1: cells 18.3.1.4, array formulas 18.3.1.40, validations 18.3.1.32, a series' text
21.2.2.215; conversations are MS-XLSX's threaded comments. The names that a chart takes from cells
are translated with these.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lxml import etree

from domain.document.coverage import Left, LeftReason
from formats.common.prose import has_prose
from formats.office.openxml import drawing as office_drawing
from formats.office.openxml import xml as office_xml
from formats.office.openxml.package import Package
from formats.office.xlsx import cells as office_xlsx_cells
from formats.office.xlsx import xstrings
from formats.office.xlsx.cells import S
from formats.office.xlsx.sheet_notes import CHECKS

_FILLING = ("array", "dataTable")
"""Kinds of formulas that fill cells around theirs, which have no formula of their own."""

_SIGNS = (b'"str"', b"'str'", b'"list"', b"'list'")
"""One of these stands in a sheet of which anything is left, unless it is UTF-16."""

_SAID = "{http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments}text"
_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"


def left(package: Package) -> Iterator[Left]:
    """The texts of a workbook that are no units, each once, as cells that share a text are one."""
    return iter(dict.fromkeys(_left(package)))


def _left(package: Package) -> Iterator[Left]:
    main = package.main("spreadsheetml", "ms-excel")
    sheets = [related.target for related in package.related(main, "worksheet")]
    for name in sheets:
        content = package.read(name)
        if b"\0" in content[:4] or any(sign in content for sign in _SIGNS):
            root = office_xml.parsed(content, name)
            yield from _shown(root)
            yield from _told(LeftReason.KEPT, _choices(root))
        for talk in package.related(name, "threadedComment"):
            said = package.xml(talk.target).iter(_SAID)
            yield from _told(LeftReason.KEPT, (node.text or "" for node in said))
    drawn = [related.target for related in package.related(main, "chartsheet")]
    yield from _told(LeftReason.NOT_UNDERSTOOD, _on_charts(package, sheets, drawn))


def _told(reason: LeftReason, texts: Iterable[str]) -> Iterator[Left]:
    return (Left(reason, text) for text in texts if has_prose(text))


def _shown(root: etree._Element) -> Iterator[Left]:
    """The texts that formulas show. One in a cell without a formula is prose that is not offered,
    which some programs write."""
    filled = None
    ends: dict[int, int] = {}  # by column, the last row that a formula further up fills
    for place, cell in office_xlsx_cells.located(root):
        row, column = place
        formula = cell.find(f"{S}f")
        if formula is not None and formula.get("t") in _FILLING:
            filled = office_xlsx_cells.area(formula.get("ref", ""))
        if (
            filled
            and filled[0][0] <= row <= filled[1][0]
            and filled[0][1] <= column <= filled[1][1]
        ):
            ends[column] = filled[1][0]
        text = xstrings.read(cell.findtext(f"{S}v") or "") if cell.get("t") == "str" else ""
        if has_prose(text):
            computed = formula is not None or row <= ends.get(column, 0)
            yield Left(LeftReason.COMPUTED if computed else LeftReason.NOT_UNDERSTOOD, text)


def _choices(root: etree._Element) -> Iterator[str]:
    """The choices of drop-downs that are written in the sheet: `"Open,Closed"`."""
    for node in root.iter(*CHECKS):
        formula = node.find("{*}formula1") if node.get("type") == "list" else None
        if formula is None:
            continue
        written = (formula.findtext("{*}f") or formula.text or "").strip()
        if written[:1] == written[-1:] == '"':
            yield xstrings.read(written[1:-1].replace('""', '"'))


def _on_charts(package: Package, sheets: Iterable[str], drawn: Iterable[str]) -> Iterator[str]:
    """What no cell says on charts, and titles on sheets that are a chart.

    Args:
        sheets: names of the parts of worksheets.
        drawn: of chart sheets.
    """
    for sheet in (*sheets, *drawn):
        for drawing in package.related(sheet, "drawing"):
            for chart in package.related(drawing.target, "chart"):
                root = package.xml(chart.target)
                nodes = (*root.iterfind(f".//{_CHART}tx/{_CHART}v"), *_literals(root))
                yield from (node.text or "" for node in nodes)
            if sheet in drawn:
                found = office_drawing.places(package, [drawing.target], {}, in_workbook=True)
                yield from (place.unit.text for place in found)


def _literals(root: etree._Element) -> Iterator[etree._Element]:
    return (node for data in root.iter(f"{_CHART}strLit") for node in data.iter(f"{_CHART}v"))
