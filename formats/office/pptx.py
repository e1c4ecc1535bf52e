"""PPTX: the paragraphs on the slides of a presentation, and in the notes to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import ClassVar

from lxml import etree

from domain.document.coverage import Left, LeftReason
from domain.document.plan import Unit
from formats.common.prose import has_prose
from formats.office.openxml import document as office_document
from formats.office.openxml import drawing as office_drawing
from formats.office.openxml import drawing_runs as office_pptx_runs
from formats.office.openxml.document import Fillable, Place
from formats.office.openxml.drawing_runs import PARAGRAPH, A
from formats.office.openxml.office_format import Content, OfficeFormat
from formats.office.openxml.package import Package
from formats.office.openxml.structure import Shape
from formats.office.openxml.xml import COMPATIBILITY, parsed

_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_RELATION_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_SHAPES = (f"{_P}sp", f"{_P}graphicFrame", f"{_P}cxnSp")
_TITLES = ("title", "ctrTitle")
_BULLETED = ("body", "obj")
_FIELD = f"{A}fld"
_SAID = f"{_P}text"
"""The tag of a comment's text; that of newer comments is made of paragraphs."""


_SHAPE = Shape(
    paragraphs=frozenset({PARAGRAPH}),
    runs=frozenset({f"{A}r"}),
    loose=frozenset({f"{A}t"}),
    properties=frozenset({f"{A}rPr"}),
    texts=office_drawing.ATTRIBUTES | office_pptx_runs.DIRECTION,
    holders=frozenset({f"{A}pPr"}),
)


@dataclass(frozen=True, slots=True)
class PptxFormat(OfficeFormat):
    """Presentations: the text of shapes, groups and tables on slides, and of their notes.

    Alternative texts, titles in charts, the text of SmartArt, and what masters and layouts show on
    slides are translated too; the prompts of their placeholders, comments, names in a chart's
    data, slide numbers and dates are not. Macros are kept, and never run.
    """

    name: str = "pptx"
    suffixes: tuple[str, ...] = (".pptx", ".pptm", ".ppsx", ".potx")
    media_type: str = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
    shape: ClassVar[Shape] = _SHAPE

    def content(self, package: Package) -> Content:
        """A unit a paragraph with prose; its path is the slide and the shape's name."""
        return _places(package)

    def left(self, data: bytes, target_lang: str) -> tuple[Left, ...]:
        """Fields, such as dates, and comments."""
        return tuple(left for left in _left(self._opened(data)) if has_prose(left.text))


def _parts(package: Package) -> Iterator[tuple[str, str]]:
    """Slides in the order they are shown in, each before its notes: what a path says, and name."""
    main = package.main("presentationml", "ms-powerpoint")
    slides = {slide.id: slide.target for slide in package.related(main, "slide")}
    shown = package.xml(main).iter(f"{_P}sldId")
    names = dict.fromkeys(slides[i] for node in shown if (i := node.get(_RELATION_ID)) in slides)
    seen = set()
    for number, name in enumerate(names, start=1):
        yield f"slide{number}", name
        for notes in package.related(name, "notesSlide"):
            if notes.target not in seen:
                seen.add(notes.target)
                yield f"notes{number}", notes.target


def _behind(package: Package) -> list[str]:
    """The layouts and masters of the slides, each once."""
    slides = [name for _, name in _parts(package)]
    layouts = _related(package, slides, "slideLayout")
    return [*layouts, *_related(package, layouts, "slideMaster")]


def _related(package: Package, names: Iterable[str], type_: str) -> list[str]:
    found = (related.target for name in names for related in package.related(name, type_))
    return list(dict.fromkeys(found))


def _places(package: Package) -> Content:
    roots: dict[str, etree._Element] = {}
    places: list[Fillable] = []
    for slide, name in _parts(package):
        root = roots[name] = package.xml(name)
        places += _of_shapes(root, name, slide)
        places += office_drawing.alternatives(root, name, slide)
        places += office_drawing.places(package, [name], roots)
    for name in _behind(package):
        root = roots[name] = package.xml(name)
        places += _of_shapes(root, name, PurePosixPath(name).stem, prompts=False)
    return roots, places


def _of_shapes(
    root: etree._Element, name: str, slide: str, *, prompts: bool = True
) -> Iterator[Place]:
    """The paragraphs of a part's shapes.

    Args:
        name: the part's.
        slide: what paths begin with.
        prompts: whether those of placeholders too.
    """
    for group in office_document.paragraphs(root, PARAGRAPH, office_pptx_runs.pieces):
        paragraph, content = group[0]
        shape = next(paragraph.iterancestors(*_SHAPES), None)
        holder = _holder(shape)
        if prompts or holder is None:
            path = f"{slide}/{_name(shape)}".rstrip("/")
            unit = Unit(content.text, _role(paragraph, holder, slide), path=path)
            yield Place(unit, (name,), group, office_pptx_runs.write)


def _holder(shape: etree._Element | None) -> etree._Element | None:
    """What says that a shape is a placeholder; None where it is none."""
    return None if shape is None else shape.find(f"*/{_P}nvPr/{_P}ph")


def _left(package: Package) -> Iterator[Left]:
    for _, name in _parts(package):
        yield from _fields(package, name)
        for comments in package.related(name, "comments"):
            yield from _comments(package.xml(comments.target))
    for name in _behind(package):
        yield from _fields(package, name, prompts=False)


def _fields(package: Package, name: str, *, prompts: bool = True) -> Iterator[Left]:
    """The texts of a part's fields.

    Args:
        prompts: whether those in placeholders too.
    """
    content = package.read(name)
    # Many have none, and parsing costs more than a look for the tag, which UTF-16 would hide.
    if b"fld" not in content and b"\0" not in content[:4]:
        return
    for field in parsed(content, name).iter(_FIELD):
        shape = next(field.iterancestors(*_SHAPES), None)
        repeats = next(field.iterancestors(f"{COMPATIBILITY}Fallback"), None) is not None
        if not repeats and (prompts or _holder(shape) is None):
            yield Left(LeftReason.COMPUTED, field.findtext(f"{A}t") or "")


def _comments(root: etree._Element) -> Iterator[Left]:
    for node in root.iter(_SAID, PARAGRAPH):
        said = node.iter(_SAID, f"{A}t")
        yield Left(LeftReason.KEPT, "".join(one.text or "" for one in said))


def _name(shape: etree._Element | None) -> str:
    properties = None if shape is None else shape.find(f"*/{_P}cNvPr")
    return "" if properties is None else properties.get("name", "")


def _role(paragraph: etree._Element, holder: etree._Element | None, slide: str) -> str:
    if next(paragraph.iterancestors(f"{A}tc"), None) is not None:
        return "cell"
    kind = None if holder is None else holder.get("type", "obj")
    if kind in _TITLES:
        return "title"
    if kind == "subTitle":
        return "heading"
    bullet = office_pptx_runs.has_bullet(paragraph)
    if bullet is None:
        bullet = kind in _BULLETED and slide.startswith("slide")
    return "list_item" if bullet else "paragraph"
