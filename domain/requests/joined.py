"""Questions about several documents in one request: put together, and taken apart again.

Each document is a list of its own in `documents`, in the place of `segments`. The segments of all
are numbered from 1 on through the request; the answer has the form that it has for one document,
and its ids say whose each part is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from domain.requests.numbered import number_of, renumbered
from domain.usage import TokenUsage

DOCUMENTS = "documents"

HEAD = ("task", "source_lang", "target_lang")
"""What a user turn says that is the same for all documents of a language pair."""

NOTES, SEGMENTS = "author_notes", "segments"
"""What else it says, by number."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One document's part of a question.

    Attributes:
        head: what the user turn says that is the same for all: task and languages.
        body: the rest of the user turn: lists of `segments`, and of their authors' notes.
    """

    head: Mapping[str, Any]
    body: Mapping[str, Any]

    @property
    def ids(self) -> tuple[int, ...]:
        """Its segments, as its own document numbers them."""
        numbers = map(number_of, self.body[SEGMENTS])
        return tuple(number for number in numbers if number is not None)


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
    found: dict[str, list[Any]] = {NOTES: [], DOCUMENTS: []}
    first = 1
    for frame in frames:
        in_all: dict[int | None, int] = {own: n for n, own in enumerate(frame.ids, first)}
        first += len(in_all)
        found[NOTES] += _renumbered(frame.body.get(NOTES, ()), in_all)
        found[DOCUMENTS].append(_renumbered(frame.body[SEGMENTS], in_all))
    return {**frames[0].head, **{name: said for name, said in found.items() if said}}


def _renumbered(entries: Sequence[Any], in_all: Mapping[int | None, int]) -> list[Any]:
    return [renumbered(entry, in_all.get(number_of(entry), 0)) for entry in entries]


def answers_apart(data: Any, parts: Sequence[Part]) -> list[dict[str, list[Any]]] | None:
    """Each document's own answer, as if it had been asked about alone.

    What is wrong with one document's part stays in that part.

    Args:
        data: the JSON of the answer.
        parts: the documents.

    Returns:
        None where it can't be told whose a part of the answer is: then all of it is unusable.
    """
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
            number = number_of(entry)
            if number not in place_of:
                return None
            place, segment_id = place_of[number]
            own[place][name].append(renumbered(entry, segment_id))
    return own


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
