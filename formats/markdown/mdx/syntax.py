"""Where tags and expressions of MDX end, as micromark's extensions for it read them.

https://github.com/micromark/micromark-extension-mdx-jsx and -mdx-expression. These ask a parser of
JavaScript at each closing brace; here braces are counted outside strings, templates and comments.
"""

from __future__ import annotations

import re

UNFINISHED = -1
"""What is read ends before the text does."""

_NAME = r"[^\W\d][\w$-]*+(?:[.:][^\W\d][\w$-]*+)*+|[$][\w$-]*+"
_START = re.compile(rf"<(?:(?P<close>/)\s*+)?(?P<name>{_NAME})?+(?P<rest>\s*+)")
_ATTRIBUTE = re.compile(
    rf"""
      \s++
    | (?P<end>/?\s*+>)
    | (?P<expression>\{{)
    | (?:{_NAME}) (?:\s*+=\s*+(?: "[^"]*+" | '[^']*+' | (?P<value>\{{) | (?P<cut>["']|\Z) ))?+
    """,
    re.VERBOSE,
)
_CODE = re.compile(
    r"""
      (?P<open>[{(\[]) | (?P<close>[})\]])
    | "(?:[^"\\\n]|\\.)*+" | '(?:[^'\\\n]|\\.)*+'
    | //[^\n]*+ | /\*(?:[^*]|\*(?!/))*+\*/
    | (?P<cut>/\*)
    | (?P<tick>`)
    """,
    re.VERBOSE,
)
_TEMPLATE = re.compile(r"\\.|(?P<tick>`)|(?P<open>\$\{)", re.DOTALL)
_COMMENT = "<!--"


def tag_end(text: str, at: int) -> int | None:
    """Where the tag ends that `<` opens here; None where it opens none, or UNFINISHED.

    A comment of HTML counts as one, since sites let their authors write them.
    """
    if text.startswith(_COMMENT, at):
        end = text.find("-->", at + len(_COMMENT))
        return end + len("-->") if end >= 0 else UNFINISHED
    start = _START.match(text, at)
    if not start:
        return None
    if not start["name"] and (start["rest"] and not start["close"]):
        return None
    position = start.end()
    while position < len(text):
        part = _ATTRIBUTE.match(text, position)
        if not part or (not start["name"] and not part["end"]):
            return None
        if part["end"]:
            return part.end()
        position = part.end()
        if part["cut"] is not None:
            return UNFINISHED
        if part["expression"] or part["value"]:
            position = expression_end(text, position - 1)
            if position == UNFINISHED:
                return UNFINISHED
    return UNFINISHED


def is_whole(code: str) -> bool:
    """Whether all brackets, strings and templates of this JavaScript are closed."""
    return expression_end(f"({code}\n)", 0) != UNFINISHED


def expression_end(text: str, at: int) -> int:
    """Where what a brace or bracket opens here ends, behind what closes it; or UNFINISHED.

    Templates within it stand on one stack with its brackets.
    """
    opened: list[str] = []
    while True:
        in_template = opened[-1:] == ["`"]
        found = (_TEMPLATE if in_template else _CODE).search(text, at)
        if not found or found.groupdict().get("cut"):
            return UNFINISHED
        at = found.end()
        kind = found.lastgroup
        if kind == "open":
            opened.append("{")
        elif kind == "tick" and in_template:
            opened.pop()
        elif kind == "tick":
            opened.append("`")
        elif kind == "close":
            opened.pop()
        if not opened:
            return at
