"""The pages: nights, a night, jobs, a job with its segments, and costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Depends, HTTPException, Query, Request
from pydantic import BaseModel, BeforeValidator, Field
from starlette.responses import Response

from api.endpoints.replies import attachment
from api.page import spending
from api.page.rendering import page
from api.page.sessions import signed_in
from api.page.side_by_side import PER_PAGE, side_by_side
from api.reading.answers import Answers
from api.reading.lists import Lists
from domain.contract.listings import BatchSummary
from domain.contract.status_and_result import standing_notes
from domain.job.job import JobStatus, mean_score
from domain.job.segment import Segment, SegmentStatus
from domain.job.words_left import coverage_of
from storage.control.keys import Caller
from storage.readmodel.job_index import Wanted

router = APIRouter(include_in_schema=False)
Viewer = Annotated[Caller, Depends(signed_in)]

NIGHTS = 20
JOBS = 50
PATCHY = 20
UNDER_WAY_S = 3
"""Seconds after which a page looks again while a run has a job on it."""
WAITING_S = 30
"""The same while jobs wait for a run."""


def _given(value: Any) -> Any:
    """A field of a form that was left empty is not asked for."""
    return None if value == "" else value


Blank = BeforeValidator(_given)


class Filter(BaseModel):
    """Which jobs are shown."""

    status: Annotated[JobStatus | None, Blank] = None
    source_lang: Annotated[str | None, Blank] = None
    target_lang: Annotated[str | None, Blank] = None
    day: Annotated[date | None, Blank] = None
    owner: Annotated[str | None, Blank] = None
    batch_id: Annotated[str | None, Blank] = None
    simulated: Annotated[bool | None, Blank] = None
    before: Annotated[str | None, Blank] = None
    """A job's id: only those submitted before it."""


class Show(StrEnum):
    """Which segments are shown."""

    ALL = "all"
    NOTE = "note"


class Choice(BaseModel):
    """Which segments are shown."""

    show: Show = Show.ALL
    page: int = Field(1, ge=1)


class Period(BaseModel):
    """Of which days costs are shown."""

    since: Annotated[date | None, Blank] = None
    until: Annotated[date | None, Blank] = None
    days: Annotated[int | None, Blank] = Field(None, ge=1, le=36_500)
    """The last days up to today; goes before the other two."""
    simulated: Annotated[bool | None, Blank] = None
    """Whether of rehearsals; by default of nights, where there are any."""


@router.get("/")
def nights(
    request: Request,
    who: Viewer,
    before: str | None = None,
    simulated: Annotated[bool | None, Blank] = None,
) -> Response:
    """Nights, the latest first; rehearsals stand apart."""
    kind = _kind(request, who, simulated)
    found = _lists(request).batches(who, NIGHTS, before, kind["simulated"])
    return page(
        request,
        "nights",
        **kind,
        nights=found.batches,
        first=before is None,
        rest=found.next_cursor,
        every=_pause([status for night in found.batches for status in _statuses(night)]),
    )


@router.get("/nights/{batch_id}")
def night(
    request: Request, who: Viewer, batch_id: str, query: Annotated[Filter, Query()]
) -> Response:
    """A night and its jobs."""
    found = _lists(request).batch(who, batch_id)
    if found is None:
        raise HTTPException(404)
    query.batch_id = batch_id
    every = _pause(_statuses(found))
    shown = _jobs(request, who, query)
    shares = _lists(request).shares(batch_id, shown["jobs"])
    patchy = _lists(request).patchy(who, batch_id, PATCHY)
    return page(request, "night", night=found, every=every, shares=shares, patchy=patchy, **shown)


@router.get("/jobs")
def jobs(request: Request, who: Viewer, query: Annotated[Filter, Query()]) -> Response:
    """Jobs, the latest submitted first; those of rehearsals stand apart."""
    kind = _kind(request, who, query.simulated)
    query.simulated = kind["simulated"]
    found = _jobs(request, who, query)
    every = _pause([job.status for job in found["jobs"]])
    return page(request, "jobs", every=every, **kind, **found)


