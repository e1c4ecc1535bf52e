"""What is remembered of a batch of requests from before it goes out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from domain.requests.joined import Part

RESULTS_KEPT = timedelta(days=29)
"""How long the vendor keeps a batch's results; what is older can't be fetched any more."""


@dataclass(frozen=True, slots=True)
class BatchRecord:
    """A batch that went out, or was about to.

    Attributes:
        key: our own name for it.
        batch_id: the vendor's; None while it is not known whether the batch was created.
        begun_at: shortly before it went out.
        count: the requests in it.
    """

    key: str
    batch_id: str | None
    begun_at: datetime
    count: int


@dataclass(frozen=True, slots=True)
class Sent:
    """How a question travels in a batch.

    Attributes:
        job_id: the job that asks.
        request: the custom id of the request that it is part of: its own, or another question's.
        parts: the documents of that request; none where it is the only one.
        place: which of them is the question's.
    """

    job_id: str
    request: str
    parts: tuple[Part, ...] = ()
    place: int = 0


class Entered(NamedTuple):
    """A question that went out, or was about to: its batch, and how it travels in it."""

    record: BatchRecord
    sent: Sent
