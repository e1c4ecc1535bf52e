"""Which questions an engine took of late: by it a refused text is told from a refused account."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable


class Acceptance:
    """When questions were last taken, by what they have in common.

    Moments are counted, so that no clock can turn back. Belongs to one event loop.

    Attributes:
        proving: held while someone finds out by a question of its own.
    """

    def __init__(self) -> None:
        self.proving = asyncio.Lock()
        self._taken: dict[Hashable, int] = {}

    def took(self, what: Hashable, sent: int) -> None:
        """A question sent at a moment was answered, well or badly."""
        self._taken[what] = max(sent, self._taken.get(what, 0))

    def took_since(self, what: Hashable, moment: int) -> bool:
        """Whether one that was sent after a moment was answered."""
        return self._taken.get(what, 0) > moment
