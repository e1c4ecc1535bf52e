"""Questions about several documents in one request: put together, and taken apart again.

Each document stands in a frame of its own in `documents`, with what goes before and after it. The
segments of all are numbered from 1 on through the request; the answer has the form that it has for
one document, and its ids say whose each part is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from domain.usage import TokenUsage

DOCUMENTS = "documents"

HEAD = ("task", "source_lang", "target_lang")
"""What a user turn says that is the same for all documents of a language pair."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One document's part of a question.

    Attributes:
        head: what the user turn says that is the same for all: task and languages.
        body: the rest of the user turn: `segments`, each with its `id`, and what stands around.
    """

    head: Mapping[str, Any]
    body: Mapping[str, Any]

    @property
    def ids(self) -> tuple[int, ...]:
        """Its segments, as its own document numbers them."""
        return tuple(segment["id"] for segment in self.body["segments"])


def frame_of(user: str) -> Frame:
    """A user turn about one document, as its part of one about several.

    Args:
        user: the turn, a JSON object.
    """
    turn = json.loads(user)
    head = {name: turn.pop(name) for name in HEAD if name in turn}
    return Frame(head, turn)


@dataclass(frozen=True, slots=True)
class Part:
    """Where one document's part of a request lies, and how much of its input it is.

    Attributes:
        ids: its segments, as its own document numbers them, in the request's order.
        weight: bytes of its part of the user turn.
    """

    ids: tuple[int, ...]
    weight: int


def joined(frames: Sequence[Frame]) -> dict[str, Any]:
    """The user turn that asks about several documents.

    Args:
        frames: with equal heads.
    """
    documents = []
    first = 1
    for frame in frames:
        segments = [
            {**segment, "id": number}
            for number, segment in enumerate(frame.body["segments"], first)
        ]
        first += len(segments)
        around = {name: value for name, value in frame.body.items() if value}
        documents.append({**around, "segments": segments})
    return {**frames[0].head, DOCUMENTS: documents}


def answers_apart(text: str, parts: Sequence[Part]) -> list[str] | None:
    """Each document's own answer, as if it had been asked about alone.

    What is wrong with one document's part stays in that part.

    Returns:
        None where it can't be told whose a part of the answer is: then all of it is unusable.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict):
        return None
    place_of: dict[int, tuple[int, int]] = {}
    for place, part in enumerate(parts):
        for segment_id in part.ids:
            place_of[len(place_of) + 1] = place, segment_id
    own: list[dict[str, list[Any]]] = [{} for _ in parts]
    for name, entries in data.items():
        if not isinstance(entries, list):
            continue  # a field beyond the schema
        for answer in own:
            answer[name] = []
        for entry in entries:
            number = entry.get("id") if isinstance(entry, dict) else entry
            if type(number) is not int or number not in place_of:
                return None
            place, segment_id = place_of[number]
            named = {**entry, "id": segment_id} if isinstance(entry, dict) else segment_id
            own[place][name].append(named)
    return [json.dumps(answer, ensure_ascii=False) for answer in own]


def shares(usage: TokenUsage, incoming: Sequence[int], outgoing: Sequence[int]) -> list[TokenUsage]:
    """A request's tokens, shared out over its documents: each class adds up to what it was.

    Args:
        usage: of the whole request.
        incoming: the weight of each document's part of what was asked.
        outgoing: the weight of each document's part of what was answered.
    """
    by_class = {}
    for field in fields(TokenUsage):
        weights = outgoing if field.name == "output_tokens" else incoming
        by_class[field.name] = apportioned(getattr(usage, field.name), weights)
    return [
        TokenUsage(**{name: counts[place] for name, counts in by_class.items()})
        for place in range(len(incoming))
    ]


def apportioned(total: int, weights: Sequence[int]) -> list[int]:
    """A total shared out by weight, by the largest remainder (Hamilton's method).

    Args:
        total: what is shared out.
        weights: none negative; where all are 0, they count as equal.

    Returns:
        Shares that add up to the total; of equal remainders the first comes first.
    """
    weights = weights if any(weights) else [1] * len(weights)
    whole = sum(weights)
    found = [total * weight // whole for weight in weights]
    remainders = sorted(
        range(len(weights)), key=lambda place: (-(total * weights[place] % whole), place)
    )
    for place in remainders[: total - sum(found)]:
        found[place] += 1
    return found
