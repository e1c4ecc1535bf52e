"""Placeholders: markup and variables under names, so that a translator can't break them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from domain.placeholders.markup import (
    STRUCTURAL_ELEMENTS,
    Kind,
    Token,
    scan,
)
from domain.placeholders.protection import UNPROTECTED, Protection

_PLACEHOLDER = re.compile(r"⟦([^⟦⟧]*+)⟧")
_PAIR = re.compile(r"⟦/?\d+⟧")
_BRACED = re.compile(r"[$#%]?\{")
_NOT_LETTERS = re.compile(r"[^a-z]+")


@dataclass(frozen=True, slots=True)
class Masked:
    """A text with its markup under names.

    Attributes:
        text: with a placeholder in place of each piece of markup: a pair `⟦1⟧…⟦/1⟧`, a void
            element or a tag without its partner `⟦br1⟧`, a variable `⟦v1⟧`.
        table: by the name between the brackets (`1`, `/1`, `br1`, `v1`), what stood there.
        protection: what was masked beside markup and variables.
    """

    text: str
    table: Mapping[str, str]
    protection: Protection = UNPROTECTED


def mask(text: str, protection: Protection = UNPROTECTED) -> Masked:
    """The text with its markup and variables under names.

    Each occurrence has a name of its own. The source's own `⟦` and `⟧` become variables, so that
    `restore` gives back every text exactly.

    Args:
        text: any text.
        protection: what else is a variable in it.
    """
    tokens = scan(text, protection)
    table: dict[str, str] = {}
    parts: list[str] = []
    position = 0
    for token, name in zip(tokens, _names(tokens), strict=True):
        table[name] = text[token.start : token.end]
        parts += (text[position : token.start], "⟦", name, "⟧")
        position = token.end
    parts.append(text[position:])
    return Masked("".join(parts), table, protection)


def restore(text: str, masked: Masked) -> str:
    """The text with what the placeholders stand for back in its place.

    Placeholders that `masked` does not know stay as they are; `differences` finds them.
    """
    return _PLACEHOLDER.sub(lambda match: masked.table.get(match[1], match[0]), text)


def strip(text: str) -> str:
    """The text without placeholders: a pair leaves nothing, any other a space."""
    return _PLACEHOLDER.sub(" ", _PAIR.sub("", text))


def differences(masked: Masked, answer: str) -> tuple[str, ...]:
    """What is wrong with the placeholders of an answer, each as a sentence to a translator.

    Empty when each placeholder stands there as often as in the source, pairs are closed, each
    placeholder lies within the same pair as in the source, and no tag or variable is written out.
    Their order is free, but for tags whose partner is in another segment: these open and close in
    the source's order.
    """
    names = _PLACEHOLDER.findall(answer)
    wrong = [*_miscounted(masked.table, names), *_stray(answer), *_written_out(masked, answer)]
    return tuple(wrong or _misplaced(masked, names))


def _names(tokens: Sequence[Token]) -> Iterator[str]:
    """For each token, the name of its placeholder."""
    partners = _partners(tokens)
    numbers: defaultdict[str, int] = defaultdict(int)
    pairs: dict[int, int] = {}
    for index, token in enumerate(tokens):
        if index in partners:
            numbers[""] += 1
            pairs[partners[index]] = numbers[""]
            yield str(numbers[""])
        elif index in pairs:
            yield f"/{pairs[index]}"
        else:
            prefix = "v"
            if token.kind is not Kind.VARIABLE:
                prefix = _NOT_LETTERS.sub("", token.name)[:12] or "x"
            numbers[prefix] += 1
            yield f"{prefix}{numbers[prefix]}"


def _partners(tokens: Sequence[Token]) -> dict[int, int]:
    """By the index of each opening tag that has a closing one, the index of that.

    Pairs never cross: an opening tag within a pair that is closed beyond it has no partner.
    """
    opened: list[int] = []
    names: Counter[str] = Counter()
    partners = {}
    for index, token in enumerate(tokens):
        if token.kind is Kind.OPEN:
            opened.append(index)
            names[token.name] += 1
        elif token.kind is Kind.CLOSE and names[token.name]:
            while True:
                last = opened.pop()
                names[tokens[last].name] -= 1
                if tokens[last].name == token.name:
                    break
            partners[last] = index
    return partners


def _miscounted(table: Mapping[str, str], names: Sequence[str]) -> Iterator[str]:
    counts = Counter(names)
    for name in table:
        if not counts[name]:
            yield f"⟦{name}⟧ is missing"
        elif counts[name] > 1:
            yield f"⟦{name}⟧ stands {counts[name]} times instead of 1"
    for name in counts:
        if name not in table:
            yield f"⟦{name}⟧ is not in the source"


def _stray(answer: str) -> Iterator[str]:
    rest = _PLACEHOLDER.sub("", answer)
    for bracket in "⟦⟧":
        if bracket in rest:
            yield f"a single {bracket} stands outside of any placeholder"


def _written_out(masked: Masked, answer: str) -> Iterator[str]:
    """Tags and variables in braces that stand in the answer themselves, and nowhere in the source.

    Code spans, addresses and the like are no proof of a fault: a translator may write them. Nor is
    what stands in place of the source's own braces: `{siehe}` for `{see there}`.
    """
    prose = _PLACEHOLDER.sub("\N{OBJECT REPLACEMENT CHARACTER}", answer)
    more = {mark for mark in "<{" if prose.count(mark) > masked.text.count(mark)}
    # What begins with a mark that the source's own text has not at all is not in it.
    own = {mark for mark in more if mark in masked.text}
    for token in scan(prose) if more else ():
        text = prose[token.start : token.end]
        is_tag = token.kind is not Kind.VARIABLE and token.name in STRUCTURAL_ELEMENTS
        mark = "<" if is_tag else "{" if _BRACED.match(text) else ""
        if mark in more and not (mark in own and text in masked.text):
            yield f"{text} is written out, and is not in the source"


def _misplaced(masked: Masked, names: Sequence[str]) -> Iterator[str]:
    """The faults in the nesting and order of placeholders that are all there."""
    opened: list[str] = []
    for name in names:
        if name.isdigit():
            opened.append(name)
        elif name.startswith("/"):
            if name[1:] not in opened[-1:]:
                yield _crossing(name[1:], opened)
                return
            opened.pop()
    source = _PLACEHOLDER.findall(masked.text)
    expected, actual = _parents(source), _parents(names)
    moved = [name for name in expected if actual[name] != expected[name]]
    alike = Counter((masked.table[n], expected[n]) for n in moved if not n.isdigit())
    alike.subtract((masked.table[n], actual[n]) for n in moved if not n.isdigit())
    for name in moved:
        parent = expected[name]
        if name.isdigit() or alike[masked.table[name], parent]:
            where = f"inside ⟦{parent}⟧…⟦/{parent}⟧" if parent else "outside of every other pair"
            shown = f"⟦{name}⟧…⟦/{name}⟧" if name.isdigit() else f"⟦{name}⟧"
            yield f"{shown} must stand {where}, as in the source"
    yield from _reordered(masked.table, source, names)


def _reordered(
    table: Mapping[str, str], source: Sequence[str], names: Sequence[str]
) -> Iterator[str]:
    """Tags without their partner that don't stand in the source's order."""
    halves = {name for name in source if _is_half(name, table[name])}
    expected = [name for name in source if name in halves]
    if expected != [name for name in names if name in halves]:
        yield "these must stand in this order: " + " ".join(f"⟦{name}⟧" for name in expected)


def _is_half(name: str, markup: str) -> bool:
    """Whether a placeholder is a tag whose partner is elsewhere."""
    return name.rstrip("0123456789") in STRUCTURAL_ELEMENTS and not markup.endswith("/>")


def _crossing(name: str, opened: Sequence[str]) -> str:
    if name not in opened:
        return f"⟦/{name}⟧ closes before ⟦{name}⟧ opens"
    return f"⟦{name}⟧ and ⟦{opened[-1]}⟧ cross: ⟦/{opened[-1]}⟧ must stand before ⟦/{name}⟧"


def _parents(names: Sequence[str]) -> dict[str, str | None]:
    """By each placeholder but the ends of pairs, the pair around it; all are properly nested."""
    opened: list[str] = []
    parents: dict[str, str | None] = {}
    for name in names:
        if name.startswith("/"):
            opened.pop()
            continue
        parents[name] = opened[-1] if opened else None
        if name.isdigit():
            opened.append(name)
    return parents
