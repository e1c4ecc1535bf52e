"""What is tried before a segment is blocked for its markup, over the simulator's HTTP."""

from __future__ import annotations

from domain.job.segment import SegmentStatus
from tasks.session.job_session import JobSession
from tasks.translator import TRANSLATOR
from tests.integration.conftest import Sessions, take_through

NESTED = "Open the <b><i>file</i></b> now.\n"


def lose(task: str, times: int) -> str:
    """A rule that takes a placeholder out of so many answers."""
    rule = f'[[rule]]\ntask = "{task}"\nmatch = "Open"\nevent = "lose_placeholder"\n'
    return f"{rule}times = {times}\n"


def tasks_of(session: JobSession) -> list[tuple[str, str]]:
    """What was asked for the job, with what came of it, as the lake has it."""
    return [(c.task, c.outcome) for c in session.run.lake.load(session.job.job_id).calls]


async def test_other_brackets_cost_no_request(in_session: Sessions) -> None:
    """A placeholder in other brackets is put right without asking again."""
    script = '[[rule]]\ntask = "translate"\nmatch = "Open"\nevent = "say"\ntext = "Auf [[ V1 ]]."\n'
    async with in_session("Open the file `a.txt` now.\n", script) as session:
        await take_through(TRANSLATOR, session, 0)
        assert session.segments[0].translation == "Auf `a.txt`."
        assert session.segments[0].answer == "Auf ⟦v1⟧."
        assert tasks_of(session) == [("translate", "ok")]


async def test_fewer_placeholders_are_tried(in_session: Sessions) -> None:
    """What lost markup twice is asked for with fewer placeholders, and gets all of them back."""
    async with in_session(NESTED, lose("translate", 1) + lose("correct", 1)) as session:
        await take_through(TRANSLATOR, session, 0)
        segment = session.segments[0]
        assert segment.status is SegmentStatus.TRANSLATED
        assert "<b><i>" in (segment.translation or "")
        assert "⟦1⟧⟦2⟧" in (segment.answer or "")
        assert tasks_of(session) == [
            ("translate", "markup"),
            ("correct", "markup"),
            ("translate", "ok"),
        ]


async def test_lost_with_fewer_placeholders_is_blocked(in_session: Sessions) -> None:
    """What loses markup a third time is blocked, with what was lost."""
    async with in_session(NESTED, lose("translate", 2) + lose("correct", 1)) as session:
        await take_through(TRANSLATOR, session, 0)
        segment = session.segments[0]
        assert segment.status is SegmentStatus.BLOCKED
        assert "⟦1⟧ is missing" in (segment.error or "")
        assert [outcome for _, outcome in tasks_of(session)] == ["markup"] * 3


async def test_where_none_can_be_spared_it_is_blocked(in_session: Sessions) -> None:
    """A text with a single placeholder is not asked for a third time."""
    script = lose("translate", 1) + lose("correct", 1)
    async with in_session("Open the file `a.txt` now.\n", script) as session:
        await take_through(TRANSLATOR, session, 0)
        assert session.segments[0].status is SegmentStatus.BLOCKED
        assert tasks_of(session) == [("translate", "markup"), ("correct", "markup")]
