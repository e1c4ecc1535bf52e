"""Questions as they are entered into the log of batches."""

from __future__ import annotations

from collections.abc import Mapping

from domain.requests.batch import Sent


def alone(jobs: Mapping[str, str]) -> dict[str, Sent]:
    """Questions that travel in a request of their own each; `jobs` are by custom id."""
    return {custom_id: Sent(job_id, custom_id) for custom_id, job_id in jobs.items()}
