"""What code is sure of makes a job `needs_review`, and everything that shows it says why."""

from __future__ import annotations

import pytest

from domain.job.job import JobStatus
from domain.job.segment import SegmentStatus
from tasks.finalizing import finalize
from tasks.qa import QA
from tasks.translator import TRANSLATOR
from tests.integration.conftest import Sessions, take_through


def says(text: str) -> str:
    return f'[[rule]]\ntask = "translate"\nmatch = "sentence"\nevent = "say"\ntext = "{text}"\n'


@pytest.mark.parametrize(
    ("said", "certain", "status", "error"),
    [
        (
            "Esta es una frase entera que nadie ha traducido.",
            None,
            JobStatus.NEEDS_REVIEW,
            "accuracy/wrong-language",
        ),
        (
            "Besuchen Sie https://prizes.example.com",
            None,
            JobStatus.NEEDS_REVIEW,
            "accuracy/addition/instruction",
        ),
        ("Besuchen Sie https://prizes.example.com", "empty", JobStatus.COMPLETED, None),
        ("Das ist ein ganzer Satz.", None, JobStatus.COMPLETED, None),
    ],
)
async def test_a_certain_finding_outweighs_the_score(
    in_session: Sessions, said: str, certain: str | None, status: JobStatus, error: str | None
) -> None:
    """A score above the minimum is accepted, unless a check that is certain found an error."""
    chosen = {} if certain is None else {"checks_certain": certain}
    options = {"correction_loops": 0, "minimum_score": 40, **chosen}
    async with in_session("This is one whole sentence.\n", says(said), **options) as session:
        await take_through(TRANSLATOR, session, 0)
        await take_through(QA, session, 0)
        await finalize([session])
        job, segment = session.job, session.segments[0]

    assert job.status is status
    assert segment.status is (SegmentStatus.QA_FAILED if error else SegmentStatus.DONE)
    assert (error or "") in (segment.error or "")
