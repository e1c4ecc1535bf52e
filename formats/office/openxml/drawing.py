"""What drawings say in office documents: alternative texts, charts and diagrams."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from lxml import etree

from domain.document.plan import Unit
from formats.common.prose import has_prose, is_file_name
from formats.office.openxml import document as office_document
from formats.office.openxml import drawing_runs as office_pptx_runs
from formats.office.openxml.attributes import AttributeText
from formats.office.openxml.document import Fillable, Place
from formats.office.openxml.drawing_runs import PARAGRAPH
from formats.office.openxml.inline import Inline, inline
from formats.office.openxml.package import Package
from formats.office.openxml.pieces import escaped

_DRAWINGML = "http://schemas.openxmlformats.org/drawingml/2006"
_SHOWN = tuple(
    f"{{{namespace}}}{name}"
    for namespace, name in (
        (f"{_DRAWINGML}/wordprocessingDrawing", "docPr"),
        (f"{_DRAWINGML}/spreadsheetDrawing", "cNvPr"),
        ("http://schemas.openxmlformats.org/presentationml/2006/main", "cNvPr"),
    )
)
_REPEATED = f"{{{_DRAWINGML}/picture}}cNvPr"
_RICH = f"{{{_DRAWINGML}/chart}}rich"
_ON_CHART = f"{{{_DRAWINGML}/chartDrawing}}txBody"
_ATTRIBUTES = ("title", "descr")
_CHART = f"{{{_DRAWINGML}/chart}}"
_NAMES = tuple(f"{_CHART}{name}" for name in ("cat", "tx"))
"""The elements of a chart's data that hold names: of categories, of series."""

NAMES_OF_DATA = "they are names in a chart's data, which its own sheet holds too: change them there"
"""Why names in a chart's data are kept."""

ATTRIBUTES = frozenset((tag, name) for tag in (*_SHOWN, _REPEATED) for name in _ATTRIBUTES)
"""The attributes that hold alternative texts, by their elements' tags."""


def alternatives(root: etree._Element, part: str, path: str) -> Iterator[AttributeText]:
    """The alternative texts in a part, in order, with pictures that repeat them; their paths end
    in `.alt`.

    Args:
        root: of the part.
        part: its name.
        path: what paths begin with.
    """
    for node in root.iter(*_SHOWN):
        for name in _ATTRIBUTES:
            value = node.get(name, "")
            if not has_prose(value) or is_file_name(value):
                continue
            around = node.getparent()
            repeated = () if around is None else around.iter(_REPEATED)
            nodes = (node, *(one for one in repeated if one.get(name) == value))
            unit = Unit(escaped(value), "label", path=f"{path}/{node.get('name', '')}.alt")
            yield AttributeText(unit, (part,), nodes, name)


def places(
    package: Package,
    owners: Iterable[str],
    roots: dict[str, etree._Element],
    *,
    in_workbook: bool = False,
) -> Iterator[Fillable]:
    """The paragraphs of charts and diagrams that some parts refer to.

    Names in a chart's data are kept: they repeat cells, which a program would show again as soon
    as somebody edits the data.

    Args:
        owners: the names of the parts.
        roots: gets those of charts and diagrams.
        in_workbook: whether these cells are translated themselves, so that no name is told of.
    """
    for owner in owners:
        for chart in package.related(owner, "chart"):
            root = _root(package, chart.target, roots)
            yield from _of_chart(root, chart.target, _RICH)
            if not in_workbook:
                yield from _names(root, chart.target)
            for drawn_on in package.related(chart.target, "chartUserShapes"):
                root = _root(package, drawn_on.target, roots)
                yield from _of_chart(root, drawn_on.target, _ON_CHART)
        drawn = [r.target for r in package.related(owner, "diagramDrawing")]
        shown = _shown({name: _root(package, name, roots) for name in drawn})
        for data in package.related(owner, "diagramData"):
            yield from _of_diagram(_root(package, data.target, roots), data.target, shown)


def _root(package: Package, name: str, roots: dict[str, etree._Element]) -> etree._Element:
    if name not in roots:
        roots[name] = package.xml(name)
    return roots[name]


def _of_chart(root: etree._Element, name: str, holder: str) -> Iterator[Place]:
    for group in office_document.paragraphs(root, PARAGRAPH, office_pptx_runs.pieces):
        if next(group[0][0].iterancestors(holder), None) is not None:
            unit = Unit(group[0][1].text, "caption", path=PurePosixPath(name).stem)
            yield Place(unit, (name,), group, office_pptx_runs.write)


@dataclass(frozen=True, slots=True)
class Kept:
    """A text that is told of, and stays."""

    unit: Unit
    parts: tuple[str, ...] = ()

    def put(self, translation: str, lang: str) -> bool:
        """Never."""
        return False


def _names(root: etree._Element, name: str) -> Iterator[Kept]:
    """The names in a chart's data, each once."""
    held = (node for holder in root.iter(*_NAMES) for node in holder.iter(f"{_CHART}v"))
    for text in dict.fromkeys(node.text or "" for node in held):
        if has_prose(text):
            path = PurePosixPath(name).stem
            yield Kept(Unit(escaped(text), "label", path=path, kept=NAMES_OF_DATA))


_Shown = dict[str, list[tuple[str, etree._Element, Inline]]]


def _shown(drawings: dict[str, etree._Element]) -> _Shown:
    """By their texts, the paragraphs of what diagrams look like, which repeats their data."""
    found: _Shown = defaultdict(list)
    for name, root in drawings.items():
        for paragraph in root.iter(PARAGRAPH):
            content = inline(office_pptx_runs.pieces(paragraph))
            found[content.text].append((name, paragraph, content))
    return found


def _of_diagram(root: etree._Element, name: str, shown: _Shown) -> Iterator[Place]:
    for group in office_document.paragraphs(root, PARAGRAPH, office_pptx_runs.pieces):
        text = group[0][1].text
        repeated = shown.pop(text, [])
        parts_ = (name, *(part for part, _, _ in repeated))
        paragraphs = (*group, *((paragraph, content) for _, paragraph, content in repeated))
        unit = Unit(text, "label", path=PurePosixPath(name).stem)
        yield Place(unit, parts_, paragraphs, office_pptx_runs.write)
