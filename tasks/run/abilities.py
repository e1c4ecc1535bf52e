"""What each model has shown in a night that it can't do, so that it is not asked for it again."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from domain.named_models import NamedModel

SHOWN = 3
"""Times that something has to come to nothing before it counts as shown, where it never came to
anything: at three faults in ten answers that is chance in one night of forty."""

Deed = tuple[NamedModel, str]
"""A model, and a task that it was asked to do."""


@dataclass
class Abilities:
    """What models can and can't; what one has ever done in a night it can. Belongs to one loop."""

    _done: set[Deed] = field(default_factory=set)
    _undone: Counter[Deed] = field(default_factory=Counter)
    _refused: set[Deed] = field(default_factory=set)
    _largest: Counter[Deed] = field(default_factory=Counter)
    _too_large: defaultdict[Deed, list[int]] = field(default_factory=lambda: defaultdict(list))

    def did(self, asked: NamedModel, task: str, segments: int) -> None:
        """A usable answer came to a question about so many segments."""
        deed = asked, task
        self._done.add(deed)
        self._largest[deed] = max(segments, self._largest[deed])

    def failed(self, asked: NamedModel, task: str) -> None:
        """No usable answer came to a question in all its tries."""
        self._undone[asked, task] += 1

    def refused_all(self, asked: NamedModel, task: str) -> None:
        """A harmless question of this task was refused, as all others were."""
        self._refused.add((asked, task))

    def failed_at(self, asked: NamedModel, task: str, segments: int) -> None:
        """An answer about so many segments could not be used."""
        self._too_large[asked, task].append(segments)

    def can(self, asked: NamedModel, task: str) -> bool:
        """Whether a model may be able to do a task, for all that is known of it."""
        deed = asked, task
        if deed in self._done:
            return True
        return deed not in self._refused and self._undone[deed] < SHOWN

    def most(self, asked: NamedModel, task: str, segments: int) -> int:
        """Segments that a question may be about, of so many.

        Half of what came to nothing, once that has happened as often as shows something, and no
        answer of that size was ever usable.
        """
        largest = self._largest[asked, task]
        failed = [size for size in self._too_large[asked, task] if size > largest]
        if len(failed) < SHOWN:
            return segments
        return min(segments, max(largest, min(failed) // 2, 1))
