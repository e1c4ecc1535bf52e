"""Requests that are refused for good: what becomes of a segment, of its job and of the night."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.errors import EngineError, JobRefused
from domain.job.job import JobStatus
from domain.job.segment import SegmentStatus
from tasks.requests.questions import context
from tasks.session.job_session import JobSession
from tasks.translator import TRANSLATOR
from tests.integration.conftest import Sessions, take_through, to_the_end
from tests.vendors import CLAUDE, OPENAI, for_both, for_each_way

REFUSED = '[[rule]]\nmatch = "poison"\nevent = "status"\nstatus = 400\nanywhere = true\n'
ONE = "This sentence is poison.\n"


def of(task: str, *, match: str = "", event: str = 'event = "status"\nstatus = 400') -> str:
    """A rule for one task."""
    return f'[[rule]]\ntask = "{task}"\nmatch = "{match}"\n{event}\n'


def document(*numbers: int, count: int = 60) -> str:
    """A text of so many sentences; those of the numbers are poison."""
    lines = (
        f"Sentence number {n} is {'poison' if n in numbers else 'good'}." for n in range(count)
    )
    return "\n\n".join(lines) + "\n"


def ends(session: JobSession) -> list[tuple[str, float | None]]:
    return [(str(s.status), s.qa_score) for s in session.segments.values()]


def outcomes(session: JobSession) -> list[tuple[str, tuple[int, ...], str]]:
    calls = session.run.lake.load(session.job.job_id).calls
    return [(c.task, c.segment_ids, c.outcome) for c in calls]


@pytest.mark.parametrize(
    ("vendor", "number", "transport"),
    [
        *((CLAUDE, number, "messages") for number in (0, 19, 20, 30, 59)),
        (CLAUDE, 20, "batches"),
        (OPENAI, 20, "messages"),
    ],
    indirect=["vendor"],
)
async def test_one_refused_segment_is_one(
    in_session: Sessions, number: int, transport: str
) -> None:
    """A 400 for each request that holds one text blocks its segment; all others are done."""
    async with in_session(document(number), REFUSED, brief=True, transport=transport) as session:
        session.job = replace(session.job, source_review=True)
        await to_the_end(session)
        assert session.job.status is JobStatus.COMPLETED_WITH_BLOCKS
        others = [end for i, end in enumerate(ends(session)) if i != number]
        assert others == [("done", 100.0)] * 59
        blocked = session.segments[number]
        assert blocked.status is SegmentStatus.BLOCKED
        where = "in a batch" if transport == "batches" else "400"
        assert (blocked.error or "").startswith(f"the engine refuses it: {where}: ")
        output = session.run.documents.get(session.job.output or "").decode()
        assert f"Sentence number {number} is poison." in output.strip().split("\n\n")
        logged = session.run.lake.load(session.job.job_id).errors
        assert {(e.segment_id, str(e.step)) for e in logged} == {
            (None, "supervisor"),
            (number, "source_review"),
            (number, "translator"),
        }
        # A pack is searched in eleven requests; its neighbours are asked again once.
        assert len([o for o in outcomes(session) if o[0] == "translate"]) <= 3 + 11 + 2 * 3


@for_each_way
async def test_an_only_segment(in_session: Sessions, transport: str) -> None:
    """Where nobody else was answered, a harmless question tells that it is for the text."""
    async with in_session(ONE, REFUSED, transport=transport) as session:
        await to_the_end(session)
        assert session.job.status is JobStatus.COMPLETED_WITH_BLOCKS
        assert ends(session) == [("blocked", None)]
        assert outcomes(session) == [
            ("translate", (0,), "invalid_request_error"),
            ("translate", (), "ok"),
        ]


@for_both
async def test_neighbours_are_asked_without_it(in_session: Sessions) -> None:
    """What stands before or after a refused text is asked for again without its context."""
    async with in_session(document(1, count=3), REFUSED, pack_segments=1) as session:
        await to_the_end(session)
        assert ends(session) == [("done", 100.0), ("blocked", None), ("done", 100.0)]
        # Where the poison comes before its neighbours, a harmless question is asked too.
        asked = sorted(o[1:] for o in outcomes(session) if o[0] == "translate" and o[1])
        refused = "invalid_request_error"
        # One's own text is asked for twice too; it was the first to be asked without context.
        assert asked == [
            ((0,), refused),
            ((0,), "ok"),
            ((1,), refused),
            ((1,), refused),
            ((2,), refused),
            ((2,), "ok"),
        ]


@for_both
async def test_a_refusal_for_the_context(in_session: Sessions) -> None:
    """A model that refuses to answer for what stands beside a text is asked without it."""
    rule = '[[rule]]\ntask = "translate"\nmatch = "poison"\nevent = "refuse"\nanywhere = true\n'
    async with in_session(document(1, count=3), rule) as session:
        await to_the_end(session)
        assert ends(session) == [("done", 100.0), ("blocked", None), ("done", 100.0)]
        assert "the model refused to translate it" in (session.segments[1].error or "")


@for_each_way
@pytest.mark.parametrize("event", ['event = "refuse"', 'event = "status"\nstatus = 400'])
async def test_a_refused_assessment(in_session: Sessions, event: str, transport: str) -> None:
    """A translation whose assessment is refused is kept, unscored, as `qa_failed`."""
    script = of("assess", match="poison", event=event)
    async with in_session(document(1, count=3), script, transport=transport) as session:
        await to_the_end(session)
        assert ends(session) == [("done", 100.0), ("qa_failed", None), ("done", 100.0)]
        assert session.job.status is JobStatus.NEEDS_REVIEW
        assert session.segments[1].translation is not None
        assert (session.segments[1].error or "").startswith("could not be scored: ")


@for_both
async def test_a_refused_correction(in_session: Sessions) -> None:
    """A correction that is refused leaves the version that was there, with its score."""
    found = 'event = "error"\nseverity = "major"\nspan = "source"'
    script = of("assess", match="poison", event=found) + of("correct", match="poison")
    async with in_session(document(1, count=3), script, correction_loops=1) as session:
        await to_the_end(session)
        assert ends(session) == [("done", 100.0), ("done", 80.0), ("done", 100.0)]


@for_each_way
async def test_everything_is_refused(in_session: Sessions, transport: str) -> None:
    """Where no request is taken, that is for no text: the night halts, and all stays open."""
    async with in_session(document(count=3), of("translate"), transport=transport) as session:
        with pytest.raises(EngineError, match="refuses every request: "):
            await take_through(TRANSLATOR, session, 0, 1, 2)
        assert "refuses every request: " in (session.run.halted or "")
        assert {str(s.status) for s in session.segments.values()} == {"processing"}


async def test_since_when_a_segment_is_refused(in_session: Sessions) -> None:
    """What was answered before a task's first refusal does not show that the account is well."""
    async with in_session(document(count=3)) as session:
        begun = session.refused.add((0, 1, 2), "translate", session.run.moment())
        answered = session.run.moment()
        assert session.refused.add((1,), "translate", session.run.moment()) == begun
        assert session.refused.add((1,), "assess", session.run.moment()) > answered
        assert context(session, (1,), session.run.settings.translators[0]) == ([], [])


