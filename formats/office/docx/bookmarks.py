"""Bookmarks of WordprocessingML (ECMA-376 part 1, 17.13.6) that a document quotes elsewhere.

A REF field shows what is between the two ends of a bookmark: these must stay around the words they
are around. Other bookmarks are only leaps' targets, and a sentence is read without them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

_REFERENCE = re.compile(r"\b(?:REF|FTNREF|NOTEREF)\s++\"?([\w.]{1,80})", re.IGNORECASE)


def quoted(roots: Iterable[etree._Element]) -> frozenset[str]:
    """The names of the bookmarks that fields of these parts refer to."""
    codes = (_code(node) for root in roots for node in root.iter(f"{W}instrText", f"{W}fldSimple"))
    return frozenset(match[1] for code in codes for match in _REFERENCE.finditer(code))


def _code(node: etree._Element) -> str:
    return node.get(f"{W}instr") or node.text or ""


def ranges(nodes: Sequence[etree._Element], names: frozenset[str]) -> dict[int, int]:
    """By the place where a bookmark of these names begins among its siblings, where it ends.

    None of them overlaps another that begins before it, unless it lies within.
    """
    ends = {
        node.get(f"{W}id"): place
        for place, node in enumerate(nodes)
        if node.tag == f"{W}bookmarkEnd"
    }
    found = {}
    around = [len(nodes)]
    for place, node in enumerate(nodes):
        while place >= around[-1] and len(around) > 1:
            around.pop()
        if node.tag == f"{W}bookmarkStart" and node.get(f"{W}name") in names:
            end = ends.get(node.get(f"{W}id"), -1)
            if place < end < around[-1]:
                found[place] = end
                around.append(end)
    return found
