"""What is a placeholder within a text of MDX: expressions, and tags that hold some."""

from __future__ import annotations

_STRING = (
    r"""(?:"(?:[^"\\\n]|\\.){0,2000}+"|'(?:[^'\\\n]|\\.){0,2000}+'|`(?:[^`\\]|\\.){0,2000}+`)"""
)
_COMMENT = r"/\*(?:[^*]|\*(?!/)){0,2000}+\*/"
_FLAT = rf"""(?:[^{{}}"'`/]|{_COMMENT}|{_STRING}|["'`/])"""


def _nested(depth: int) -> str:
    if not depth:
        return rf"\{{{_FLAT}*+\}}"
    return rf"\{{(?:{_FLAT}|{_nested(depth - 1)})*+\}}"


_EXPRESSION = _nested(3)
_NAME = r"[^\W\d][\w$.:-]*+"
_QUOTED = rf"""\s++{_NAME}\s*+=\s*+(?:"[^"]*+"|'[^']*+')"""
_OTHER = rf"\s++(?:{_NAME}(?:\s*+=\s*+{_EXPRESSION}|(?!\s*+=))|{_EXPRESSION})"
_TAG = rf"<{_NAME}(?:{_QUOTED}){{0,60}}+{_OTHER}(?:{_QUOTED}|{_OTHER}){{0,60}}+\s*+/?>"
"""A tag with an expression, or with an attribute that has no value; others are known already."""

PATTERNS = (_TAG, r"</?>", _EXPRESSION)
"""Braces stand up to four deep in an expression."""
