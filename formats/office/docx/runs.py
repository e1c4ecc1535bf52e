"""The paragraphs of WordprocessingML (ECMA-376 part 1, chapter 17) as pieces, and back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from lxml import etree

from formats.office.docx.bookmarks import W, ranges
from formats.office.docx.fields import Item, folded
from formats.office.openxml.pieces import Atom, Mark, Pair, Piece, Side, Style, Text, Void, has_text
from formats.office.openxml.xml import signatures

PARAGRAPH = f"{W}p"

NO_BREAK_HYPHEN = "\N{NON-BREAKING HYPHEN}"
DEEPEST = 16
"""Pairs around pairs at most; what is deeper stays as it is."""

WHITE_SPACE = re.compile(r"[\t\n\r]+")

_PAIRS = frozenset(
    f"{W}{name}" for name in ("hyperlink", "ins", "moveTo", "smartTag", "customXml", "dir", "bdo")
)
_BOUND = frozenset(f"{W}{name}" for name in ("dataBinding", "dropDownList", "comboBox", "date"))

NOISE = frozenset(f"{W}{name}" for name in ("proofErr", "lastRenderedPageBreak", "softHyphen"))
_STYLE_NOISE = frozenset(
    f"{W}{name}" for name in ("lang", "noProof", "rPrChange", "bCs", "iCs", "szCs", "webHidden")
)
_HINT = f"{W}hint"


def style(run: etree._Element) -> Style:
    """How a run's characters look, whatever their language, and however other scripts would."""
    properties = run.find(f"{W}rPr")
    if properties is None:
        return Style()
    nodes = (node for node in properties if node.tag not in _STYLE_NOISE)
    return Style(signatures(n for n in nodes if n.keys() != [_HINT]), properties)


def is_bound(control: etree._Element) -> bool:
    """Whether a content control's text comes from elsewhere: from a list, or from data."""
    properties = control.find(f"{W}sdtPr")
    return properties is not None and any(node.tag in _BOUND for node in properties)


def pieces(paragraph: etree._Element, quoted: frozenset[str] = frozenset()) -> list[Piece]:
    """What stands in a paragraph, but for its properties; ruby is its base.

    Args:
        quoted: names of bookmarks that stay around their words.
    """
    return _Reader(quoted).within(paragraph, 0)


class _Reader:
    def __init__(self, quoted: frozenset[str]) -> None:
        self._quoted = quoted

    def within(self, parent: etree._Element, depth: int) -> list[Piece]:
        nodes = [node for node in parent if not is_property(node)]
        bookmarks = ranges(nodes, self._quoted) if self._quoted else {}
        return folded(list(self._items(nodes, range(len(nodes)), bookmarks, depth)))

    def _items(
        self,
        nodes: Sequence[etree._Element],
        places: range,
        bookmarks: Mapping[int, int],
        depth: int,
    ) -> Iterator[Item]:
        done = places.start
        for place in places:
            node = nodes[place]
            if place < done:
                continue
            if node.tag == f"{W}r":
                yield from _run_items(node)
                continue
            end = bookmarks.get(place)
            if end is not None and depth < DEEPEST:
                items = list(self._items(nodes, range(place + 1, end), bookmarks, depth + 1))
                yield from _bookmarked(Atom(node), items, Atom(nodes[end]))
                done = end + 1
                continue
            atom = Atom(node)
            yield Item(self._piece(node, atom, depth), (atom,))

    def _piece(self, node: etree._Element, atom: Atom, depth: int) -> Piece:
        mark = _mark(node, atom)
        if mark is not None or depth >= DEEPEST:
            return mark or Void((atom,))
        if node.tag in _PAIRS:
            return Pair(self.within(node, depth + 1), node, node)
        is_free = node.tag == f"{W}sdt" and not is_bound(node)
        body = node.find(f"{W}sdtContent") if is_free else None
        return Void((atom,)) if body is None else Pair(self.within(body, depth + 1), node, body)


def _bookmarked(start: Atom, items: Sequence[Item], end: Atom) -> Iterator[Item]:
    """A bookmark as a pair around its text; its two ends as marks where there is none."""
    inner = folded(items)
    if any(map(has_text, inner)):
        atoms = (start, *(atom for item in items for atom in item.atoms), end)
        yield Item(Pair(inner, before=(start,), after=(end,)), atoms)
    else:
        yield Item(Mark(start, Side.START), (start,))
        yield from items
        yield Item(Mark(end, Side.END), (end,))


def is_property(node: etree._Element) -> bool:
    """Whether an element says how a paragraph looks, and is not in its text."""
    return isinstance(node.tag, str) and node.tag.startswith(W) and node.tag.endswith("Pr")


def _mark(node: etree._Element, atom: Atom) -> Mark | None:
    tag = node.tag
    if not isinstance(tag, str):
        return Mark(atom, Side.START)
    if tag in NOISE:
        return Mark(atom, Side.NOWHERE)
    if tag.endswith(("RangeEnd", "}bookmarkEnd", "}permEnd")):
        return Mark(atom, Side.END)
    is_start = tag.endswith(("RangeStart", "}bookmarkStart", "}permStart"))
    return Mark(atom, Side.START) if is_start else None


def _run_items(run: etree._Element) -> Iterator[Item]:
    look = style(run)
    hidden = look.properties is not None and look.properties.find(f"{W}vanish") is not None
    for node in run:
        if node.tag == f"{W}rPr":
            continue
        atom = Atom(node, look)
        yield Item(Void((atom,)) if hidden else _run_piece(node, atom, look), (atom,))


def _run_piece(node: etree._Element, atom: Atom, look: Style) -> Piece:
    if node.tag == f"{W}t":
        text = WHITE_SPACE.sub(" ", node.text or "")
        kept = node.get("{http://www.w3.org/XML/1998/namespace}space") == "preserve"
        text = text if kept else text.strip(" ")
        return Text(text, look) if text else Mark(atom, Side.NOWHERE)
    if node.tag == f"{W}noBreakHyphen":
        return Text(NO_BREAK_HYPHEN, look)
    if node.tag in NOISE or not isinstance(node.tag, str):
        return Mark(atom, Side.NOWHERE)
    if node.tag == f"{W}ruby":
        base = "".join(t.text or "" for t in node.iterfind(f"{W}rubyBase/{W}r/{W}t"))
        return Text(WHITE_SPACE.sub(" ", base), look) if base else Void((atom,))
    if node.tag in (f"{W}commentReference", f"{W}annotationRef"):
        return Mark(atom, Side.END)
    return Void((atom,))
