"""Users' own patterns of what stays as it is, which RE2 reads: in linear time, whatever they are.

RE2 is imported where there is a pattern to read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

MOST = 50
"""Patterns in one list."""

LONGEST = 200
"""Characters of a pattern."""

LARGEST = 5_000
"""Steps of the program that RE2 makes of a pattern: those of all patterns are run side by side."""

_MEMORY = 256 << 20
"""Bytes that RE2 may take for all patterns of a job together; it takes what they need."""

_TEXTS = ("", "a", " ", "Read 12 of it,\nthen go on.")
"""A pattern that fits nothing in one of these for sure fits nothing elsewhere too."""

_SENTENCE = "Read all of it before you go on"
"""Of a text like this something must be left to translate."""

_HALF = re.compile(r"(?<!\\)(?:\\\\)*\\C")
"""What fits a byte, and so a part of a character."""


def checked_patterns(patterns: Sequence[str]) -> tuple[str, ...]:
    """Patterns that may be used, each once.

    Raises:
        ValueError: one may not be; the message names it and says what to do.
    """
    once = tuple(dict.fromkeys(patterns))
    if len(once) > MOST:
        raise ValueError(f"{len(once)} patterns; write {MOST} at most, and alternatives with |")
    for pattern in once:
        _check(pattern)
    return once


def _check(pattern: str) -> None:
    shown = repr(pattern if len(pattern) <= LONGEST else pattern[:40] + "…")
    if len(pattern) > LONGEST:
        raise ValueError(
            f"the pattern {shown} has {len(pattern)} characters; write {LONGEST} at most, "
            "and the rest as another pattern"
        )
    compiled = _read(pattern, shown)
    if compiled.programsize > LARGEST:
        raise ValueError(f"the pattern {shown} is too large; repeat less in it")
    if any(match.start() == match.end() for text in _TEXTS for match in compiled.finditer(text)):
        raise ValueError(
            f"the pattern {shown} fits where nothing stands; say what must stand there, "
            "such as x+ instead of x*"
        )
    if not any(map(str.isalnum, compiled.sub("", _SENTENCE))):
        raise ValueError(
            f"the pattern {shown} fits plain words, so that nothing would be translated; say what "
            "stands around what it is for, or the words themselves"
        )


def _read(pattern: str, shown: str) -> Any:
    import re2

    if _HALF.search(pattern):
        raise ValueError(f"the pattern {shown} fits parts of characters; write . instead of \\C")
    try:
        return re2.compile(pattern, _options())
    except (re2.error, UnicodeEncodeError) as error:
        said = error.args[0]
        said = said.decode(errors="replace") if isinstance(said, bytes) else "it is no text"
        raise ValueError(
            f"the pattern {shown} is no regular expression of RE2: {said}; it has no look-around "
            "and no references to groups"
        ) from None


@lru_cache(maxsize=64)
def compiled_together(patterns: tuple[str, ...]) -> Any:
    """What finds the first match of any of some checked patterns, in UTF-8."""
    import re2

    return re2.compile("|".join(f"(?:{pattern})" for pattern in patterns), _options())


def _options() -> Any:
    import re2

    options = re2.Options()
    options.log_errors = False
    options.never_capture = True
    options.max_mem = _MEMORY
    return options