@for_both
async def test_all_of_a_job_is_refused(in_session: Sessions) -> None:
    """Where all is refused for what a job's prompt says, the job is given up, with the reason."""
    match = """'"target_lang": "German'"""  # in the briefing, not in the instructions
    rule = f'[[rule]]\nmatch = {match}\nevent = "status"\nstatus = 400\nanywhere = true\n'
    async with in_session(document(count=3), rule) as session:
        with pytest.raises(JobRefused):
            await take_through(TRANSLATOR, session, 0, 1, 2)
        assert session.run.halted is None
        assert session.attempt.given_up
        await session.commit()
        (logged,) = session.run.lake.load(session.job.job_id).errors
        assert logged.segment_id is None
        assert "refuses every request of this job, and not those of others" in logged.message


@for_both
@pytest.mark.parametrize(("attempt", "status"), [(1, "failed"), (2, "failed"), (3, "blocked")])
async def test_no_usable_answer(in_session: Sessions, attempt: int, status: str) -> None:
    """A segment that is answered empty each time is `blocked` once its attempts are used up."""
    script = of("translate", match="poison", event='event = "empty"')
    async with in_session(document(1, count=3), script) as session:
        session.job = replace(session.job, attempt=attempt)
        await to_the_end(session)
        assert str(session.segments[1].status) == status
        assert [str(session.segments[i].status) for i in (0, 2)] == (
            ["qa_passed", "qa_passed"] if attempt < 3 else ["done", "done"]
        )
