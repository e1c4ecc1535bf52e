"""Links whose text is their label too: a translated text would lose its definition."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection

from markdown_it.common.utils import normalizeReference

from formats.common.prose import has_prose
from formats.markdown.atoms import spans, without

_LABELLED = re.compile(
    r"(?<![\\\]])\[(?P<label>[^\[\]\\]*+(?:\\.[^\[\]\\]*+)*+)\](?:\[\]|(?![\[(]))", re.DOTALL
)
_WRAPPED_LABEL = re.compile(r"(?<=\]\[)[^\[\]\n]*+\n[^\[\]\n]*+(?=\])")


def spelled_out(text: str, labels: Collection[str]) -> str:
    """The text with `[word]` and `[word][]` as `[word][word]`, where `word` is to be translated.

    A label of its own stands on one line, so that it can be told from text.

    Args:
        text: of a unit.
        labels: those with a definition in the document, as the parser normalizes them.
    """
    if not labels or "[" not in text:
        return text
    atoms = list(spans(text))
    starts = [start for start, _ in atoms]

    def in_atom(place: int) -> bool:
        nth = bisect_right(starts, place) - 1
        return nth >= 0 and place < atoms[nth][1]

    def spell(match: re.Match[str]) -> str:
        label = match["label"]
        if normalizeReference(label) not in labels or not has_prose(without(label)):
            return match[0]
        if in_atom(match.start()) or in_atom(match.end("label")):
            return match[0]
        return f"[{label}][{' '.join(label.split())}]"

    def unwrap(match: re.Match[str]) -> str:
        known = normalizeReference(match[0]) in labels
        return " ".join(match[0].split()) if known else match[0]

    return _WRAPPED_LABEL.sub(unwrap, _LABELLED.sub(spell, text))
