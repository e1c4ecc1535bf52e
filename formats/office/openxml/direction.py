"""Which way a translated paragraph runs: right to left in Arabic, Hebrew, Persian, Urdu, …"""

from __future__ import annotations

from unicodedata import bidirectional

from lxml import etree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"

_AFTER_BIDI = tuple(
    f"{_W}{name}"
    for name in (
        "adjustRightInd", "snapToGrid", "spacing", "ind", "contextualSpacing", "mirrorIndents",
        "suppressOverlap", "jc", "textDirection", "textAlignment", "textboxTightWrap",
        "outlineLvl", "divId", "cnfStyle", "rPr", "sectPr", "pPrChange",
    )
)  # fmt: skip
_AFTER_RTL = tuple(
    f"{_W}{name}"
    for name in ("cs", "em", "lang", "eastAsianLayout", "specVanish", "oMath", "rPrChange")
)
"""The schema's order (ECMA-376 part 1, 17.3.1.26 and 17.3.2.28)."""


_OFF = ("0", "false", "off")


def turn_paragraph(paragraph: etree._Element, right_to_left: bool) -> None:
    """Gives a paragraph of a Word document its direction."""
    properties = paragraph.find(f"{_W}pPr")
    if properties is None:
        if not right_to_left:
            return
        properties = paragraph.makeelement(f"{_W}pPr")
        paragraph.insert(0, properties)
    _turn(properties, f"{_W}bidi", _AFTER_BIDI, right_to_left)


def turn_run(run: etree._Element, text: str, right_to_left: bool) -> None:
    """Gives a run of a Word document its direction; bold, italic and size apply to each."""
    turned = right_to_left and any(bidirectional(char) in ("R", "AL") for char in text)
    properties = run.find(f"{_W}rPr")
    if properties is None:
        if not turned:
            return
        properties = run.makeelement(f"{_W}rPr")
        run.insert(0, properties)
    _turn(properties, f"{_W}rtl", _AFTER_RTL, turned)
    for name in ("b", "i", "sz") if turned else ():
        node = properties.find(f"{_W}{name}")
        if node is not None and properties.find(f"{_W}{name}Cs") is None:
            node.addnext(properties.makeelement(f"{_W}{name}Cs", node.attrib))


def _turn(
    properties: etree._Element, tag: str, following: tuple[str, ...], right_to_left: bool
) -> None:
    for node in properties.findall(tag):
        if right_to_left or node.get(f"{_W}val") not in _OFF:
            properties.remove(node)
    if right_to_left:
        places = (place for place, node in enumerate(properties) if node.tag in following)
        properties.insert(next(places, len(properties)), properties.makeelement(tag))


def turn_slide_paragraph(paragraph: etree._Element, right_to_left: bool) -> None:
    """Gives a paragraph of DrawingML its direction, and the side that it begins at."""
    properties = paragraph.find(f"{_A}pPr")
    if properties is None:
        if not right_to_left:
            return
        properties = paragraph.makeelement(f"{_A}pPr")
        paragraph.insert(0, properties)
    if right_to_left == (properties.get("rtl") in ("1", "true")):
        return
    properties.set("rtl", "1" if right_to_left else "0")
    near, far = ("l", "r") if right_to_left else ("r", "l")
    # What a title does without an alignment of its own is up to its layout, which often centres it.
    if properties.get("algn", None if _is_title(paragraph) else near) == near:
        properties.set("algn", far)


def _is_title(paragraph: etree._Element) -> bool:
    shape = next(paragraph.iterancestors(f"{_P}sp"), None)
    holder = None if shape is None else shape.find(f"*/{_P}nvPr/{_P}ph")
    return holder is not None and holder.get("type", "").lower().endswith("title")
