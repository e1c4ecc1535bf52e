"""How the attempt at a job goes that is under way."""

from __future__ import annotations

from dataclasses import dataclass, field

from domain.job.notes import LoggedError


@dataclass
class Attempt:
    """How an attempt goes.

    Attributes:
        kills: kills that the job was under way at, since it last committed something.
        given_up: whether the job is left to the next attempt.
        has_failed: whether that is for a fault of its own.
        has_gained: whether it has brought anything: an answer, or a segment on its way.
        stuck: the segments whose work raised something; they go no further.
        unsaid: lines for the error log that could not even be jotted.
        last_error: what went wrong last; None where nothing did.
    """

    kills: int = 0
    given_up: bool = False
    has_failed: bool = False
    has_gained: bool = False
    stuck: set[int] = field(default_factory=set)
    unsaid: list[LoggedError] = field(default_factory=list)
    last_error: LoggedError | None = None

    @property
    def reason(self) -> str | None:
        """What went wrong last, in words; None where nothing did."""
        return None if self.last_error is None else self.last_error.in_words
