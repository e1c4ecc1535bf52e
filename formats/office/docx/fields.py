"""Fields of WordprocessingML (ECMA-376 part 1, 17.16): what they show is computed, not translated.

A field is `begin`, its code, `separate`, what it shows, `end`; a paragraph may hold any part of
this. What links, tables of contents and indexes show is prose, the rest of them a pair around it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from formats.office.openxml.pieces import Atom, Pair, Piece, Void, has_text

_CHARACTER = "fldChar"
_CODES = ("instrText", "delInstrText")
_OF_PROSE = re.compile(r"\s*+(?:HYPERLINK|TOC|INDEX)\b", re.IGNORECASE)
_DEEPEST = 3


@dataclass(frozen=True, slots=True)
class Item:
    """A piece, and the elements that it is made of."""

    piece: Piece
    atoms: tuple[Atom, ...]


@dataclass(slots=True)
class _Fields:
    """Places in a list of items, by the place where a field begins."""

    ends: dict[int, int] = field(default_factory=dict)
    separators: dict[int, int] = field(default_factory=dict)


def folded(items: Sequence[Item]) -> list[Piece]:
    """The pieces, each field a void or a pair, and what is part of a wider field a void."""
    return _folded(items, 0, len(items), _fields(items), 0)


def _folded(items: Sequence[Item], at: int, stop: int, fields: _Fields, depth: int) -> list[Piece]:
    done: list[Piece] = []
    while at < stop:
        end = fields.ends.get(at)
        separator = fields.separators.get(at)
        if end is not None:
            done.append(_field(items, at, separator, end, fields, depth))
            at = end + 1
        elif separator is not None:
            done.append(Void(_atoms(items[at : separator + 1]), ordered=True))
            at = separator + 1
        else:
            is_part = _is_part(items[at])
            done.append(Void(items[at].atoms, ordered=True) if is_part else items[at].piece)
            at += 1
    return done


def _field(
    items: Sequence[Item],
    start: int,
    separator: int | None,
    end: int,
    fields: _Fields,
    depth: int,
) -> Piece:
    shown = separator is not None and _OF_PROSE.match(_code(items[start:separator]))
    if separator is not None and shown and depth < _DEEPEST:
        inner = _folded(items, separator + 1, end, fields, depth + 1)
        if any(map(has_text, inner)):
            before, after = _atoms(items[start : separator + 1]), items[end].atoms
            return Pair(inner, before=before, after=after)
    return Void(_atoms(items[start : end + 1]))


def _fields(items: Sequence[Item]) -> _Fields:
    found = _Fields()
    begun: list[int] = []
    for place, item in enumerate(items):
        match _character(item):
            case "begin":
                begun.append(place)
            case "separate" if begun:
                found.separators.setdefault(begun[-1], place)
            case "end" if begun:
                found.ends[begun.pop()] = place
    return found


def _character(item: Item) -> str | None:
    node = item.atoms[0].node
    if isinstance(node.tag, str) and node.tag.endswith("}" + _CHARACTER):
        return next((str(v) for k, v in node.attrib.items() if str(k).endswith("Type")), None)
    return None


def _is_part(item: Item) -> bool:
    tag = item.atoms[0].node.tag
    return isinstance(tag, str) and tag.rsplit("}", 1)[-1] in (_CHARACTER, *_CODES)


def _code(items: Sequence[Item]) -> str:
    nodes = (item.atoms[0].node for item in items)
    return "".join(n.text or "" for n in nodes if str(n.tag).endswith("}" + _CODES[0]))


def _atoms(items: Sequence[Item]) -> tuple[Atom, ...]:
    return tuple(atom for item in items for atom in item.atoms)
