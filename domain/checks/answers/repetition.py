"""Words, phrases and whole translations that a translator repeats where the source does not."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator

import regex

from domain.checks.pair import Pair, finding
from domain.checks.quality import Finding, Severity
from domain.checks.repeated_words import REDUPLICATING
from domain.text.inflection import UNSPACED
from domain.text.prose import STAND_IN
from domain.text.words import count_words

_GRAM = 3
_SENTENCE = regex.compile(r"(?<=[.!?。！？])\s*+|\n+")
_LETTER = regex.compile(r"[\p{L}\p{N}]")
_HAN = regex.compile(r"\p{Han}{2,}\s?")
_SHORTEST_SENTENCE = 12
_SHORTEST_UNSPACED = 4
_MOST_READ = 4_000
_FEWEST_TURNS = 3
_PLACEHOLDER = regex.compile("⟦[^⟦⟧]*+⟧")


def repeated(pair: Pair) -> Iterator[Finding]:
    """A phrase, a sentence or the whole that stands twice and more in a row, unlike in the source.

    One word twice is left to `doubled_words`, unless it is the whole translation; three times is
    looked at here. In languages that double words by grammar only longer repeats count.
    """
    span = _repeat(pair.shown, pair.language)
    if span is None or _is_twice(pair.source_shown.strip()):
        return
    if _repeat(pair.source_shown, pair.source_language) is None:
        explanation = f"The translation repeats itself: {span!r}."
        yield finding(Severity.MAJOR, "fluency/repetition", span, explanation)


def _repeat(text: str, language: str) -> str | None:
    read = unicodedata.normalize("NFC", text[:_MOST_READ])
    lines = [" ".join(line.split()) + " " for line in read.splitlines()]
    whole = " ".join(read.split()) + " "
    if len(lines) > 1 and _is_twice(whole):
        return whole[: len(whole) // 2].strip()
    blocks = (_block(line, language) for line in lines)
    return next((block for block in blocks if block), None) or _sentence(whole)


def _is_twice(whole: str) -> bool:
    half, odd = divmod(len(whole), 2)
    return not odd and half > _GRAM and whole[:half] == whole[half:]


def _block(plain: str, language: str) -> str | None:
    """The first block of characters that stands twice in a row, being a phrase."""
    seen: dict[str, int] = {}
    for at in range(len(plain) - _GRAM + 1):
        gram = plain[at : at + _GRAM]
        before = seen.get(gram)
        seen[gram] = at
        if before is None:
            continue
        length = at - before
        block = plain[before:at]
        if plain.startswith(block, at) and _counts(plain, before, length, language):
            return block.strip()
    return None


def _counts(plain: str, start: int, length: int, language: str) -> bool:
    """Whether a block that stands twice is a phrase, or a word often enough."""
    block = plain[start : start + length]
    letters = len(_LETTER.findall(block))
    if language in UNSPACED and not block.isascii():
        if STAND_IN in block:
            return False
        turns = _turns(plain, start, block)
        return (
            letters >= 2 * _SHORTEST_UNSPACED
            or (letters > 1 and turns > _FEWEST_TURNS)
            or (
                (letters >= _SHORTEST_UNSPACED or _HAN.fullmatch(block) is not None)
                and (turns >= _FEWEST_TURNS or 2 * length + 1 >= len(plain))
            )
        )
    if letters < 2 or STAND_IN in block or not _parted(plain, start, length):
        return False
    words = count_words(block)
    whole = start == 0 and len(plain) <= 2 * length + 1
    if words > 1:
        turns = _turns(plain, start, block)
        return letters > 3 and not _is_pattern(block) and (block[0] != "," or turns > 2)
    turns = _turns(plain, start, block)
    return turns >= _FEWEST_TURNS or (whole and language not in REDUPLICATING)


def _is_pattern(block: str) -> bool:
    """Whether a block is no words but a form of numbers or variables: `0 0`, `x x`."""
    words = block.split()
    return len(set(words)) == 1 or not any(len(_LETTER.findall(w)) > 2 for w in words)


def _parted(plain: str, start: int, length: int) -> bool:
    """Whether a block begins or ends at the edge of a word, and so does its repeat."""
    first = start == 0 or not plain[start - 1].isalnum() or not plain[start].isalnum()
    last = not plain[start + length - 1].isalnum() or not plain[start + length].isalnum()
    return first and last


def _turns(plain: str, start: int, block: str) -> int:
    turns = 0
    while plain.startswith(block, start):
        turns, start = turns + 1, start + len(block)
    return turns


def _sentence(plain: str) -> str | None:
    """The first sentence that stands twice anywhere."""
    sentences = (part.strip() for part in _SENTENCE.split(plain))
    counts = Counter(s for s in sentences if len(s) >= _SHORTEST_SENTENCE)
    return next((sentence for sentence, count in counts.items() if count > 1), None)
