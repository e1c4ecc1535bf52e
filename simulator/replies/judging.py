"""How the simulator judges translations, beside what a script has it find.

Its own pseudo-translations are right; what it can tell to be none of the source is not. It says
nothing of words that are not its own, as scripts have them said. Or it judges as bad judges do.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from simulator.replies.pseudo import PLACEHOLDER, is_pseudo, pseudo
from simulator.requests.questions import Asked

Errors = Iterator[dict[str, Any]]

FEWEST_WORDS = 4
"""Words of a text that is wrong where it was left as it is; fewer may be a name."""

_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"\d+")


def _error(segment: Asked, severity: str, category: str, span: str, explanation: str) -> Any:
    return {
        "id": segment.id,
        "severity": severity,
        "category": category,
        "span": span,
        "explanation": explanation,
    }


def _honest(segment: Asked) -> Errors:
    source, said = _plain(segment.source), _plain(segment.translation)
    own = [word for word in _WORD.findall(said) if is_pseudo(word)]
    invented = _strange_numbers(source, said) if own else []
    if said == source and len(_WORD.findall(source)) >= FEWEST_WORDS:
        yield _error(segment, "critical", "accuracy/untranslated", "", "It was left as it is.")
    elif own and source in said:
        yield _error(segment, "major", "accuracy/untranslated", source, "The source is in it.")
    elif strangers := _strangers(source, own):
        explanation = "It is the translation of something else."
        yield _error(segment, "critical", "accuracy/mistranslation", strangers[0], explanation)
    elif invented:
        explanation = "The source has another number."
        yield _error(segment, "major", "accuracy/mistranslation", invented[0], explanation)


def _strangers(source: str, own: list[str]) -> list[str]:
    """The words that are none of the source's, where most are."""
    right = [
        word for second in (False, True) for word in _WORD.findall(pseudo(source, second=second))
    ]
    strangers = [word for word in own if not any(one.startswith(word) for one in right)]
    return strangers if 2 * len(strangers) > len(own) else []


def _strange_numbers(source: str, said: str) -> list[str]:
    there = _NUMBER.findall(source)
    return [n for n in _NUMBER.findall(said) if not any(one.startswith(n) for one in there)]


def _plain(text: str) -> str:
    return " ".join(PLACEHOLDER.sub(" ", text).split())


def _same(segment: Asked) -> Errors:
    yield _error(segment, "minor", "style/awkward", "", "It could be said more smoothly.")


def _severe(segment: Asked) -> Errors:
    yield _error(segment, "major", "accuracy/mistranslation", "", "It says something else.")


def _random(segment: Asked) -> Errors:
    drawn = hashlib.sha256(f"{segment.source}\n{segment.translation}".encode()).digest()[0]
    if drawn % 2:
        severity = ("minor", "major", "critical")[drawn // 2 % 3]
        yield _error(segment, severity, "accuracy/mistranslation", "", "So the dice fell.")


def _quoting(segment: Asked) -> Errors:
    yield _error(segment, "minor", "accuracy/mistranslation", segment.source, "This is wrong.")


def _silent(segment: Asked) -> Errors:
    yield from ()


JUDGES: Mapping[str, Callable[[Asked], Errors]] = {
    "honest": _honest,
    "same": _same,
    "severe": _severe,
    "random": _random,
    "quoting": _quoting,
    "silent": _silent,
}
"""By name: one that finds what is none of the source; one that finds the same minor error in each;
one that finds the same major error in each; one that throws dice; one that quotes each source as a
minor error; and one that finds nothing."""
