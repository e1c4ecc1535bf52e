"""What only rehearsals have worked on, taken up by a night with models.

A rehearsal's job stays what it is. Beside it comes a new one of the same content, which is from
then on the one that its content became: handing it in again finds that one.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from functools import partial

import uuid_utils

from domain.job.job import Job, Step
from storage.control.submissions import Offer, Submissions
from storage.files.home import Home
from storage.readmodel.readmodel import ReadModel, Rehearsed
from tasks.run.run_context import RunContext
from tasks.session.guard import by_halves, guarded, halt, is_of_all, met

TOGETHER = 500
"""Jobs that are entered at once."""

_log = logging.getLogger("nightdesk.jobs")


def _uuid7() -> str:
    return str(uuid_utils.uuid7())


def taken_anew(run: RunContext, new_id: Callable[[], str] = _uuid7) -> list[Job]:
    """Queue what only rehearsals have worked on; in a rehearsal, nothing.

    Another night may do so at the same time, and one that was killed on the way leaves nothing
    half done: each content becomes one job.

    Args:
        new_id: a UUIDv7, later than all before.

    Returns:
        The jobs that are new; a fault is the one's own that it met.
    """
    queued: list[Job] = []
    rehearsed: list[Rehearsed] = []
    if run.rehearsal:
        return queued
    with guarded(partial(_not_read, run)), closing(ReadModel(run.home)) as read_model:
        rehearsed = read_model.rehearsed()
    for start in range(0, len(rehearsed), TOGETHER):
        some = rehearsed[start : start + TOGETHER]
        for one, error in by_halves(lambda part: queued.extend(_queued(run, part, new_id)), some):
            met(run, one.job.job_id, error, Step.SUPERVISOR, "queueing its content anew")
    return queued


def _not_read(run: RunContext, error: BaseException) -> None:
    if is_of_all(error):
        halt(run, error)
    else:
        _log.error("what only rehearsals have worked on can't be read", exc_info=error)


def _queued(
    run: RunContext, rehearsed: Sequence[Rehearsed], new_id: Callable[[], str]
) -> list[Job]:
    before = {(one.job.owner, one.job.content_key): one for one in rehearsed}
    offers: defaultdict[str, dict[str, Offer]] = defaultdict(dict)
    for (owner, content_key), one in before.items():
        offers[owner][content_key] = Offer(new_id(), one.job_ids)
    claimed = _claimed(run.home, offers)
    jobs = [_anew(before[place].job, job_id, run) for place, job_id in claimed.items()]
    entered = set(run.lake.submit(jobs))
    return [job for job in jobs if job.job_id in entered]


def _claimed(home: Home, offers: Mapping[str, Mapping[str, Offer]]) -> dict[tuple[str, str], str]:
    """By owner and content key the job that its content is to become now."""
    with closing(Submissions(home)) as submissions:
        return {
            (owner, key): job_id
            for owner, of_owner in offers.items()
            for key, job_id in submissions.renew(owner, of_owner).items()
        }


def _anew(job: Job, job_id: str, run: RunContext) -> Job:
    return Job(
        job_id=job_id,
        owner=job.owner,
        source_path=job.source_path,
        output_path=job.output_path,
        format=job.format,
        source_lang=job.source_lang,
        target_lang=job.target_lang,
        briefing=job.briefing,
        document=job.document,
        content_key=job.content_key,
        created_at=run.clock.now(),
        source_review=job.source_review,
    )
