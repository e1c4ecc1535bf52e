"""A night's report: what was done, how good it is, what it cost, what to look at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from domain.job import Job, JobStatus

REHEARSAL = "Rehearsal: pseudo-translations by the simulator, not translations"
LISTED = 500
"""Jobs a report lists at most; `jobs.parquet` beside it has all."""

# From what needs a person most to what needs none.
_ORDER = (
    JobStatus.DEAD,
    JobStatus.FAILED,
    JobStatus.NEEDS_REVIEW,
    JobStatus.COMPLETED_WITH_BLOCKS,
    JobStatus.CORRECTING,
    JobStatus.PROCESSING,
    JobStatus.QUEUED,
    JobStatus.COMPLETED,
)
_MARKUP = re.compile(r"([\\`*_\[\]<>|~])")


def report_markdown(
    jobs: Sequence[Job],
    remarks: Mapping[str, Sequence[str]] | None = None,
    *,
    night: str | None = None,
    rejected: Sequence[str] = (),
    dashboard: str | None = None,
) -> str:
    """The report on some jobs, in Markdown.

    Args:
        jobs: as they ended.
        remarks: by job id, what a person should know: notes, and why something is blocked, failed
            or below the minimum.
        night: its name; None for a report on jobs alone.
        rejected: what was handed in and could not be used, each with its reason.
        dashboard: where the pages are, to which jobs link then.
    """
    remarks = remarks or {}
    listed = sorted(jobs, key=lambda job: (_ORDER.index(job.status), job.job_id))[:LISTED]
    parts = [f"# Night {night}" if night else "# Report"]
    if any(job.simulated for job in jobs):
        parts.append(f"**{REHEARSAL}**")
    if jobs:
        parts += [_statuses(jobs), "## Jobs", _table(listed, dashboard)]
    else:
        parts.append("Nothing was waiting.")
    if len(listed) < len(jobs):
        parts.append(f"And {len(jobs) - len(listed):,} more: see `jobs.parquet`.")
    if rejected:
        parts += ["## Not taken in", _rejected(rejected)]
    told = [_told(job, remarks[job.job_id]) for job in listed if remarks.get(job.job_id)]
    if told:
        parts += ["## What to look at", *told]
    return "\n\n".join(parts) + "\n"


def eur(amount: Decimal) -> str:
    """EUR with four decimals, for people."""
    return f"{amount:,.4f}"


def _statuses(jobs: Sequence[Job]) -> str:
    lines = [
        "| status | jobs | words | tokens in | tokens out | EUR |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for status in _ORDER:
        some = [job for job in jobs if job.status is status]
        if some:
            lines.append(_sums(status, some))
    return "\n".join([*lines, _sums("all", jobs)])


def _sums(name: str, jobs: Sequence[Job]) -> str:
    words = sum(job.source_words for job in jobs)
    tokens_in = sum(job.usage.input_tokens for job in jobs)
    tokens_out = sum(job.usage.output_tokens for job in jobs)
    cost = sum((job.cost_eur for job in jobs), Decimal(0))
    return f"| {name} | {len(jobs):,} | {words:,} | {tokens_in:,} | {tokens_out:,} | {eur(cost)} |"


def _table(jobs: Iterable[Job], dashboard: str | None) -> str:
    lines = ["| document | into | status | score | words | EUR |", "|---|---|---|--:|--:|--:|"]
    for job in jobs:
        score = "" if job.qa_score is None else f"{job.qa_score:.1f}"
        name = plain(job.source_path)
        if dashboard is not None:
            name = f"[{name}]({dashboard}/jobs/{job.job_id})"
        lines.append(
            f"| {name} | {job.target_lang} | {job.status} | {score} "
            f"| {job.source_words:,} | {eur(job.cost_eur)} |"
        )
    return "\n".join(lines)


def _rejected(reasons: Sequence[str]) -> str:
    lines = [f"- {plain(reason)}" for reason in reasons[:LISTED]]
    if len(lines) < len(reasons):
        lines.append(f"- … and {len(reasons) - len(lines):,} more: see the inbox's `.rejected`")
    return "\n".join(lines)


def _told(job: Job, remarks: Sequence[str]) -> str:
    heading = f"### {plain(job.source_path)} → {job.target_lang}: {job.status}"
    lines = "\n".join(f"- {plain(remark)}" for remark in remarks)
    return f"{heading}\n\n`{job.job_id}`\n\n{lines}"


def plain(text: str) -> str:
    """Text that stands for itself in Markdown, on one line."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))
