"""Python-Markdown's links that CommonMark has not: before a footnote, and with a parted label."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.common.utils import normalizeReference
from markdown_it.rules_block import reference
from markdown_it.rules_inline import StateInline

LABEL = r"\[(?P<label>[^\[\]\\]*+(?:\\.[^\[\]\\]*+)*+)\]"
_LINK = re.compile(rf"\[(?P<text>[^\[\]]+)\](?:(?=\[\^)|\s{LABEL})", re.DOTALL)


def with_python_links(parser: MarkdownIt) -> None:
    """Have a parser read `[word][^1]` and `[a text] [word]`, where `word` is defined.

    A definition ends a paragraph.
    """
    parser.block.ruler.at("reference", reference, {"alt": ["paragraph"]})
    parser.inline.ruler.before("link", "python_links", _link)


def _link(state: StateInline, silent: bool) -> bool:
    match = _LINK.match(state.src, state.pos, state.posMax) if state.src[state.pos] == "[" else None
    definitions = state.env.get("references", {})
    definition = match and definitions.get(normalizeReference(match["label"] or match["text"]))
    if not match or not definition:
        return False
    if not silent:
        end = state.posMax
        state.pos, state.posMax = match.span("text")
        opening = state.push("link_open", "a", 1)
        opening.attrs = {"href": definition["href"]}
        state.md.inline.tokenize(state)
        state.push("link_close", "a", -1)
        state.posMax = end
    state.pos = match.end()
    return True
