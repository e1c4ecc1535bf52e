"""What a dialect protects within a text, as the parser's inline tokens."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

PROTECTED = "protected"
"""Type of such a token."""


def with_protection(parser: MarkdownIt, patterns: Sequence[str]) -> None:
    """Have a parser read what these expressions match as one token each."""
    if not patterns:
        return
    pattern = re.compile("|".join(f"(?:{one})" for one in patterns))

    def rule(state: StateInline, silent: bool) -> bool:
        match = pattern.match(state.src, state.pos, state.posMax)
        if not match or not match[0]:
            return False
        if not silent:
            state.push(PROTECTED, "", 0).content = match[0]
        state.pos = match.end()
        return True

    parser.inline.ruler.before("text", PROTECTED, rule)
