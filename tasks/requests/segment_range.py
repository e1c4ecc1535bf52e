"""A range of segments: what one mapped task covers, one segment or a run of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from tasks.requests.grouping import Stage, ended, join
from tasks.session.job_session import JobSession


class SegmentRange:
    """Some segments of one job or of several, in document order.

    Not a dataclass: Prefect looks into those for futures, field by field, at every task run.

    Attributes:
        items: the segments, each with its job.
        has_failed: whether the work on one of them raised something, which its job has taken.
    """

    def __init__(self, items: Sequence[tuple[JobSession, int]]) -> None:
        self.items = tuple(items)
        self.has_failed = False

    @property
    def label(self) -> str:
        """What an operator knows it by: document, language and segment numbers."""
        (first, start), (last, end) = self.items[0], self.items[-1]
        if len(self.items) == 1:
            return f"{first.label} #{start}"
        until = f"#{end}" if last is first else f"{last.label} #{end}"
        return f"{first.label} #{start} – {until}"

    async def through(self, stage: Stage) -> None:
        """Take every segment through a stage; one pack's failure stops no other.

        Raises:
            Exception: the first failure, after all segments had their turn; its job is given up.
        """
        joined, failure = [], None
        for session, segment_id in self.items:
            try:
                join(session, stage, segment_id)
                joined.append((session, segment_id))
            except BaseException as error:
                session.attempt.stuck.add(segment_id)
                session.met(error, stage.step, segment_id)
                failure = failure or error
        try:
            await ended(stage, joined)
            if failure is not None:
                raise failure
        except Exception:
            self.has_failed = True
            raise

    def some(self, stage: Stage) -> SegmentRange | None:
        """Those of its segments that a stage wants; None where there is none."""
        kept = []
        for session, i in self.items:
            try:
                if i not in session.attempt.stuck and stage.wants(session, i):
                    kept.append((session, i))
            except BaseException as error:
                session.attempt.stuck.add(i)
                session.met(error, stage.step, i)
        return SegmentRange(kept) if kept else None


def segment_ranges(items: Sequence[tuple[JobSession, int]], size: int) -> Iterator[SegmentRange]:
    """Some segments in ranges of at most `size`."""
    rest = iter(items)
    while chunk := list(islice(rest, size)):
        yield SegmentRange(chunk)
