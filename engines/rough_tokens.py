"""Tokens of a text, roughly: what is reckoned with before any engine has counted."""

from __future__ import annotations

import re

_WIDE = re.compile("[\u0900-\U0010ffff]")


def rough_tokens(text: str) -> int:
    """Tokens of a text, roughly: four characters a token, in Asian scripts one."""
    wide = 0 if text.isascii() else len(_WIDE.findall(text))
    return wide + (len(text) - wide + 3) // 4