@router.get("/jobs/{job_id}")
def job(request: Request, who: Viewer, job_id: str, query: Annotated[Choice, Query()]) -> Response:
    """A job, with its segments side by side."""
    answers = _answers(request)
    record, held = answers.record(job_id, who)
    status = answers.status_of(record, held=held)
    segments = side_by_side(record)
    of_note = [segment for segment in segments if segment.is_of_note]
    chosen = of_note if query.show is Show.NOTE else segments
    pages = max(1, -(-len(chosen) // PER_PAGE))
    start = (min(query.page, pages) - 1) * PER_PAGE
    return page(
        request,
        "job",
        record=record,
        job=record.job,
        status=status,
        coverage=coverage_of(record.job),
        score=mean_score(record.segments),
        ended=sum(segment.is_ready for segment in record.segments),
        total=len(segments),
        counts=_counts(record.segments),
        notes=[note for note in standing_notes(record.notes) if note.segment_id is None],
        note_count=len(of_note),
        segments=chosen[start : start + PER_PAGE],
        show=query.show,
        number=min(query.page, pages),
        pages=pages,
        every=_pause([status]),
    )


@router.get("/jobs/{job_id}/download")
def download(request: Request, who: Viewer, job_id: str) -> Response:
    """The translated document in its own format."""
    return attachment(*_answers(request).document(job_id, who))


@router.get("/costs")
async def costs(request: Request, who: Viewer, query: Annotated[Period, Query()]) -> Response:
    """What was spent over time, by model and by language pair."""
    since, until = _period(query, datetime.now(UTC).date())
    asked = partial(_lists(request).costs, (*spending.BY, "simulated"), since, until, who.owner)
    both = await to_thread.run_sync(asked, limiter=request.app.state.sums)
    kinds = {bool(row["simulated"]) for row in both}
    simulated = _shown_kind(query.simulated, kinds)
    rows = [row for row in both if bool(row["simulated"]) == simulated]
    render = partial(
        page,
        request,
        "costs",
        since=since,
        until=until,
        days=query.days,
        simulated=simulated,
        is_mixed=len(kinds) == 2,
        rows=rows,
        total=sum(row["cost_eur"] for row in rows),
        parts=[
            ("model", "By model", *_part(rows, spending.model_of)),
            ("pair", "By language pair", *_part(rows, spending.pair_of)),
        ],
    )
    return await to_thread.run_sync(render)


def _shown_kind(wanted: bool | None, there: Collection[bool]) -> bool:
    """Whether rehearsals are shown: where they are asked for, or are all there is."""
    return set(there) == {True} if wanted is None else wanted


def _kind(request: Request, who: Caller, wanted: bool | None) -> dict[str, bool]:
    """What a page says of nights and rehearsals: which it shows, and whether there are both."""
    there = _lists(request).kinds(who)
    return {"simulated": _shown_kind(wanted, there), "is_mixed": len(there) == 2}


def _part(rows: list[dict[str, Any]], series_of: Any) -> tuple[spending.Table, list[spending.Sum]]:
    return spending.over_time(rows, series_of), spending.sums(rows, series_of)


def _period(query: Period, today: date) -> tuple[date | None, date | None]:
    if query.days is not None:
        return today - timedelta(days=query.days - 1), today
    return query.since, query.until


def _jobs(request: Request, who: Caller, query: Filter) -> dict[str, Any]:
    """What a list of jobs shows."""
    lists = _lists(request)
    wanted = Wanted(**query.model_dump(exclude={"before"}))
    found = lists.jobs(who, wanted, JOBS, query.before)
    pairs = lists.languages(who)
    return {
        "jobs": found.jobs,
        "query": query,
        "filtered": any(query.model_dump(exclude={"before", "batch_id", "simulated"}).values()),
        "sources": sorted({source for source, _ in pairs}),
        "targets": sorted({target for _, target in pairs}),
        "rest": found.next_cursor,
    }


def _counts(segments: Iterable[Segment]) -> list[tuple[SegmentStatus, int]]:
    """How many segments have which status, in the order in which they pass through them."""
    found = Counter(segment.status for segment in segments)
    return [(status, found[status]) for status in SegmentStatus if found[status]]


def _statuses(night: BatchSummary) -> list[JobStatus]:
    return [JobStatus(name) for name, count in night.statuses if count]


def _pause(statuses: list[JobStatus]) -> int | None:
    """Seconds until a page looks again; None where nothing on it will change."""
    if JobStatus.PROCESSING in statuses or JobStatus.CORRECTING in statuses:
        return UNDER_WAY_S
    return None if all(status.is_terminal for status in statuses) else WAITING_S


def _lists(request: Request) -> Lists:
    found: Lists = request.app.state.lists
    return found


def _answers(request: Request) -> Answers:
    found: Answers = request.app.state.answers
    return found
