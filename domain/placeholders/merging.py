"""A masked text with fewer placeholders, for a translator that loses some of many."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from domain.placeholders.masking import Masked

MOST = 500
"""Placeholders at most of a text that is made simpler."""

_PART = re.compile(r"⟦([^⟦⟧]*+)⟧|[^⟦⟧]++")


@dataclass(slots=True)
class _Node:
    """Prose, or a placeholder or several, as they stand in the masked text.

    Attributes:
        opening: the prose or the placeholders; for a pair, those before what it holds.
        closing: for a pair, those after what it holds.
    """

    opening: str
    closing: str = ""
    is_prose: bool = False
    children: list[_Node] = field(default_factory=list)

    @property
    def is_atom(self) -> bool:
        return not self.is_prose and not self.closing

    @property
    def is_fixed(self) -> bool:
        """Whether it may stand at the edge of its pair for good: it holds no variable."""
        return self.is_atom and "⟦v" not in self.opening


def merged(masked: Masked) -> Masked | None:
    """A text whose placeholders stand for those of a masked one, and are fewer.

    Placeholders that touch become one; so does a pair that holds no letter or digit, with all that
    is in it, a pair with tags at its edges, and pairs that hold nothing but each other. `restore`
    makes of an answer to it one with the placeholders of `masked`. None where none can be spared.
    """
    if len(masked.table) > MOST:
        return None
    opened = [_Node("")]
    for match in _PART.finditer(masked.text):
        name = match[1]
        if name is None:
            opened[-1].children.append(_Node(match[0], is_prose=True))
        elif name.isdigit():
            opened.append(_Node(match[0]))
        elif name.startswith("/"):
            pair = opened.pop()
            pair.closing = match[0]
            opened[-1].children.append(_closed(pair))
        else:
            opened[-1].children.append(_Node(match[0]))
    root = opened.pop()
    table: dict[str, str] = {}
    text = _written(_touching(root.children), table)
    if len(table) == len(masked.table):
        return None
    return Masked(text, table, masked.protection)


def _closed(pair: _Node) -> _Node:
    children = _touching(pair.children)
    if not any(_has_word(child) for child in children):
        return _Node(pair.opening + "".join(child.opening for child in children) + pair.closing)
    opening, closing = pair.opening, pair.closing
    if children[0].is_fixed:
        opening += children.pop(0).opening
    if children[-1].is_fixed:
        closing = children.pop().opening + closing
    if len(children) == 1 and children[0].closing:
        inner = children[0]
        return _Node(opening + inner.opening, inner.closing + closing, children=inner.children)
    return _Node(opening, closing, children=children)


def _touching(children: Sequence[_Node]) -> list[_Node]:
    """The same with each run of placeholders that are no pairs as one."""
    kept: list[_Node] = []
    for child in children:
        if kept and kept[-1].is_atom and child.is_atom:
            kept[-1] = _Node(kept[-1].opening + child.opening)
        else:
            kept.append(child)
    return kept


def _has_word(node: _Node) -> bool:
    """A pair holds a word, since one that doesn't is no pair any more."""
    return bool(node.closing) or (node.is_prose and any(map(str.isalnum, node.opening)))


def _written(nodes: Sequence[_Node], table: dict[str, str]) -> str:
    """The text under new names, which are entered in the table."""
    parts: list[str] = []
    left: list[_Node | str] = list(reversed(nodes))
    pairs = variables = 0
    while left:
        node = left.pop()
        if isinstance(node, str):
            parts.append(node)
        elif node.is_prose:
            parts.append(node.opening)
        elif node.is_atom:
            variables += 1
            table[f"v{variables}"] = node.opening
            parts.append(f"⟦v{variables}⟧")
        else:
            pairs += 1
            table[f"{pairs}"], table[f"/{pairs}"] = node.opening, node.closing
            parts.append(f"⟦{pairs}⟧")
            left += [f"⟦/{pairs}⟧", *reversed(node.children)]
    return "".join(parts)
