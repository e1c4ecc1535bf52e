"""What code is sure of fails a segment whatever its score, and the rest goes by the score."""

from __future__ import annotations

import pytest

from domain.check_names import CERTAIN, CheckName
from domain.checks.quality import Finding, Severity
from domain.checks.verdict.acceptance import Standard, failing
from domain.checks.verdict.trust import CATEGORIES, certain_among

MAJOR, MINOR, CRITICAL = Severity.MAJOR, Severity.MINOR, Severity.CRITICAL
STANDARD = Standard(80, CERTAIN, 0.05)


def error(category: str, severity: Severity = MAJOR, source: str = "check") -> Finding:
    return Finding(severity, category, "", "", source)  # type: ignore[arg-type] # one of two


@pytest.mark.parametrize(
    ("score", "finding", "fails"),
    [
        (80.0, error("accuracy/wrong-language"), True),
        (100.0, error("accuracy/addition/instruction"), True),
        (80.0, error("accuracy/wrong-language", source="model"), False),
        (96.0, error("accuracy/wrong-language", MINOR), False),
        (80.0, error("terminology/missed"), False),
        (80.0, error("accuracy/length"), False),
        (80.0, error("design/length"), False),
        (79.9, error("accuracy/number"), True),
        (80.0, error("accuracy/number"), False),
        (None, error("accuracy/number"), True),
    ],
)
def test_what_fails_a_segment(score, finding, fails):
    """A certain finding of code does, or a score below the minimum; what has a note does not."""
    assert (0 in failing({0: score}, {0: [finding]}, STANDARD)) is fails


def test_many_in_another_language_fail_though_none_is_certain():
    """Above the share of a job's segments those that read as another language all fail."""
    standard = Standard(80, (), 0.05)
    foreign = {i: [error("accuracy/wrong-language")] for i in (3, 7)}
    of_40, of_39 = dict.fromkeys(range(40), 96.0), dict.fromkeys(range(39), 96.0)

    assert failing(of_40, foreign, standard) == {}
    assert set(failing(of_39, foreign, standard)) == {3, 7}


def test_the_findings_that_fail_it_are_told():
    """Of several findings those are told that no score outweighs."""
    sure, unsure = error("accuracy/wrong-language"), error("accuracy/number")

    assert failing({0: 80.0}, {0: [unsure, sure]}, STANDARD) == {0: (sure,)}


def test_what_has_a_note_is_not_certain():
    """A missed term and a length are told by a delivery note, and fail no job."""
    assert {CheckName.TERMINOLOGY, CheckName.LENGTH, CheckName.MAX_CHARS}.isdisjoint(CERTAIN)
    assert certain_among([error(c) for c in CATEGORIES[CheckName.TERMINOLOGY]], CERTAIN) == ()
