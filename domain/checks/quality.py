"""Errors found in a translation, and the score they come to."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Literal


class Severity(StrEnum):
    """How much an error matters, in the words of MQM."""

    MINOR = "minor"
    MAJOR = "major"
    CRITICAL = "critical"

    @classmethod
    def of(cls, word: str) -> Severity:
        """The severity a word names, whatever its case.

        Raises:
            ValueError: it names none.
        """
        return cls(word.strip().casefold())


@dataclass(frozen=True, slots=True)
class Finding:
    """One error in a translation.

    Attributes:
        severity: how much it matters.
        category: an MQM path, such as `accuracy/omission` or `fluency/punctuation`.
        span: the words of source or translation that it concerns; empty where they are missing.
        explanation: what is wrong, for the corrector and for people.
        source: who found it: a `model`, or a `check` made by code.
    """

    severity: Severity
    category: str
    span: str
    explanation: str
    source: Literal["model", "check"]


WEIGHTS = {
    Severity.MINOR: Decimal(1),
    Severity.MAJOR: Decimal(5),
    Severity.CRITICAL: Decimal(25),
}
"""What an error costs, in points (Freitag et al. 2021; GEMBA-MQM)."""

MINOR_PUNCTUATION = Decimal("0.1")
NON_TRANSLATION = Decimal(25)
WORST_COUNTED = 5
_MOST = Decimal(25)
_POINT = Decimal(4)


def weight(finding: Finding) -> Decimal:
    """What one error costs, in points from 0.1 to 25."""
    category = finding.category.casefold()
    if "non-translation" in category:
        return NON_TRANSLATION
    if finding.severity is Severity.MINOR and "punctuation" in category:
        return MINOR_PUNCTUATION
    return WEIGHTS[finding.severity]


def score(findings: Iterable[Finding]) -> float:
    """The quality of a translation with these errors, 0 to 100, one decimal.

    100 − 4 × min(25, sum of the five heaviest weights): one minor error makes 96, one major 80,
    one critical 0. The weights are those of Freitag et al. 2021 and GEMBA-MQM; the mapping to
    0–100 is ours.
    """
    worst = sorted((weight(finding) for finding in findings), reverse=True)[:WORST_COUNTED]
    points = min(_MOST, sum(worst, Decimal(0)))
    return float((100 - _POINT * points).quantize(Decimal("0.1")))


def kept(findings: Iterable[Finding], source: str, translation: str) -> tuple[Finding, ...]:
    """The findings that stand: a model's is dropped when its span occurs in neither text.

    White space and Unicode composition make no difference to a span. An empty span is kept: what
    is missing can't be quoted.
    """
    texts = (_plain(source), _plain(translation))
    return tuple(
        finding
        for finding in findings
        if finding.source == "check" or any(_plain(finding.span) in text for text in texts)
    )


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def to_json(findings: Iterable[Finding]) -> str:
    """The findings as a JSON list of objects, one an error, in the order given."""
    return json.dumps([asdict(finding) for finding in findings], ensure_ascii=False)


def from_json(text: str | None) -> tuple[Finding, ...]:
    """The findings that `to_json` wrote; none for None."""
    if not text:
        return ()
    return tuple(
        Finding(**{**fields, "severity": Severity(fields["severity"])})
        for fields in json.loads(text)
    )
