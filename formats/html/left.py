"""What of an HTML document is offered to nobody: code, drawings, and what says that it stays."""

from __future__ import annotations

import html
from collections.abc import Iterator

from domain.document.coverage import Left, LeftReason
from formats.common.prose import has_prose
from formats.html.lexer import Kind, tokens
from formats.html.runs import folded, runs
from formats.html.tree import Tree, names

_UNREAD = names("script style")
_REASONS = {
    "": LeftReason.KEPT,
    "textarea": LeftReason.KEPT,
    "svg": LeftReason.NOT_UNDERSTOOD,
}


def left(text: str) -> Iterator[Left]:
    """The texts of elements that are not translated, but for those within a run.

    Text of a drawing is prose that is not offered. What a run holds counts with its sentence.
    """
    covered = iter([(run.pieces[0].start, run.pieces[-1].end) for run in runs(text, folded(text))])
    start, end = next(covered, (len(text), len(text)))
    tree = Tree()
    for token in tokens(text):
        while token.start >= end and end < len(text):
            start, end = next(covered, (len(text), len(text)))
        stretch = text[token.start : token.end]
        tree.take(token, stretch)
        if token.kind is not Kind.TEXT or tree.translated or tree.cause in _UNREAD:
            continue
        plain = html.unescape(stretch)
        if not start <= token.start < end and has_prose(plain):
            yield Left(_REASONS.get(tree.cause, LeftReason.CODE), plain)
