"""How long a text looks, across scripts, and when a translation's length is out of proportion."""

from __future__ import annotations

from dataclasses import dataclass

import regex

SHORTEST_COMPARED = 20
"""Sources below this visible length are never compared: a word may become a sentence."""

_HAN = regex.compile(r"\p{Han}")
_SYLLABLE = regex.compile(r"[\p{Hiragana}\p{Katakana}\p{Hangul}]")
_INVISIBLE = regex.compile(r"[\s\p{C}\p{M}]+")
_HAN_WIDTH = 3
_SYLLABLE_WIDTH = 2


def visible_length(text: str) -> int:
    """The length of a text in letters of an alphabet; white space and marks do not count.

    A Han character counts as 3, a kana or Hangul syllable as 2: about what a translation of each
    into English takes.
    """
    seen = _INVISIBLE.sub("", text)
    more = len(_HAN.findall(seen)) * (_HAN_WIDTH - 1)
    return len(seen) + more + len(_SYLLABLE.findall(seen)) * (_SYLLABLE_WIDTH - 1)


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far two lengths may be apart: the longer at most `factor` × the shorter + `margin`.

    Attributes:
        factor: a ratio.
        margin: in visible characters; what makes short texts free to vary.
    """

    factor: float
    margin: int

    def passed_by(self, source: int, translation: int) -> bool:
        """Whether two visible lengths are further apart than this."""
        if source < SHORTEST_COMPARED:
            return False
        shorter, longer = sorted((source, translation))
        return longer > self.factor * shorter + self.margin


NOTABLE = Tolerance(1.9, 15)
"""Worth a note to the reader."""

FAR_OFF = Tolerance(3, 25)
"""So far that something must be missing or added."""
