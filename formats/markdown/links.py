"""Links whose text is their label too: a translated text would lose its definition."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Collection

from markdown_it.common.utils import normalizeReference

from formats.common.prose import has_prose
from formats.markdown.atoms import spans, without
from formats.markdown.dialects import COMMONMARK, Dialect
from formats.markdown.syntax.python_links import LABEL

_LABELLED = re.compile(rf"(?<![\\\]]){LABEL}(?:\[\]|(?![\[(]))", re.DOTALL)
_BEFORE_A_FOOTNOTE = re.compile(rf"(?<![\\\]]){LABEL}(?=\[\^)", re.DOTALL)
_PARTED_LABEL = re.compile(
    r"(?<![\\\]])(?P<text>\[[^\[\]]++\])\s\[(?P<label>[^\[\]\\^][^\[\]\\]*+)\]"
)
_WRAPPED_LABEL = re.compile(r"(?<=\]\[)[^\[\]\n]*+\n[^\[\]\n]*+(?=\])")


def spelled_out(text: str, labels: Collection[str], dialect: Dialect = COMMONMARK) -> str:
    """The text with `[word]` and `[word][]` as `[word][word]`, where `word` is to be translated.

    A label of its own stands on one line, so that it can be told from text.

    Args:
        text: of a unit.
        labels: those with a definition in the document, as the parser normalizes them.
        dialect: of the document. To Python-Markdown `[word][^1]` is a link and a footnote, and a
            label may stand behind a space: `[a word] [label]`.
    """
    if not labels or "[" not in text:
        return text
    if "links of Python-Markdown" in dialect.constructs:
        text = _replaced(_PARTED_LABEL, text, _join, labels, dialect)
        text = _replaced(_BEFORE_A_FOOTNOTE, text, _spell, labels, dialect)
    text = _replaced(_LABELLED, text, _spell, labels, dialect)
    return _WRAPPED_LABEL.sub(lambda match: _unwrap(match, labels), text)


def _replaced(
    pattern: re.Pattern[str],
    text: str,
    replacing: Callable[[re.Match[str]], str],
    labels: Collection[str],
    dialect: Dialect,
) -> str:
    """The text with those links replaced whose label is defined, and that lie in no atom."""
    atoms = list(spans(text, dialect))
    starts = [start for start, _ in atoms]

    def in_atom(place: int) -> bool:
        nth = bisect_right(starts, place) - 1
        return nth >= 0 and place < atoms[nth][1]

    def replace(match: re.Match[str]) -> str:
        known = normalizeReference(match["label"]) in labels
        if not known or in_atom(match.start()) or in_atom(match.end("label")):
            return match[0]
        return replacing(match)

    return pattern.sub(replace, text)


def _spell(match: re.Match[str]) -> str:
    label = match["label"]
    return f"[{label}][{' '.join(label.split())}]" if has_prose(without(label)) else match[0]


def _join(match: re.Match[str]) -> str:
    return f"{match['text']}[{' '.join(match['label'].split())}]"


def _unwrap(match: re.Match[str], labels: Collection[str]) -> str:
    known = normalizeReference(match[0]) in labels
    return " ".join(match[0].split()) if known else match[0]
