"""What is remembered of a batch of requests from before it goes out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

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
