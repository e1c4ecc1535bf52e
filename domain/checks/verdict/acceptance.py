"""Whether a translation is accepted: by its score, and by the findings that no score outweighs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from domain.check_names import CheckName
from domain.checks.quality import Finding, Severity
from domain.checks.verdict.trust import CATEGORIES, certain_among

_OF_LANGUAGE = frozenset(
    {*CATEGORIES[CheckName.UNTRANSLATED], *CATEGORIES[CheckName.WRONG_LANGUAGE]}
)


@dataclass(frozen=True, slots=True)
class Standard:
    """What a translation has to meet.

    Attributes:
        minimum_score: below it a segment fails, 0 to 100.
        certain: the checks whose major and critical findings fail a segment, whatever its score.
        foreign_share: the share of a job's segments, 0 to 1, above which those that read as
            untranslated or as another language fail, whatever check found them.
    """

    minimum_score: float
    certain: Collection[CheckName]
    foreign_share: float


def failing(
    scores: Mapping[int, float | None],
    found: Mapping[int, Sequence[Finding]],
    standard: Standard,
) -> Mapping[int, tuple[Finding, ...]]:
    """The segments of a job that are not accepted, each with the findings that fail it.

    Of one below the minimum, or without a score, these may be none. A model's findings count by
    the score alone.

    Args:
        scores: by segment, 0 to 100; None is unscored.
        found: by segment, all errors in the translation that stays.
        standard: what is wanted.
    """
    foreign = {i: _foreign(findings) for i, findings in found.items()}
    many = sum(map(bool, foreign.values())) > standard.foreign_share * len(scores)
    failed: dict[int, tuple[Finding, ...]] = {}
    for i, score in scores.items():
        standing = certain_among(found.get(i, ()), standard.certain)
        if many:
            standing = tuple(dict.fromkeys((*standing, *foreign.get(i, ()))))
        if standing or score is None or score < standard.minimum_score:
            failed[i] = standing
    return failed


def _foreign(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    return tuple(
        finding
        for finding in findings
        if finding.source == "check"
        and finding.severity is not Severity.MINOR
        and finding.category in _OF_LANGUAGE
    )
