"""How long batches wait for what: seconds, all in one place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BatchTiming:
    """The waiting of an engine that sends batches, in seconds.

    Attributes:
        quiet: without a new question, after which those that came go out.
        longest_gathering: after which they go out however many are still coming.
        first_poll: from a batch's creation until it is first asked after.
        longest_poll: between two such questions, at most.
        search: how long a batch is looked for, by its id and in the list of all, before it counts
            as never created or as gone. The API may not know a batch right after it took it, and
            one that is sent a second time is paid a second time.
    """

    quiet: float = 3.0
    longest_gathering: float = 60.0
    first_poll: float = 1.0
    longest_poll: float = 60.0
    search: float = 300.0

    def pause(self, age: float) -> float:
        """Seconds until a batch of this age is asked after again: a tenth of its age.

        So its end is noticed a tenth too late at most, however long it takes.
        """
        return min(self.longest_poll, max(self.first_poll, age / 10))
