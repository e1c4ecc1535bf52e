"""The JSON of an answer: of one that came to its proper end, and of the beginning of another."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from pydantic_core import from_json

from domain.errors import AnswerError
from domain.requests.endings import Ending
from domain.requests.loops import loops


def judged(text: str, ending: Ending, word: str = "", details: str | None = None) -> Any:
    """The JSON of an answer that came to its proper end.

    Args:
        text: all text of the answer.
        ending: how it ended; only `COMPLETE` is accepted.
        word: the engine's own word for that.
        details: what the engine said of a refusal, if anything.

    Raises:
        AnswerError: `truncated`, or `looping` where it was cut off while it said the same over and
            over; `refused`, `empty`, or `broken`: another end, or no JSON.
    """
    if ending is Ending.TRUNCATED and loops(text):
        raise AnswerError("looping", "the answer said the same over and over until it was cut off")
    if ending is Ending.TRUNCATED:
        raise AnswerError("truncated", "the answer ran out of room before its end")
    if ending is Ending.REFUSED:
        reason = f": {details}" if details else ""
        raise AnswerError("refused", f"the model refused to answer{reason}")
    if ending is not Ending.COMPLETE:
        raise AnswerError("broken", f"the answer did not come to its end: {word!r}")
    if not text.strip():
        raise AnswerError("empty", "the answer is empty")
    try:
        data = json.loads(text, parse_constant=_no_constant)
        if "\\u" in text:  # an escape may name half a surrogate pair, which no file can hold
            json.dumps(data, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise AnswerError("broken", f"the answer is no JSON: {error}") from None
    return data


def beginning(text: str) -> Any:
    """The translations that an answer had come to when it was cut off, in the form of a whole one.

    A number at the very end may lack digits and is read all the same (pydantic-core 2.50), so that
    an object there is not taken for whole; nor are doubts, which come last.

    Args:
        text: of the answer.

    Returns:
        An object with `segments`; None where it had not come to them.
    """
    try:
        found = from_json(text, allow_inf_nan=False, allow_partial=True)
    except ValueError:
        return None
    segments = found.get("segments") if isinstance(found, dict) else None
    if not isinstance(segments, list):
        return None
    is_whole = not segments or isinstance(segments[-1], str)
    return {"segments": segments if is_whole else segments[:-1]}


def _no_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is no JSON value")
