"""Translations with a planted error, among others as they are: what a model that assesses is shown.

Everything follows from the texts alone, so that a run that takes a job up again makes the same.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle, islice
from typing import NamedTuple

from domain.checks.quality import Finding, Severity, kept
from domain.judge.verdict import Tally
from domain.placeholders.masking import strip
from domain.text.inflection import primary
from domain.text.words import count_words

FEWEST_WORDS = 4
"""Words of a text that is wrong for sure where it was left as it is; fewer may be a name."""

LONGEST = 400
"""Characters of a text that is used while there are shorter ones: each is paid for."""

MOST_SHARED = 0.3
"""Share of words that two texts may have in common, whose translations are swapped."""

_DIGITS = re.compile(r"(?<![\w⟦.,/%{-])[1-9]\d{0,3}(?![\w⟧.,/%}-])")
_WORD = re.compile(r"\w+")

_NEGATIONS: Mapping[str, tuple[re.Pattern[str], str]] = {
    "de": (re.compile(r" ?\bnicht\b"), ""),
    "en": (re.compile(r" ?\bnot\b"), ""),
    "es": (re.compile(r" ?\bno\b"), ""),
    "fr": (re.compile(r"\b(?:ne |n[’'])(\S+) pas\b"), r"\1"),
    "it": (re.compile(r" ?\bnon\b"), ""),
    "nl": (re.compile(r" ?\bniet\b"), ""),
    "pl": (re.compile(r" ?\bnie\b"), ""),
    "pt": (re.compile(r" ?\bnão\b"), ""),
    "ru": (re.compile(r" ?\bне\b"), ""),
}
"""By target language, a negation and what stands there without it."""


class Text(NamedTuple):
    """A source and its translation, both with placeholders."""

    source: str
    translation: str


class Shown(NamedTuple):
    """What a model is shown to see what it makes of it.

    Attributes:
        texts: in the order shown, numbered from 1.
        pairs: the numbers of a text with a planted error and of one without.
    """

    texts: tuple[Text, ...]
    pairs: tuple[tuple[int, int], ...]


def shown(
    texts: Sequence[Text],
    number: int,
    *,
    target_lang: str,
    exhaustive: bool = False,
    turn: int = 0,
) -> Shown | None:
    """Planted errors beside texts as they are; None where nothing can be planted.

    Args:
        texts: of one owner, in which code finds no error.
        number: planted errors wanted; fewer are made of few texts.
        target_lang: BCP-47.
        exhaustive: whether every text is used, with one error after another, and errors are shown
            again where there are not enough: so few texts suffice for a verdict.
        turn: how often they were shown so before; other errors come first then.
    """
    usable = _usable(texts)
    if exhaustive:
        hosts = controls = usable[: 2 * number]
    else:
        hosts, controls = usable[0::2], usable[1::2]
    planted = _planted(hosts, usable, target_lang, rounds=None if exhaustive else 1)
    plants = list(islice(planted, (turn + 1) * number))
    if exhaustive and plants:
        plants = list(islice(cycle(plants), turn * number, (turn + 1) * number))
    controls = controls[: len(plants)]
    if not controls:
        return None
    mixed = sorted(
        [(False, n, text) for n, text in enumerate(controls)]
        + [(True, n, text) for n, text in enumerate(plants)],
        key=lambda one: _drawn(*one[2], str(one[:2])),
    )
    place = {one[:2]: number for number, one in enumerate(mixed, start=1)}
    pairs = [(place[True, n], place[False, n % len(controls)]) for n in range(len(plants))]
    return Shown(tuple(text for *_, text in mixed), tuple(pairs))


def tallied(asked: Shown, found: Mapping[int, Sequence[Finding]]) -> Tally:
    """What a model made of what it was shown.

    Args:
        asked: what it was shown.
        found: by number, the errors that it found; texts that it says nothing of are left out.
    """
    wrong = {
        number: any(
            finding.severity is not Severity.MINOR
            for finding in kept(errors, *asked.texts[number - 1])
        )
        for number, errors in found.items()
    }
    answered = [(p, c) for p, c in asked.pairs if p in wrong and c in wrong]
    judged = [(wrong[p], wrong[c]) for p, c in answered]
    controls = {c for _, c in answered}
    return Tally(
        plants=len(judged),
        found=sum(plant for plant, _ in judged),
        controls=len(controls),
        alarms=sum(wrong[c] for c in controls),
        told=judged.count((True, False)),
        passed=judged.count((False, False)),
        reversed=judged.count((False, True)),
    )


def _usable(texts: Sequence[Text]) -> list[Text]:
    """Those in which something can be planted, each once, in an order that says nothing of them."""
    found = {
        text.source: text
        for text in texts
        if _letters(text.source) and text.source.casefold() != text.translation.casefold()
    }
    return sorted(found.values(), key=lambda text: (len(text.source) > LONGEST, _drawn(*text)))


def _letters(text: str) -> bool:
    return any(sign.isalpha() for sign in strip(text))


def _drawn(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _planted(
    hosts: Sequence[Text], others: Sequence[Text], target_lang: str, *, rounds: int | None
) -> Iterator[Text]:
    """Texts with an error each: one of each host, then another one of each, as long as there are.

    Args:
        rounds: errors of a host at most; None: all.
    """
    makers = [_errors(host, others, target_lang, n) for n, host in enumerate(hosts)]
    while makers and rounds != 0:
        going = []
        for maker in makers:
            if (text := next(maker, None)) is not None:
                going.append(maker)
                yield text
        makers, rounds = going, None if rounds is None else rounds - 1


def _errors(host: Text, others: Sequence[Text], target_lang: str, turn: int) -> Iterator[Text]:
    """All errors that fit a text, each once; which kind comes first goes by its turn."""
    whole = (_left, _swapped) if turn % 2 else (_swapped, _left)
    seen = {host.translation}
    for kind in (_negated, _renumbered, *whole, _both):
        for wrong in kind(host, others, primary(target_lang)):
            if wrong not in seen:
                seen.add(wrong)
                yield Text(host.source, wrong)


def _negated(host: Text, others: Sequence[Text], language: str) -> Iterator[str]:
    """Without a negation that it has."""
    if language in _NEGATIONS:
        pattern, instead = _NEGATIONS[language]
        yield pattern.sub(instead, host.translation, count=1)


def _renumbered(host: Text, others: Sequence[Text], language: str) -> Iterator[str]:
    """With another number in the place of one of the source's."""
    for match in _DIGITS.finditer(host.translation):
        number = match.group()
        if number in _DIGITS.findall(host.source):
            other = f"{int(number[0]) % 9 + 1}{number[1:]}"
            yield f"{host.translation[: match.start()]}{other}{host.translation[match.end() :]}"


def _left(host: Text, others: Sequence[Text], language: str) -> Iterator[str]:
    """Left in the source language."""
    if count_words(strip(host.source)) >= FEWEST_WORDS:
        yield host.source


def _swapped(host: Text, others: Sequence[Text], language: str) -> Iterator[str]:
    """With the translation of another text, of nearly the same length before others."""
    length = len(host.source)
    for other in sorted(others, key=lambda text: abs(len(text.source) - length)):
        if _shared(host.source, other.source) <= MOST_SHARED:
            yield strip(other.translation).strip()


def _both(host: Text, others: Sequence[Text], language: str) -> Iterator[str]:
    """With the source behind it."""
    yield f"{host.translation} {strip(host.source).strip()}"


def _shared(one: str, other: str) -> float:
    """The share of words that the shorter of two texts has in common with the other, 0 to 1."""
    words = [{word.casefold() for word in _WORD.findall(strip(text))} for text in (one, other)]
    return len(words[0] & words[1]) / max(1, min(map(len, words)))
