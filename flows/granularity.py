"""How finely Prefect sees a night: every segment in small ones, runs of them in large ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SMALL_NIGHT = 500
"""Segments up to which every segment has task runs of its own. A task run costs 3 ms here and
5 to 10 ms in the server, which keeps up with about 90 a second: with two a segment, more than
these would make a night of short pages last twice as long as its answers take."""

RUN_OF_SEGMENTS = 128
"""Segments of a task run in larger ones: those of a group of sixteen pages. So Prefect costs a
tenth of what the rest does, and its server, beside a night of 40 such pages a second, a fifth of a
core."""

SMALL_NIGHT_JOBS = 50
"""Jobs up to which every job of a small night has a flow run of its own. A flow run costs as much
as about twenty task runs: one for each of 50 jobs doubles what a night of 500 segments spends on
Prefect."""

GROUP = 16
"""Jobs that go together through the stages of a large night, at most: of many groups some are
taken apart while others wait for answers."""

FLOWS_A_NIGHT = 40
"""Flow runs that the jobs of a large night are spread over, at most."""

FLOWS_AT_ONCE = 4
"""Shared flow runs under way at once. They hold twice the jobs that may be under way, so that
others are there to begin while the last ones of a flow run end."""


@dataclass(frozen=True, slots=True)
class Granularity:
    """How finely Prefect sees the work.

    Attributes:
        segments_per_task: segments one mapped task covers.
        jobs_per_flow: jobs one flow run covers.
        jobs_per_group: jobs that share a supervisor and a finalizing task.
    """

    segments_per_task: int
    jobs_per_flow: int
    jobs_per_group: int


def granularity_of(
    jobs: int,
    segments: int,
    *,
    segments_per_task: int | Literal["auto"] = "auto",
    jobs_per_flow: int | Literal["auto"] = "auto",
    max_jobs: int = 32,
) -> Granularity:
    """How finely Prefect sees a night.

    Args:
        jobs: jobs it takes up.
        segments: segments in them, or any number above `SMALL_NIGHT` where they are more.
        segments_per_task: as set.
        jobs_per_flow: as set.
        max_jobs: jobs under way at once; a group takes half of them at most, so that another
            is under way while it ends.
    """
    small = segments <= SMALL_NIGHT
    auto_task = 1 if small else RUN_OF_SEGMENTS
    per_task = auto_task if segments_per_task == "auto" else segments_per_task
    group = 1 if per_task == 1 else max(1, min(GROUP, max_jobs // 2))
    shard = max(-(-jobs // FLOWS_A_NIGHT), -(-2 * max_jobs // FLOWS_AT_ONCE))
    whole_groups = -(-shard // group) * group
    auto_flow = 1 if small and jobs <= SMALL_NIGHT_JOBS else whole_groups
    per_flow = auto_flow if jobs_per_flow == "auto" else jobs_per_flow
    return Granularity(per_task, per_flow, min(group, per_flow))
