"""What a lake needs from time to time: compacting, and sweeping what was replaced."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from storage.compaction import Compacted
from storage.lake import Lake

GRACE = timedelta(hours=1)
"""Longer than any query takes that may still read what was replaced."""


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
