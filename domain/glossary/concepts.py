"""Concepts of a termbase: terms in several languages that mean the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from domain.briefing import GlossaryEntry
from domain.language_choice import fitting
from domain.languages import normalized
from domain.text.inflection import primary


class Standing(IntEnum):
    """How good a term of a concept is, the best first."""

    PREFERRED = 0
    UNRATED = 1
    ADMITTED = 2
    FORBIDDEN = 3


@dataclass(frozen=True, slots=True)
class ConceptTerm:
    """One term of a concept; its language by BCP-47."""

    lang: str
    text: str
    standing: Standing = Standing.UNRATED


@dataclass(frozen=True, slots=True)
class Concept:
    """What several terms mean.

    Attributes:
        terms: in all languages.
        context: what is meant, for those who translate.
        domain: the subject it belongs to.
    """

    terms: tuple[ConceptTerm, ...]
    context: str | None = None
    domain: str | None = None


def entries_of(concept: Concept, source_lang: str, target_lang: str) -> Iterator[GlossaryEntry]:
    """What a concept asks of a job: an entry for each of its terms in the source language.

    The best term of the target language is the translation, the first where several are as good;
    further ones are admitted, and forbidden ones must not stand for it. A concept without terms
    in both languages asks nothing.

    Args:
        source_lang: BCP-47; terms of all its varieties count.
        target_lang: BCP-47.

    Raises:
        ValueError: one of them is no language.
    """
    source, target = normalized(source_lang), normalized(target_lang)
    there = fitting(dict.fromkeys(term.lang for term in concept.terms), target)
    targets = [term for term in concept.terms if term.lang == there]
    ranked = sorted(targets, key=lambda term: term.standing)
    right = tuple(
        dict.fromkeys(term.text for term in ranked if term.standing is not Standing.FORBIDDEN)
    )
    forbidden = tuple(
        dict.fromkeys(
            term.text
            for term in ranked
            if term.standing is Standing.FORBIDDEN and term.text not in right
        )
    )
    if not right and not forbidden:
        return
    sources = dict.fromkeys(
        term.text
        for term in concept.terms
        if primary(term.lang) == primary(source) and term.lang != there
    )
    for text in sources:
        yield GlossaryEntry(
            term=text,
            translations={target: right[0]} if right else {},
            admitted=right[1:],
            forbidden_alternatives=forbidden,
            context=concept.context,
            domain=concept.domain,
        )
