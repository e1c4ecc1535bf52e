"""The words of a job's document that stay as they are, in its row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from domain.document.coverage import Coverage, LeftReason
from domain.job.job import Job


def with_words_left(job: Job, left: Mapping[LeftReason, int]) -> Job:
    """A job that tells them.

    Args:
        left: words by each reason there is.
    """
    return replace(
        job,
        code_words=left[LeftReason.CODE],
        computed_words=left[LeftReason.COMPUTED],
        kept_words=left[LeftReason.KEPT],
        excluded_words=left[LeftReason.EXCLUDED],
        not_understood_words=left[LeftReason.NOT_UNDERSTOOD],
    )


def coverage_of(job: Job) -> Coverage | None:
    """What of a job's document is translated and what is left; None where it was not counted."""
    left = {
        LeftReason.CODE: job.code_words,
        LeftReason.COMPUTED: job.computed_words,
        LeftReason.KEPT: job.kept_words,
        LeftReason.EXCLUDED: job.excluded_words,
        LeftReason.NOT_UNDERSTOOD: job.not_understood_words,
    }
    counted = {reason: words for reason, words in left.items() if words is not None}
    return Coverage(job.source_words, counted) if counted else None
