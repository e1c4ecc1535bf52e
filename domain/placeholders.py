"""Placeholders: markup and variables under names, so that a translator can't break them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from domain.markup import Kind, Token, scan

_PLACEHOLDER = re.compile(r"⟦([^⟦⟧]*+)⟧")
_PAIR = re.compile(r"⟦/?\d+⟧")
_NOT_LETTERS = re.compile(r"[^a-z]+")


@dataclass(frozen=True, slots=True)
class Masked:
    """A text with its markup under names.

    Attributes:
        text: with a placeholder in place of each piece of markup: a pair `⟦1⟧…⟦/1⟧`, a void
            element or a tag without its partner `⟦br1⟧`, a variable `⟦v1⟧`.
        table: by the name between the brackets (`1`, `/1`, `br1`, `v1`), what stood there.
    """

    text: str
    table: Mapping[str, str]


def mask(text: str) -> Masked:
    """The text with its markup and variables under names.

    Each occurrence has a name of its own. The source's own `⟦` and `⟧` become variables, so that
    `restore` gives back every text exactly.
    """
    tokens = scan(text)
    table: dict[str, str] = {}
    parts: list[str] = []
    position = 0
    for token, name in zip(tokens, _names(tokens), strict=True):
        table[name] = text[token.start : token.end]
        parts += (text[position : token.start], "⟦", name, "⟧")
        position = token.end
    parts.append(text[position:])
    return Masked("".join(parts), table)


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

    Empty when each placeholder stands there as often as in the source, pairs are closed, and each
    pair lies within the same pair as in the source. Their order is free.
    """
    names = _PLACEHOLDER.findall(answer)
    wrong = [*_miscounted(masked.table, names), *_stray(answer)]
    return tuple(wrong or _misnested(_PLACEHOLDER.findall(masked.text), names))


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


def _misnested(source: Sequence[str], names: Sequence[str]) -> Iterator[str]:
    """The faults in the nesting of pairs, where both have the same placeholders."""
    opened: list[str] = []
    for name in names:
        if name.isdigit():
            opened.append(name)
        elif name.startswith("/"):
            if name[1:] not in opened[-1:]:
                yield _crossing(name[1:], opened)
                return
            opened.pop()
    expected, actual = _parents(source), _parents(names)
    for name, parent in expected.items():
        if actual[name] != parent:
            where = f"inside ⟦{parent}⟧…⟦/{parent}⟧" if parent else "outside of every other pair"
            yield f"⟦{name}⟧…⟦/{name}⟧ must stand {where}, as in the source"


def _crossing(name: str, opened: Sequence[str]) -> str:
    if name not in opened:
        return f"⟦/{name}⟧ closes before ⟦{name}⟧ opens"
    return f"⟦{name}⟧ and ⟦{opened[-1]}⟧ cross: ⟦/{opened[-1]}⟧ must stand before ⟦/{name}⟧"


def _parents(names: Sequence[str]) -> dict[str, str | None]:
    """By each pair, the pair around it; the names are properly nested."""
    opened: list[str] = []
    parents: dict[str, str | None] = {}
    for name in names:
        if name.isdigit():
            parents[name] = opened[-1] if opened else None
            opened.append(name)
        elif name.startswith("/"):
            opened.pop()
    return parents
