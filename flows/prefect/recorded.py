"""Comparing what a night ran with what Prefect's server recorded of it."""

from __future__ import annotations

import contextlib
import json
import time
import urllib.request
from dataclasses import dataclass
from typing import Any

PATIENCE_SECONDS = 60.0
"""Without any progress of the server's count; it may lag by some seconds after a burst."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """Task runs of one night, as the server counts them.

    Attributes:
        expected: made by the night, by its own count.
        completed: ended well.
        failed: ended otherwise.
        open: not ended, by the server's knowledge.
    """

    expected: int
    completed: int
    failed: int
    open: int

    @property
    def ended(self) -> int:
        """Task runs whose end the server knows."""
        return self.completed + self.failed


def recorded(api_url: str, night: str, expected: int) -> Recorded:
    """What the server knows now of a night's task runs.

    Args:
        api_url: the server's API, ending in `/api`.
        night: the tag of the night's flow runs.
        expected: task runs the night made, by its own count.
    """
    flow_runs = {"tags": {"all_": [night]}}

    def count(*types: str) -> int:
        body = {"flow_runs": flow_runs, "task_runs": {"state": {"type": {"any_": list(types)}}}}
        return _posted(f"{api_url}/task_runs/count", body)

    return Recorded(
        expected=expected,
        completed=count("COMPLETED"),
        failed=count("FAILED", "CRASHED", "CANCELLED"),
        open=count("PENDING", "RUNNING", "SCHEDULED", "PAUSED", "CANCELLING"),
    )


def await_recorded(
    api_url: str, night: str, expected: int, *, patience: float = PATIENCE_SECONDS
) -> Recorded:
    """Wait until the server knows the end of all task runs, or makes no more progress.

    A server that is busy or gone makes none; what it said last counts.

    Args:
        expected: task runs the night made, by its own count.
        patience: seconds without progress, after which nothing more is expected.
    """
    last = Recorded(expected, completed=0, failed=0, open=0)
    since = time.monotonic()
    while True:
        with contextlib.suppress(OSError):
            now = recorded(api_url, night, expected)
            if now != last:
                last, since = now, time.monotonic()
        if last.ended >= expected or time.monotonic() - since >= patience:
            return last
        time.sleep(0.5)


def _posted(url: str, body: dict[str, Any]) -> int:
    request = urllib.request.Request(  # noqa: S310 - the server this run works with
        url, json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=30) as reply:  # noqa: S310 - the same
        return int(reply.read())
