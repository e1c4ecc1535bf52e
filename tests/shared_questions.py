"""Questions that may travel with others, in one request."""

from __future__ import annotations

from dataclasses import replace

from domain.requests.joined import frame_of
from engines.port import Question, Sharing


def shareable(question: Question, *, owner: str = "ann") -> Question:
    """A question that may travel with others of its owner."""
    return replace(question, sharing=Sharing((owner, "briefing"), frame_of(question.user)))
