"""Ids of Goldmark in Hugo, as releases from 0.111 to 0.168 make them by default (`github`)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from formats.markdown.generators.heading import Heading, numbered


def ids(headings: Sequence[Heading]) -> list[str]:
    """Those given are not counted; of a heading over several lines the last one is read."""
    used: set[str] = set()
    found = []
    for one in headings:
        if one.explicit is not None:
            used.add(one.explicit)
            found.append(one.explicit)
            continue
        made = numbered(_slug(one.text.rsplit("\n", 1)[-1]) or "heading", used)
        used.add(made)
        found.append(made)
    return found


def _slug(text: str) -> str:
    dashed = _DASHES.sub("", text.strip())
    kept = (one for one in dashed if one in "-_ " or unicodedata.category(one) in _LETTERS)
    return "".join(_lower(one) for one in kept).replace(" ", "-")


_DASHES = re.compile(r"(?<!\S)-{2,3}(?!\S)")
"""Its typographer makes dashes of them, which go; but not in code, as of options: `--draft`."""
_LETTERS = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Nd"})


def _lower(letter: str) -> str:
    """One letter for one, as Go has it: `İ` is `i`."""
    return letter.lower()[:1]
