"""Answers that say the same over and over: small models fall into this and don't find out."""

from __future__ import annotations

STRETCH = 600
"""Characters at the end of an answer that must repeat for it to count as a loop."""

LONGEST_UNIT = 200
"""Characters of what is repeated, at most: it stands there three times then."""


def loops(text: str) -> bool:
    """Whether a text ends in the same words over and over.

    Args:
        text: of an answer that was cut off; one that came to its end by itself is no loop.
    """
    end = text[-STRETCH:]
    return len(end) == STRETCH and any(
        end[unit:] == end[:-unit] for unit in range(1, LONGEST_UNIT + 1)
    )
