"""A stretch of segments: what one mapped task covers, one segment or a run of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from tasks.hand import JobInHand
from tasks.packing import Stage, ended


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

    async def through(self, stage: Stage) -> None:
        """Take every segment through a stage; one pack's failure stops no other.

        Raises:
            Exception: the first failure, after all segments had their turn; its job is given up.
        """
        for hand, segment_id in self.items:
            hand.packs.join(stage, segment_id)
        await ended(stage, self.items)

    def some(self, wanted: Callable[[JobInHand, int], bool]) -> Stretch | None:
        """Those of its segments that are wanted; None where there is none."""
        kept = [(hand, i) for hand, i in self.items if wanted(hand, i)]
        return Stretch(kept) if kept else None


def stretches(items: Sequence[tuple[JobInHand, int]], size: int) -> Iterator[Stretch]:
    """Some segments in stretches of at most `size`."""
    rest = iter(items)
    while chunk := list(islice(rest, size)):
        yield Stretch(chunk)
