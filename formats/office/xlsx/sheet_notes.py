"""What a sheet says of its cells: notes, and what is shown where something is entered."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from domain.document.plan import Unit
from formats.common.prose import has_prose
from formats.office.openxml.attributes import AttributeText
from formats.office.openxml.document import Place
from formats.office.openxml.inline import inline
from formats.office.openxml.pieces import escaped
from formats.office.xlsx import cells as office_xlsx_cells
from formats.office.xlsx import xstrings
from formats.office.xlsx.cells import S

NOTE = f"{S}text"
"""The tag of a note's text."""

_LONGEST = {"promptTitle": 32, "prompt": 255, "errorTitle": 32, "error": 255}
"""By attributes, the characters that they may have (ECMA-376 part 1, 18.3.1.32)."""

CHECKS = (
    f"{S}dataValidation",
    "{http://schemas.microsoft.com/office/spreadsheetml/2009/9/main}dataValidation",
)
"""The tags of what says what may be entered in cells."""

_THREAD = "tc="
"""What the author of a note is called that repeats a conversation for older programs."""

ATTRIBUTES = frozenset((tag, name) for tag in CHECKS for name in _LONGEST)
"""The attributes that tell what may be entered, by their elements' tags."""


def notes(root: etree._Element, part: str, path: str) -> Iterator[Place]:
    """The notes on cells; their paths end in `.note`. Conversations are none.

    Args:
        root: of a part of notes.
        part: its name.
        path: what paths begin with.
    """
    authors = [node.text or "" for node in root.iter(f"{S}author")]
    for node in root.iter(f"{S}comment"):
        number = office_xlsx_cells.number(node.get("authorId"))
        author = authors[number] if number is not None and number < len(authors) else ""
        text = node.find(NOTE)
        if text is None or author.startswith(_THREAD):
            continue
        content = inline(office_xlsx_cells.pieces(text))
        if content.text:
            unit = Unit(content.text, path=f"{path}!{node.get('ref', '')}.note")
            yield Place(unit, (part,), ((text, content),), office_xlsx_cells.write)


def prompts(root: etree._Element, part: str, path: str) -> Iterator[AttributeText]:
    """What is shown where something is entered, and where it is wrong.

    Args:
        root: of a sheet's part.
        part: its name.
        path: what paths begin with.
    """
    for node in root.iter(*CHECKS):
        for name, most in _LONGEST.items():
            value = xstrings.read(node.get(name, ""))
            if has_prose(value):
                cells = node.get("sqref") or node.findtext("{*}sqref") or ""
                place = f"{path}!{cells}.{name}"
                unit = Unit(escaped(value), "label", path=place, max_chars=most)
                yield AttributeText(unit, (part,), (node,), name, xstrings.write_attribute)
