"""Packs: how the segments of a document are shared out over requests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

LONGEST_SEGMENT = 12_000
"""Characters; a longer segment's translation may not fit one answer in every language."""

Ids = tuple[int, ...]
"""Segment ids, in document order."""


def tokens_in(text: str) -> int:
    """Tokens of a text, roughly: one for four bytes of UTF-8, and one more.

    Good enough to share segments out; what is billed is what the engine counts.
    """
    return len(text.encode("utf-8", "surrogatepass")) // 4 + 1


def windows(sizes: Mapping[int, int], *, segments: int, tokens: int) -> tuple[Ids, ...]:
    """Stretches of a document that may travel in one request each, in document order.

    Each takes what fits and at least one segment. They depend on nothing but the arguments, so
    that a run that takes a job up again asks the very questions of the one that was killed.

    Args:
        sizes: tokens of each segment, by id.
        segments: in one stretch at most.
        tokens: in one stretch at most; a larger segment is alone.
    """
    found: list[Ids] = []
    window: list[int] = []
    filled = 0
    for segment_id in sorted(sizes):
        size = sizes[segment_id]
        if window and (len(window) == segments or filled + size > tokens):
            found.append(tuple(window))
            window, filled = [], 0
        window.append(segment_id)
        filled += size
    return (*found, tuple(window)) if window else ()


def halves(ids: Sequence[int]) -> tuple[Ids, Ids]:
    """The first and the second half of some ids, the first being the larger by one if need be."""
    middle = -(-len(ids) // 2)
    return tuple(ids[:middle]), tuple(ids[middle:])


def by_member(packs: Iterable[Ids]) -> dict[int, Ids]:
    """The pack of each id."""
    return {segment_id: pack for pack in packs for segment_id in pack}
