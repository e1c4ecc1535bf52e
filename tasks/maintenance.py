"""What a lake needs from time to time: sweeping, letting go, compacting; and a report of it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.files.findings import Finding
from storage.files.home import Home
from storage.lake import Lake
from storage.sealed.compaction import Compacted
from storage.verify.retention import Gone, let_go
from storage.verify.verifying import Verified

GRACE = timedelta(hours=1)
"""Longer than any query takes that may still read what was replaced."""

LISTED = 50
"""Findings that a report in Prefect names; `nightdesk verify --json` names all."""


@dataclass(frozen=True, slots=True)
class Maintained:
    """What maintenance did: what was compacted, and what was let go."""

    compacted: Compacted
    gone: Gone


def maintain(home: Home, keep_days: int | None, now: datetime) -> Maintained:
    """Sweep the lake of a home, let go of what is old, and compact the rest.

    A night may be under way, and readers too.

    Args:
        keep_days: days for which ended jobs stay; None: for good.
        now: the present time, with its zone.

    Raises:
        LakeError: files can't be read, written or removed.
    """
    with closing(Lake.create(home)) as lake:
        # Swept first: what need not be listed any more is not carried on.
        lake.sweep(GRACE, now)
        gone = let_go(home, keep_days, now)
        return Maintained(lake.compact(now), gone)


def told(done: Maintained) -> str:
    """What was done, in a sentence."""
    compacted, gone = done.compacted, done.gone
    said = "nothing was to be compacted"
    if compacted.days:
        said = (
            f"{compacted.groups:,} groups of {compacted.days:,} days became"
            f" {compacted.parts:,} parts"
        )
    if gone.jobs or gone.documents:
        said += f"; {gone.jobs:,} jobs and {gone.documents:,} documents were let go"
    return said


def listed_faults(found: Verified) -> str:
    """The faults of a lake, one a line, and how many more there are."""
    return _listed(found.faults)


def checked(done: Maintained, found: Verified) -> str:
    """What maintenance did and found, as Markdown."""
    left = [finding for finding in found.findings if not finding.is_fault]
    looked_at = (
        f"{found.jobs:,} jobs, {found.segments:,} segments, {found.calls:,} calls,"
        f" {found.documents:,} documents looked at"
    )
    parts = [f"# Maintenance\n\n{told(done)}; {looked_at}"]
    for name, findings in (("Faults", found.faults), ("Left over", left)):
        parts.append(f"## {name}\n\n{_listed(findings) if findings else 'None.'}")
    return "\n\n".join(parts) + "\n"


def _listed(findings: Sequence[Finding]) -> str:
    lines = [
        f"- {finding.kind}: {finding.place or finding.job_id}: {finding.what}; {finding.advice}"
        for finding in findings[:LISTED]
    ]
    if len(findings) > LISTED:
        lines.append(f"- and {len(findings) - LISTED:,} more: see `nightdesk verify --json`")
    return "\n".join(lines)
