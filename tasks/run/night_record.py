"""What the lake keeps of a night itself: that it began, and how it ended."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import TYPE_CHECKING

from domain.errors import LakeError, NightdeskError
from domain.job.night import Left, Night, NightEnd
from storage.layout.nights import Nights

if TYPE_CHECKING:
    from tasks.run.run_context import RunContext

_log = logging.getLogger("nightdesk.nights")


@contextlib.asynccontextmanager
async def entered(run: RunContext) -> AsyncIterator[None]:
    """While entered, a night is under way; what ends it is entered with it.

    Nights that are dead and never said so are entered as interrupted.

    Raises:
        LakeError: it can't be entered that it begins.
    """
    nights = Nights(run.home)
    night = Night(
        batch_id=run.night,
        began_at=run.clock.now(),
        engine=run.engine.name,
        transport=run.engine.transport,
        simulated=run.rehearsal,
    )
    await asyncio.to_thread(nights.begin, night)
    await asyncio.to_thread(_enter_dead, run, nights)
    failure: BaseException | None = None
    try:
        yield
    except BaseException as error:
        failure = error
        raise
    finally:
        try:
            await asyncio.to_thread(nights.end, _ended(run, night, failure))
        except LakeError as error:
            # It reads as interrupted then; what it did is in the lake all the same.
            _log.error("night %s: %s", night.batch_id, error)


def _enter_dead(run: RunContext, nights: Nights) -> None:
    try:
        begun = {night.batch_id: night for night in nights.open()}
        for name in run.leases.dead(begun, run.clock.now()):
            nights.interrupted(begun[name])
    except LakeError as error:
        # That of a night long over is no reason to do without this one.
        _log.error("nights that were interrupted can't be entered as such: %s", error)


def _ended(run: RunContext, night: Night, failure: BaseException | None) -> Night:
    if run.is_told_to_end:
        end, reason = NightEnd.TOLD_TO_END, run.halted
    elif run.is_over_budget:
        end, reason = NightEnd.OVER_BUDGET, run.halted
    elif run.halted is not None:
        end, reason = NightEnd.HALTED, run.halted
    elif failure is not None:
        # What others' errors say may hold anything.
        named = failure if isinstance(failure, NightdeskError) else type(failure).__name__
        end, reason = NightEnd.FAILED, str(named)
    else:
        end, reason = NightEnd.DONE, None
    left = tuple(
        Left(job.job_id, job.status)
        for job in run.ended.values()
        if job.batch_id == night.batch_id and not job.status.is_terminal
    )
    return replace(night, ended_at=run.clock.now(), ended_as=end, reason=reason, left=left)
