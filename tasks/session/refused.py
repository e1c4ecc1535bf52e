"""What of a job an engine takes, and what it refuses."""

from __future__ import annotations

from domain.document.segment_windows import Ids
from tasks.run.acceptance import Acceptance


class Refused:
    """The questions of a job that were refused, and those that were taken.

    Attributes:
        accepted: when the engine last took a question of each task and prompt.
        turned_away: why the engine takes no question of this job; None while it does.
    """

    def __init__(self) -> None:
        self.accepted = Acceptance()
        self.turned_away: str | None = None
        self._first: dict[tuple[str, int], int] = {}
        self._ids: set[int] = set()

    def add(self, ids: Ids, task: str, now: int) -> int:
        """Remember that a question about some segments was refused.

        Args:
            now: the moment.

        Returns:
            The moment at which one of this task about all of them first was; what was refused
            before at another task may be long ago, and the account well until now.
        """
        self._ids.update(ids)
        return max((self._first.setdefault((task, i), now) for i in ids), default=now)

    def holds(self, ids: Ids) -> bool:
        """Whether a question about one of some segments was refused."""
        return not self._ids.isdisjoint(ids)
