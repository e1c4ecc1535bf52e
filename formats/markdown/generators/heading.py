"""A heading as generators read it, and what is numbered alike in several of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading as its generator reads it: its text, and the id that it was given."""

    text: str
    explicit: str | None = None


def numbered(slug: str, used: Collection[str]) -> str:
    """A slug that is not used yet, else with the first number that is free: `notes-1`.

    Args:
        slug: as the heading would have it alone on its page.
        used: ids that the page has.
    """
    made, number = slug, 1
    while made in used:
        made = f"{slug}-{number}"
        number += 1
    return made
