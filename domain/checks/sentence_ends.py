"""How a text ends, across scripts, and whether its translation ends likewise."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum

from domain.checks.pair import Pair, punctuation
from domain.checks.quality import Finding
from domain.text.prose import STAND_IN


class Ending(Enum):
    """What the last sign of a text says; UNSURE is compared with nothing."""

    STOP = "a full stop"
    QUESTION = "a question mark"
    COLON = "a colon"
    ELLIPSIS = "an ellipsis"
    NONE = "no punctuation"
    UNSURE = "something else"


_SIGNS = {
    **dict.fromkeys(".。．｡।॥۔։።၊။!！", Ending.STOP),
    **dict.fromkeys("?？؟՞", Ending.QUESTION),
    **dict.fromkeys(":：", Ending.COLON),
    "…": Ending.ELLIPSIS,
    "⋯": Ending.ELLIPSIS,
}
_CLOSING = "\"'”’“‘»«›‹」』)）]】*_~ \t\n\u00a0\u202f\u200e\u200f"
_WITHOUT = frozenset({"th", "lo", "km", "my", "bo", "dz"})
"""Languages whose sentences end without a sign, or with signs of their own."""

_ABBREVIATION = re.compile(
    r"(?:\b\w{1,2}|\w\.\s?\w{1,4}|\b(?:etc|usw|bzw|ggf|incl|inkl|Inc|Ltd|Corp|Bros|approx|vol|dept"
    r"|ecc|enz|osv|itd|tzn|atd|resp))\.\Z",
    re.IGNORECASE,
)
_INNER_END = re.compile(r"\w(?:[.!?]\s|[。！？])\s*+\S")
_LABELS_STOP = frozenset({"ja", "ko", "yue", "zh"})
_TAIL = 16
_FEWEST_WORDS = 3
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


def ending(text: str, language: str) -> Ending:
    """How a text ends, closing quotes and brackets apart.

    Args:
        text: as its reader sees it, variables as `STAND_IN`.
        language: without script and region.
    """
    bare = text.rstrip(_CLOSING)
    last = bare[-1:]
    if language == "el" and last in (";", "\u037e"):
        return Ending.QUESTION
    if not last or not (last.isalnum() or last == STAND_IN or last in _SIGNS):
        return Ending.UNSURE
    if bare.endswith(("...", "。。。")):
        return Ending.ELLIPSIS
    if last == "." and _ABBREVIATION.search(bare[-_TAIL:]):
        return Ending.UNSURE
    return _SIGNS.get(last, Ending.NONE)


def other_ending(pair: Pair) -> Iterator[Finding]:
    """A translation that ends with other punctuation than its source.

    A full stop and an exclamation mark are the same, for languages differ in how loud they are.
    """
    if pair.language in _WITHOUT or pair.source_language in _WITHOUT or not _is_sentence(pair):
        return
    here = ending(pair.source_shown, pair.source_language)
    there = ending(pair.shown, pair.language)
    if here is there or Ending.UNSURE in (here, there):
        return
    if there is Ending.STOP and here in (Ending.QUESTION, Ending.NONE) and _may_stop(pair):
        return
    explanation = f"The source ends with {here.value}, the translation with {there.value}."
    yield punctuation("end", pair.shown.replace(STAND_IN, "…").rstrip()[-30:], explanation)


def _may_stop(pair: Pair) -> bool:
    """Whether a full stop may end the translation though none ends the source.

    The last of several sentences may be put another way; in Chinese, Japanese and Korean a label
    may become a sentence.
    """
    return pair.language in _LABELS_STOP or bool(_INNER_END.search(pair.source_shown))


def _is_sentence(pair: Pair) -> bool:
    """Whether the source is more than a name or a label."""
    source = pair.source_shown
    return len(source.split()) >= _FEWEST_WORDS or bool(_UNSPACED.search(source))
