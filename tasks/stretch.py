"""A stretch of segments: what one mapped task covers, one segment or a run of them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from itertools import islice

from domain.errors import EngineError, LeaseLost
from domain.job import Step
from tasks.hand import JobInHand

Work = Callable[[JobInHand, int], Awaitable[None]]


class Stretch:
    """Some segments of one job or of several, in document order.

    Not a dataclass: Prefect looks into those for futures, field by field, at every task run.
    """

    def __init__(self, items: Sequence[tuple[JobInHand, int]]) -> None:
        self.items = tuple(items)

    @property
    def label(self) -> str:
        """What an operator knows it by: document, language and segment numbers."""
        (first, start), (last, end) = self.items[0], self.items[-1]
        if len(self.items) == 1:
            return f"{first.label} #{start}"
        until = f"#{end}" if last is first else f"{last.label} #{end}"
        return f"{first.label} #{start} – {until}"

    async def each(self, step: Step, work: Work) -> None:
        """Do a stage's work on every segment at once; one segment's failure stops no other.

        Raises:
            Exception: the first failure, after all segments had their turn; its job is given up.
        """
        outcomes = await asyncio.gather(
            *(work(hand, segment_id) for hand, segment_id in self.items), return_exceptions=True
        )
        failure: BaseException | None = None
        for (hand, segment_id), outcome in zip(self.items, outcomes, strict=True):
            if outcome is None:
                continue
            failure = failure or outcome
            if not isinstance(outcome, EngineError | LeaseLost):
                hand.give_up(segment_id, type(outcome).__name__, str(outcome), step)
        if failure is not None:
            raise failure

    def some(self, wanted: Callable[[JobInHand, int], bool]) -> Stretch | None:
        """Those of its segments that are wanted; None where there is none."""
        kept = [(hand, i) for hand, i in self.items if wanted(hand, i)]
        return Stretch(kept) if kept else None


def stretches(hands: Sequence[JobInHand], size: int) -> Iterator[Stretch]:
    """The open segments of some jobs, in stretches of at most `size` segments."""
    items = iter(
        [
            (hand, segment.segment_id)
            for hand in hands
            for segment in sorted(hand.segments.values(), key=lambda s: s.segment_id)
            if not segment.is_ready
        ]
    )
    while chunk := list(islice(items, size)):
        yield Stretch(chunk)
