"""Ids of Pandoc, which Quarto keeps, as its release 3.9 makes them (`auto_identifiers`)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from formats.markdown.generators.heading import Heading, numbered

_DASHES = re.compile(r"(?<!\S)-{2,3}(?!\S)")
"""Its extension `smart` makes dashes of them, which go; but not in code, as of options."""
_FIRST_LETTER = re.compile(r"[^\W\d_]")


def ids(headings: Sequence[Heading]) -> list[str]:
    """Those given before are counted, those after are not."""
    used: set[str] = set()
    found = []
    for one in headings:
        made = one.explicit
        if made is None:
            made = numbered(_slug(one.text), used)
        used.add(made)
        found.append(made)
    return found


def _slug(text: str) -> str:
    kept = "".join(one for one in _DASHES.sub("", text) if _is_kept(one) or one.isspace())
    words = "-".join(_lower(kept).split())
    first = _FIRST_LETTER.search(words)
    return words[first.start() :] if first else "section"


def _is_kept(character: str) -> bool:
    return character in "_-." or unicodedata.category(character)[0] in ("L", "N")


def _lower(text: str) -> str:
    """One letter for one, as Haskell has it: `İ` is `i`."""
    return "".join(one.lower()[:1] for one in text)
