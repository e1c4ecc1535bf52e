"""What several stretches of a job raise that none of its segments took: all of it is told."""

from __future__ import annotations

from functools import partial

from domain.job.job import Step
from flows.job_group.working import _met_too, _unattributed
from tasks.session.guard import failures, guarded, raise_first
from tests.integration.conftest import Sessions


async def test_each_failure_is_in_the_error_log(in_session: Sessions) -> None:
    """The first is what ended the attempt; the others stand in the error log before it."""

    async def stretch(error: Exception) -> None:
        raise error

    async with in_session("One.\n\nTwo.\n\nThree.") as session:
        raised = [IndexError("of the first"), KeyError("of the second"), OSError("of the third")]
        with guarded(partial(_unattributed, session.run, [session], [])):
            raise_first(await failures(map(stretch, raised)), partial(_met_too, [session]))
        await session.run.lake.settle()
        record = session.run.lake.load(session.job.job_id)

    assert {"of the first", "'of the second'", "of the third"} == {e.message for e in record.errors}
    assert session.run.reasons[session.job.job_id].endswith("of the first")
    assert {Step.TRANSLATOR, Step.FINALIZING, Step.SUPERVISOR} >= {e.step for e in record.errors}
