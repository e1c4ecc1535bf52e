"""Cells whose text stands elsewhere too: headers of tables, and what pivot tables show.

A table's part repeats the text of its header cells, and Excel repairs a file in which they differ.
Formulas may refer to columns by these names (`Prices[Net]`), as do pivot tables and slicers; where
a workbook has any of them, headers stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree

from formats.office.openxml.package import Package
from formats.office.xlsx import xstrings
from formats.office.xlsx.cells import Cell, S, area
from formats.office.xlsx.compared import FORMULAS

LONGEST_HEADER = 255
HELD = "formulas or pivot tables know them by their names"
"""Why a cell is kept that must keep its text."""

_NAMED_BY_OTHERS = ("/pivotcache/", "/slicercaches/", "/querytables/")
_MANY = 64


@dataclass(slots=True)
class Column:
    """A column of a table.

    Attributes:
        node: what names it in the table's part.
        names: of all columns of its table, case folded, by which it must differ from them.
    """

    part: str
    node: etree._Element
    names: set[str]

    def rename(self, text: str) -> None:
        """Gives it a name that `can_be` has allowed."""
        self.names.discard(self._name)
        self.names.add(text.casefold())
        self.node.set("name", xstrings.write_attribute(text))

    def can_be(self, text: str) -> bool:
        """Whether no other column of its table has this name, and it may have it."""
        taken = self.names - {self._name}
        return 0 < len(text) <= LONGEST_HEADER and text.casefold() not in taken

    @property
    def _name(self) -> str:
        return _named(self.node)


@dataclass(slots=True)
class Bound:
    """The cells of one sheet whose text stands elsewhere too.

    Attributes:
        headers: those that a table's part repeats.
    """

    headers: dict[Cell, Column] = field(default_factory=dict)
    _held: set[Cell] = field(default_factory=set)
    _areas: list[tuple[Cell, Cell]] = field(default_factory=list)

    def holds(self, place: Cell) -> bool:
        """Whether a cell must keep its text."""
        row, column = place
        return place in self._held or any(
            first[0] <= row <= last[0] and first[1] <= column <= last[1]
            for first, last in self._areas
        )


def bound(
    package: Package, sheet: str, roots: Mapping[str, etree._Element], *, free: bool
) -> Bound:
    """The cells of a sheet whose text stands elsewhere too.

    Args:
        sheet: the name of its part.
        roots: of its tables' parts, by name.
        free: whether headers may change, as `headers_are_free` says.
    """
    found = Bound()
    for related in package.related(sheet, "table"):
        _add_table(found, related.target, roots[related.target], free=free)
    for related in package.related(sheet, "pivotTable"):
        for node in package.xml(related.target).iter(f"{S}location"):
            if place := area(node.get("ref", "")):
                found._areas.append(place)
    if len(found._areas) > _MANY:
        found._areas = [_around(found._areas)]
    return found


def _around(areas: Sequence[tuple[Cell, Cell]]) -> tuple[Cell, Cell]:
    firsts, lasts = [first for first, _ in areas], [last for _, last in areas]
    return (
        (min(row for row, _ in firsts), min(column for _, column in firsts)),
        (max(row for row, _ in lasts), max(column for _, column in lasts)),
    )


def _add_table(found: Bound, part: str, root: etree._Element, *, free: bool) -> None:
    place = area(root.get("ref", ""))
    if place is None:
        return
    (top, left), (bottom, _) = place
    columns = list(root.iter(f"{S}tableColumn"))
    names = set(map(_named, columns))
    for number, node in enumerate(columns):
        if node.get("totalsRowLabel") is not None:
            found._held.add((bottom, left + number))
        if root.get("headerRowCount", "1") == "0":
            continue
        if free:
            found.headers[top, left + number] = Column(part, node, names)
        else:
            found._held.add((top, left + number))


def _named(column: etree._Element) -> str:
    return xstrings.read(column.get("name", "")).casefold()


def headers_are_free(package: Package, roots: Sequence[etree._Element]) -> bool:
    """Whether nothing in a workbook refers to a table's columns by their names.

    Args:
        roots: of the workbook's part, of its sheets and of its tables.
    """
    if any(word in name.lower() for name in package.names for word in _NAMED_BY_OTHERS):
        return False
    return not any("[" in formula for root in roots for formula in _formulas(root))


def _formulas(root: etree._Element) -> Iterator[str]:
    for node in root.iter(*FORMULAS):
        yield node.text or ""
