"""What answers are expected to come to, before anything was asked and after some nights."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

from langcodes import Language

EXPANSION: dict[str, float] = {"Latn": 1.4, "Cyrl": 2.0, "Grek": 2.2, "Hans": 1.5, "Hant": 1.7}
"""Output tokens of a translation from English for each token of its source, by script.

Tokenizers know English best. Rough figures of ours, for as long as no night has told better ones.
"""

EXPANSION_ELSEWHERE = 2.2
ENGLISH = 1.0


@dataclass(frozen=True, slots=True)
class Expectation:
    """What is expected of the answers in one language pair.

    Attributes:
        expansion: output tokens of a translation, notes included, for each token of its source.
        corrections: corrections of segments for each segment translated.
        together: segments that are corrected in one request.
        findings: output tokens spent on errors, for each segment assessed.
        repeats: requests for each one that is answered usably, 1 or more.
        segments: how many translated segments it was learned from; 0: a guess.
    """

    expansion: float
    corrections: float
    findings: float
    together: float = 2.0
    repeats: float = 1.0
    segments: int = 0


REHEARSAL = Expectation(expansion=1.0, corrections=0.0, findings=0.0)
"""The simulator: pseudo-translations are as long as their source, and no errors are found."""


def expected(source_lang: str, target_lang: str) -> Expectation:
    """What a model is expected to answer where no night has told yet.

    Args:
        source_lang: BCP-47.
        target_lang: BCP-47.
    """
    expansion = _size(target_lang) / _size(source_lang)
    return Expectation(expansion, corrections=0.08, findings=8.0)


@dataclass(frozen=True, slots=True)
class Experience:
    """What requests in one language pair came to; a sum of several is one.

    Attributes:
        source_tokens: tokens of what was translated.
        translation_tokens: output tokens of the translations, without the frame of the answers.
        translated: segments translated, each as often as it was.
        corrected: segments corrected, each as often as it was.
        corrections: requests for corrections.
        assessed: segments assessed, each as often as they were.
        finding_tokens: output tokens of the assessments, without the frame of the answers.
        requests: all there were.
        usable: those that were answered usably.
    """

    source_tokens: float = 0.0
    translation_tokens: float = 0.0
    translated: int = 0
    corrected: int = 0
    corrections: int = 0
    assessed: int = 0
    finding_tokens: float = 0.0
    requests: int = 0
    usable: int = 0

    def __add__(self, other: Experience) -> Experience:
        return Experience(
            self.source_tokens + other.source_tokens,
            self.translation_tokens + other.translation_tokens,
            self.translated + other.translated,
            self.corrected + other.corrected,
            self.corrections + other.corrections,
            self.assessed + other.assessed,
            self.finding_tokens + other.finding_tokens,
            self.requests + other.requests,
            self.usable + other.usable,
        )


ENOUGH = 50
"""Segments from which on experience counts for more than a guess."""


def learned(guess: Expectation, experience: Experience) -> Expectation:
    """An expectation as experience corrects it; too little leaves the guess."""
    if experience.translated < ENOUGH or not experience.source_tokens:
        return guess
    better = replace(
        guess,
        expansion=max(0.0, experience.translation_tokens) / experience.source_tokens,
        corrections=experience.corrected / experience.translated,
        repeats=experience.requests / max(1, experience.usable),
        segments=experience.translated,
    )
    if experience.corrections:
        better = replace(better, together=experience.corrected / experience.corrections)
    if experience.assessed:
        findings = max(0.0, experience.finding_tokens) / experience.assessed
        better = replace(better, findings=findings)
    return better


class Due:
    """Spreads shares evenly over things that come one after another: no chance, the same sum."""

    def __init__(self) -> None:
        self._owed = 0.5

    def add(self, share: float) -> int:
        """How many come due where so much more is owed."""
        self._owed += share
        whole = int(self._owed)
        self._owed -= whole
        return whole


@cache
def _size(lang: str) -> float:
    language = Language.get(lang).maximize()
    if language.language == "en":
        return ENGLISH
    return EXPANSION.get(language.script or "", EXPANSION_ELSEWHERE)
