"""What two office documents must share when one is the other's translation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import zip_longest

from lxml import etree

from formats.office.openxml.package import Package
from formats.office.openxml.xml import SPACE

_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Shape:
    """Which elements are a paragraph's text, so that a translation may have others.

    Attributes:
        paragraphs: their tags.
        runs: tags of what may be split and joined.
        loose: tags of what may come and go in a paragraph, with all in it.
        properties: tags of what says how a run looks.
        texts: tags and attributes that repeat a paragraph's text, or say which way it runs.
        holders: tags of what may be missing where it says nothing more.
    """

    paragraphs: frozenset[str]
    runs: frozenset[str]
    loose: frozenset[str]
    properties: frozenset[str]
    texts: frozenset[tuple[str, str]] = frozenset()
    holders: frozenset[str] = frozenset()


def difference(
    source: Package, translated: Package, parts: Collection[str], shape: Shape
) -> str | None:
    """The first difference in words; None where there is none.

    Args:
        source: a document.
        translated: what it became.
        parts: the names of those parts in which text may differ; all others must be equal, byte
            for byte.
        shape: what in them is text.
    """
    for name in source.names:
        if name not in translated:
            return f"the part {name} is missing"
    for name in translated.names:
        if name not in source:
            return f"the part {name} was added"
    texts = set(parts)
    for name, content in source.contents():
        if content == translated.read(name):
            continue
        if name not in texts:
            return f"the part {name} changed"
        before, after = _lines(source.xml(name), shape), _lines(translated.xml(name), shape)
        for old, new in zip_longest(before, after, fillvalue=(0, "nothing", Counter[str]())):
            if old[1:] != new[1:]:
                return f"{name}, line {old[0] or new[0]}: {_change(old, new)}"
    return None


Line = tuple[int, str, Counter[str]]


def _lines(node: etree._Element, shape: Shape) -> Iterator[Line]:
    """Each element outside of paragraphs, and each paragraph with all that is in it."""
    if node.tag in shape.paragraphs:
        inside = (kept for child in node for kept in _kept(child, shape))
        yield node.sourceline or 0, _named(node), Counter(inside)
        return
    text = (node.text or "").strip()
    yield node.sourceline or 0, f"{_named(node, shape.texts)}{text}", Counter()
    for child in node:
        yield from _lines(child, shape)


def _kept(node: etree._Element, shape: Shape) -> Iterator[str]:
    """The elements of a paragraph that a translation must have too."""
    if node.tag in shape.loose or node.tag in shape.properties:
        return
    if node.tag not in shape.runs:
        text = "" if len(node) else (node.text or "").strip()
        named = f"{_named(node, shape.texts)}{text}"
        if node.tag not in shape.holders or " " in named:
            yield named
    for inner in node:
        yield from _kept(inner, shape)


def _named(node: etree._Element, texts: Collection[tuple[str, str]] = ()) -> str:
    if not isinstance(node.tag, str):
        return f"<!{str(node.text)[:_SHOWN]}>"
    items = (item for item in node.attrib.items() if (node.tag, item[0]) not in texts)
    attributes = sorted((str(key), str(value)) for key, value in items if key != SPACE)
    parts = [etree.QName(node).localname]
    parts += (f'{key.rsplit("}", 1)[-1]}="{value}"' for key, value in attributes)
    return f"<{' '.join(parts)}>"


def _change(old: Line, new: Line) -> str:
    if old[1] != new[1]:
        return f"{_shown(old[1])} became {_shown(new[1])}"
    if lost := old[2] - new[2]:
        return f"{_shown(next(iter(lost)))} is missing"
    return f"{_shown(next(iter(new[2] - old[2])))} was added"


def _shown(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
