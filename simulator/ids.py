"""Names for requests, messages and batches: unique, also between two simulators."""

from __future__ import annotations

import itertools
import uuid

_process = uuid.uuid4().hex[:12]
_numbers = itertools.count(1)


def new_id(kind: str) -> str:
    """A name never used before: `req_sim_…`, `msg_sim_…`, `msgbatch_sim_…`."""
    return f"{kind}_sim_{_process}{next(_numbers):08d}"
