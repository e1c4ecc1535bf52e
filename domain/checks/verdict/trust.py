"""Which findings are shown to be right so often that a job with one is not believed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from domain.check_names import CERTAIN, CheckName
from domain.checks.quality import Finding, Severity

CATEGORIES: Mapping[CheckName, tuple[str, ...]] = {
    CheckName.EMPTY: ("accuracy/omission",),
    CheckName.UNTRANSLATED: (
        "non-translation",
        "accuracy/untranslated",
        "accuracy/untranslated/several",
    ),
    CheckName.WRONG_LANGUAGE: ("accuracy/wrong-language",),
    CheckName.PREAMBLE: ("accuracy/addition",),
    CheckName.TALK: ("accuracy/addition",),
    CheckName.OBEYED: ("accuracy/addition/instruction",),
    CheckName.REPETITION: ("fluency/repetition",),
    CheckName.SAME_TRANSLATION: ("accuracy/mistranslation/same",),
    CheckName.SWAPPED: ("accuracy/mistranslation/swapped",),
    CheckName.EMPTIED: ("accuracy/markup/emptied",),
    CheckName.GLUED: ("accuracy/markup/glued",),
    CheckName.EMPHASIS: ("accuracy/markup/emphasis",),
    CheckName.TRUNCATION: ("accuracy/truncation",),
    CheckName.NUMBERS: ("accuracy/number",),
    CheckName.NUMBER_WORDS: ("accuracy/number-word",),
    CheckName.UNITS: ("accuracy/unit",),
    CheckName.DATES: ("accuracy/date",),
    CheckName.URLS: ("accuracy/url",),
    CheckName.LENGTH: ("accuracy/length",),
    CheckName.MAX_CHARS: ("design/length",),
    CheckName.TERMINOLOGY: ("terminology/missed", "terminology/forbidden"),
    CheckName.FORMALITY: ("style/register",),
}
"""By check, how its major and critical findings name themselves."""


def is_certain(finding: Finding, checks: Collection[CheckName] = CERTAIN) -> bool:
    """Whether a finding is one of code, major or critical, of a check that is taken for certain."""
    grave = finding.source == "check" and finding.severity is not Severity.MINOR
    return grave and any(
        finding.category == category for name in checks for category in CATEGORIES.get(name, ())
    )


def certain_among(
    findings: Iterable[Finding], checks: Collection[CheckName]
) -> tuple[Finding, ...]:
    """The findings that no score outweighs, in the order given."""
    return tuple(finding for finding in findings if is_certain(finding, checks))
