"""A night's report: what was done, how good it is, what it cost, what to look at."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from domain.cost.spent import Spent
from domain.document.coverage import LeftReason, left_in_words
from domain.job.job import Job, JobStatus
from domain.job.words_left import coverage_of
from tasks.session.guard import each_alone

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


@dataclass(frozen=True, slots=True)
class NightFacts:
    """What a night knows beside what its jobs say of themselves.

    Attributes:
        rejected: what was handed in and could not be used, each with its reason.
        spent: by job id, what this night spent on it, and nothing where it has none; None: what
            was spent on each job in all.
        waits: when the engine was waited for, a sentence each.
    """

    rejected: Sequence[str] = ()
    spent: Mapping[str, Spent] | None = None
    waits: Sequence[str] = ()


NO_FACTS = NightFacts()


def report_markdown(
    jobs: Sequence[Job],
    remarks: Mapping[str, Sequence[str]] | None = None,
    facts: NightFacts = NO_FACTS,
    *,
    night: str | None = None,
    unreadable: Sequence[str] = (),
    dashboard: str | None = None,
) -> str:
    """The report on some jobs, in Markdown.

    Args:
        jobs: as they ended.
        remarks: by job id, what a person should know: notes, and why something is blocked, failed
            or below the minimum.
        facts: of the night.
        night: its name; None for a report on jobs alone.
        unreadable: jobs that could not be read, each with the reason.
        dashboard: where the pages are, to which jobs link then.
    """
    remarks = remarks or {}
    spent = facts.spent
    if spent is None:
        spent = {job.job_id: Spent(job.usage, job.cost_eur) for job in jobs}
    listed = sorted(jobs, key=lambda job: (_ORDER.index(job.status), job.job_id))[:LISTED]
    parts = [f"# Night {night}" if night else "# Report"]
    if any(job.simulated for job in jobs):
        parts.append(f"**{REHEARSAL}**")
    if jobs:
        parts += [_statuses(jobs, spent), *earlier_nights(jobs, spent), *_left(jobs)]
        parts += ["## Jobs", _table(listed, spent, dashboard)]
    else:
        parts.append("Nothing was waiting.")
    if len(listed) < len(jobs):
        parts.append(f"And {len(jobs) - len(listed):,} more: see `jobs.parquet`.")
    if facts.rejected:
        parts += ["## Not taken in", _rejected(facts.rejected)]
    if facts.waits:
        parts += ["## Waited for the API", _rejected(facts.waits)]
    if unreadable:
        parts += ["## Not read", _rejected(unreadable)]
    if patchy := not_understood(jobs)[:LISTED]:
        parts += ["## Not understood", _rejected(patchy)]
    told: list[str] = []

    def tell(job: Job) -> None:
        if remarks.get(job.job_id):
            told.append(_told(job, remarks[job.job_id]))

    for job, error in each_alone(tell, listed):
        told.append(f"### {job.job_id}\n\n- {plain(_not_told(error))}")
    if told:
        parts += ["## What to look at", *told]
    return "\n\n".join(parts) + "\n"


def eur(amount: Decimal) -> str:
    """EUR with four decimals, for people."""
    return f"{amount:,.4f}"


def earlier_nights(jobs: Sequence[Job], spent: Mapping[str, Spent]) -> list[str]:
    """What other nights had spent on some jobs before, as a sentence; none where that is nothing.

    Args:
        spent: by job id, what this night spent on it.
    """
    before = [job.cost_eur - spent.get(job.job_id, Spent()).cost_eur for job in jobs]
    others = [eur_of_job for eur_of_job in before if eur_of_job]
    if not others:
        return []
    jobs_of = f"{len(others):,} of these jobs" if len(others) > 1 else "one of these jobs"
    return [f"Earlier nights had spent {eur(sum(others, Decimal(0)))} EUR on {jobs_of}."]


def _left(jobs: Iterable[Job]) -> list[str]:
    """What stays as it is in the documents, as a sentence; none where that is nothing."""
    words: Counter[LeftReason] = Counter()
    for job in jobs:
        coverage = coverage_of(job)
        words.update(coverage.left if coverage else {})
    in_order = {reason: words[reason] for reason in LeftReason}
    return [f"Left as they are: {left_in_words(in_order)}."] if any(words.values()) else []


def not_understood(jobs: Iterable[Job]) -> list[str]:
    """The documents of whose prose much was not understood, a line each, the worst first."""
    known = ((job, coverage_of(job)) for job in jobs)
    patchy = [(job, coverage) for job, coverage in known if coverage and coverage.is_patchy]
    patchy.sort(key=lambda pair: (-pair[1].not_understood, pair[0].job_id))
    return [
        f"{job.source_path} → {job.target_lang}: {coverage.not_understood:.1%} of its prose could "
        "not be offered for translation, and stands as it was"
        for job, coverage in patchy
    ]


def _statuses(jobs: Sequence[Job], spent: Mapping[str, Spent]) -> str:
    lines = [
        "| status | jobs | words | tokens in | tokens out | EUR |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for status in _ORDER:
        some = [job for job in jobs if job.status is status]
        if some:
            lines.append(_sums(status, some, spent))
    return "\n".join([*lines, _sums("all", jobs, spent)])


def _sums(name: str, jobs: Sequence[Job], spent: Mapping[str, Spent]) -> str:
    words = sum(job.source_words for job in jobs)
    own = sum((spent.get(job.job_id, Spent()) for job in jobs), Spent())
    tokens_in, tokens_out = own.usage.input_tokens, own.usage.output_tokens
    amounts = f"{tokens_in:,} | {tokens_out:,} | {eur(own.cost_eur)}"
    return f"| {name} | {len(jobs):,} | {words:,} | {amounts} |"


def _table(jobs: Iterable[Job], spent: Mapping[str, Spent], dashboard: str | None) -> str:
    lines = ["| document | into | status | score | words | EUR |", "|---|---|---|--:|--:|--:|"]

    def add(job: Job) -> None:
        score = "" if job.qa_score is None else f"{job.qa_score:.1f}"
        name = plain(job.source_path)
        if dashboard is not None:
            name = f"[{name}]({dashboard}/jobs/{job.job_id})"
        lines.append(
            f"| {name} | {job.target_lang} | {job.status} | {score} "
            f"| {job.source_words:,} | {eur(spent.get(job.job_id, Spent()).cost_eur)} |"
        )

    for job, error in each_alone(add, list(jobs)):
        lines.append(f"| {job.job_id}: {plain(_not_told(error))} | | {job.status} | | | |")
    return "\n".join(lines)


def _not_told(error: BaseException) -> str:
    return f"it can't be told of: {type(error).__name__}: {error}"


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
