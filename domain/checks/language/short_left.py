"""Short texts that came back in the source language: told by their words, or by how many did."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from math import exp, log
from statistics import fmean

import regex

from domain.text.inflection import primary
from domain.text.lemmas import has_dictionary, is_word

_PLAIN = regex.compile(r"[\p{L}\p{M}'’ ,.!?:…&*_~\-\u00a0]+")
_WORD = regex.compile(r"[\p{L}\p{M}]+(?:['’][\p{L}]+)*")
_SHORTEST_TELLING = 2
_MOST_WORDS = 12


class Kind(Enum):
    """What a short text is."""

    WORD = "word"
    TITLE = "title"
    PHRASE = "phrase"


_LEFT_BY_PEOPLE = {Kind.WORD: 0.08, Kind.TITLE: 0.08, Kind.PHRASE: 0.005}
"""How many of a kind people leave as they are, 0 to 1; docs/quality.md has what was measured."""


_SHARES_LEFT = (0.3, 0.95)
"""What a translator that leaves texts may leave of them."""

EVIDENCE = 1_000
"""How many times likelier a job's texts must be with such a translator than with a person."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A short text that should not come back as it is.

    Attributes:
        kind: what it is.
        same: whether it came back.
    """

    kind: Kind
    same: bool


def kind_of(source: str, source_lang: str, target_lang: str) -> Kind | None:
    """What a short text is; None for one that may well be the same in both languages.

    Names, codes and commands may, and words that the target's dictionary has as well. Of English
    and some fifty more languages the words are known; of a text in another nothing is said.

    Args:
        source: without placeholders.
        source_lang: BCP-47.
        target_lang: BCP-47.
    """
    here, there = primary(source_lang), primary(target_lang)
    text = unicodedata.normalize("NFC", source).strip()
    if here == there or not has_dictionary(here) or not _is_plain(text):
        return None
    words = _WORD.findall(text)
    if not words or len(words) > _MOST_WORDS or not all(is_word(word, here) for word in words):
        return None
    telling = [word for word in words if len(word) >= _SHORTEST_TELLING]
    if not any(not is_word(word, there) for word in telling):
        return None
    if len(words) == 1:
        return Kind.WORD
    if words[-1][0].isupper() and all(word[0].isupper() or len(word) < 4 for word in words):
        return Kind.TITLE
    return Kind.PHRASE


def _is_plain(text: str) -> bool:
    """Whether a text is a label: words alone, with a capital, none in capitals, no option."""
    if not text or not _PLAIN.fullmatch(text) or " -" in text:
        return False
    bare = text.lstrip("*_~")
    return bare[:1].isupper() and not re.search(r"\b[^\W\d_]*[^\W\d_][A-Z]", bare)


def as_it_was(source: str, translation: str) -> bool:
    """Whether a translation is its source, whatever the signs at its ends.

    Other capitals or hyphens between words are a translator's work: `Large Objects` in German.
    """
    here, there = _bare(source), _bare(translation)
    return bool(here) and here == there


def _bare(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split()).strip(" .,:;!?…*_~")


def left_by_habit(texts: Iterable[Sent]) -> bool:
    """Whether so many short texts of a job came back that people would hardly leave them.

    By the likelihood of a translator that leaves a share of all, against that of one that leaves
    of each kind as many as people do; `EVIDENCE` is how much likelier it has to be.
    """
    texts = tuple(texts)
    if not any(text.same for text in texts):
        return False
    return fmean(_likelier(share, texts) for share in _SHARES_LEFT) >= EVIDENCE


def _likelier(share: float, texts: Iterable[Sent]) -> float:
    total = 0.0
    for text in texts:
        usual = _LEFT_BY_PEOPLE[text.kind]
        total += log(share / usual) if text.same else log((1 - share) / (1 - usual))
    return exp(min(total, 500))
