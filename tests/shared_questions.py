"""Questions that may travel with others, in one request."""

from __future__ import annotations

import json
from dataclasses import replace

from domain.requests.joined import Frame
from engines.port import Question, Sharing
from tasks.requests.questions import HEAD


def shareable(question: Question, *, owner: str = "ann") -> Question:
    """A question that may travel with others of its owner."""
    turn = json.loads(question.user)
    head = {name: turn.pop(name) for name in HEAD}
    return replace(question, sharing=Sharing((owner, "briefing"), Frame(head, turn)))
