"""What a lake needs from time to time: compacting, sweeping what was replaced, and a report."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from storage.compaction import Compacted
from storage.findings import Finding
from storage.lake import Lake
from storage.verifying import Verified

GRACE = timedelta(hours=1)
"""Longer than any query takes that may still read what was replaced."""

LISTED = 50
"""Findings that a report in Prefect names; `nightdesk verify --json` names all."""


def maintain(home: Path, now: datetime) -> Compacted:
    """Compact the lake of a home and sweep it; a night may be under way, and readers too.

    Args:
        now: the present time, with its zone.

    Raises:
        LakeError: files can't be read, written or removed.
    """
    with closing(Lake.create(home)) as lake:
        # Swept first: what need not be listed any more is not carried on.
        lake.sweep(GRACE, now)
        return lake.compact(now)


def told(done: Compacted) -> str:
    """What was done, in a sentence."""
    if not done.days:
        return "nothing was to be compacted"
    return f"{done.groups:,} groups of {done.days:,} days became {done.parts:,} parts"


def listed_faults(found: Verified) -> str:
    """The faults of a lake, one a line, and how many more there are."""
    return _listed(found.faults)


def checked(done: Compacted, found: Verified) -> str:
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
