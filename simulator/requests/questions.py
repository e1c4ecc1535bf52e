"""What a user turn asks: the five tasks of Nightdesk's wire format.

A turn that is no JSON object with a known task is answered too, as a model would; one that names a
known task but lacks what goes with it is refused, since a model would have to guess.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from simulator.requests.errors import refuse

TASKS = ("brief", "review_source", "translate", "assess", "correct")
OTHER = "other"

_NUMBERED = re.compile(r"([0-9]+)((?: [a-z_]+)?(?: max [0-9]+)?)\|(.*)", re.ASCII | re.DOTALL)
"""A segment of `review_source` or `translate`: number, place and limit; a bar; the text."""

_NUMBERED_TASKS = ("review_source", "translate")


@dataclass(frozen=True, slots=True)
class Asked:
    """One segment of a question, or the document of a `brief`.

    Attributes:
        id: as the question numbers it.
        source: the text in the source language.
        translation: what is to be assessed or corrected; empty elsewhere.
        variant: everything the question says of it; another text is another question.
    """

    id: int
    source: str
    translation: str
    variant: str


@dataclass(frozen=True, slots=True)
class Question:
    """One user turn.

    Attributes:
        task: one of `TASKS`, or `other`.
        source_lang: empty where the turn does not say.
        target_lang: empty where the turn does not say.
        segments: what it asks about; empty for `other`.
    """

    task: str
    source_lang: str
    target_lang: str
    segments: tuple[Asked, ...]

    def hashes(self) -> Iterator[tuple[str, str]]:
        """For each segment, a key and its variant, both SHA-256 in hex.

        The key is of task, source language, target language and source text, joined by line
        feeds; the variant also of whatever else the question says of the segment.
        """
        for segment in self.segments:
            head = f"{self.task}\n{self.source_lang}\n{self.target_lang}\n{segment.source}"
            yield _sha256(head), _sha256(f"{head}\n{segment.variant}")


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def read_question(turn: str) -> Question:
    """What a user turn asks.

    Raises:
        ApiError: 400; it names a known task and lacks what goes with it.
    """
    try:
        data = json.loads(turn)
    except ValueError:
        data = None
    task = data.get("task") if isinstance(data, dict) else None
    if "\\ud" in turn.lower() and not _is_unicode(data):
        refuse("messages", "the JSON in the user turn has half a surrogate pair in it")
    if task not in TASKS:
        return Question(OTHER, "", "", ())
    langs = [_text(data, "source_lang", task), ""]
    if task != "review_source":
        langs[1] = _text(data, "target_lang", task)
    if task == "brief":
        document = _text(data, "document", task)
        return Question(task, langs[0], langs[1], (Asked(0, document, "", ""),))
    return Question(task, langs[0], langs[1], _asked(data, task))


def _is_unicode(data: Any) -> bool:
    try:
        json.dumps(data, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _text(data: Any, name: str, path: str) -> str:
    value = data.get(name)
    if not isinstance(value, str):
        refuse(f"{path}.{name}", "the wire format has a string here")
    return value


def _asked(data: Any, task: str) -> tuple[Asked, ...]:
    """The segments of the one document, or of all in `documents`; ids are unique in the turn."""
    if "documents" not in data:
        asked = _segments(data.get("segments"), task, f"{task}.segments")
    else:
        if "segments" in data:
            refuse(f"{task}.segments", "they stand in 'documents' where there is one")
        documents = data["documents"]
        if not isinstance(documents, list) or len(documents) < 2:
            refuse(f"{task}.documents", "the wire format has a list of at least two here")
        asked = tuple(
            segment
            for n, document in enumerate(documents)
            for segment in _segments(document, task, f"{task}.documents.{n}")
        )
    if len({segment.id for segment in asked}) < len(asked):
        refuse(f"{task}.segments", "two segments bear the same id")
    return asked


def _segments(value: Any, task: str, path: str) -> tuple[Asked, ...]:
    entries = list(enumerate(value)) if isinstance(value, list) else []
    if task == "translate":  # a text without a number stands around the others
        entries = [(n, part) for n, part in entries if not str(part).startswith("|")]
    if not entries:
        refuse(path, "the wire format has a list with at least one segment here")
    return tuple(_segment(part, f"{path}.{n}", task) for n, part in entries)


def _segment(value: Any, path: str, task: str) -> Asked:
    if task in _NUMBERED_TASKS:
        found = _NUMBERED.fullmatch(value) if isinstance(value, str) else None
        if found is None:
            refuse(path, "the wire format has a string such as '4|text' here")
        return Asked(int(found[1]), found[3], "", found[2].strip())
    if not isinstance(value, dict) or type(value.get("id")) is not int:
        refuse(path, "the wire format has an object with an integer 'id' here")
    source, translation = (_text(value, name, path) for name in ("source", "translation"))
    rest = {name: part for name, part in value.items() if name not in ("id", "source")}
    return Asked(value["id"], source, translation, json.dumps(rest, sort_keys=True))
