"""What two HTML documents must share when one is the other's translation."""

from __future__ import annotations

from collections import Counter
from itertools import groupby

from formats.html.attributes import without_prose
from formats.html.lexer import Kind, Token
from formats.html.runs import folded
from formats.html.tree import is_inline


def difference(source: str, translated: str) -> str | None:
    """The first difference in words; None where the tags agree.

    Blocks' tags must be the same in the same order, with the same attributes but for those with
    prose and the document's language; between two of them inline tags, comments and untranslated
    elements may change places.
    """
    parts, new_parts = _parts(source), _parts(translated)
    for (line, inline, markup), (_, new_inline, new) in zip(parts, new_parts, strict=False):
        if lost := markup - new:
            return f"line {line}: {_shown(lost)} is missing"
        if (gained := new - markup) or inline != new_inline:
            return f"line {line}: {_shown(gained)} was added"
    return None if len(parts) == len(new_parts) else "the document ends elsewhere"


def outline(text: str) -> tuple[object, ...]:
    """What two documents, or parts of them, must share: equal where `difference` is None."""
    return tuple((inline, frozenset(markup.items())) for _, inline, markup in _parts(text))


def _parts(text: str) -> list[tuple[int, bool, Counter[str]]]:
    """Line, whether it is inside a block, and markup: a block's tag, or all between two of them."""
    found = []
    line = 1
    previous_inline = False
    for inline, group in groupby(folded(text), is_inline):
        for cut in [list(group)] if inline else ([token] for token in group):
            if not inline and not previous_inline:
                found.append((line, True, Counter[str]()))
            found.append((line, inline, _markup(text, cut)))
            line += text.count("\n", cut[0].start, cut[-1].end)
            previous_inline = inline
    return found


def _markup(text: str, cut: list[Token]) -> Counter[str]:
    return Counter(without_prose(t, text[t.start : t.end]) for t in cut if t.kind is not Kind.TEXT)


def _shown(markup: Counter[str]) -> str:
    first = next(iter(markup), "text")
    return first if len(first) <= 80 else f"{first[:79]}…"
