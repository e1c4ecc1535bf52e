"""Attributes of JSX that hold prose, within one tag or within tags alone on their lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import unescape

from domain.document.plan import Unit
from formats.common import slots
from formats.common.prose import has_prose, is_file_name
from formats.html.attributes import AttributeSlot
from formats.markdown.mdx import syntax

PROSE = frozenset(
    [
        *("title", "subtitle", "label", "caption", "description", "alt", "placeholder", "summary"),
        *("heading", "headline", "tagline", "text", "tip", "tooltip", "hint", "message", "cta"),
        *("aria-label", "aria-description", "aria-placeholder", "aria-roledescription"),
        *("aria-valuetext", "ariaLabel", "imageAlt", "buttonText", "linkText"),
    ]
)
"""Names of attributes that readers of components see: those of Docusaurus's, Starlight's and
Mintlify's own, and HTML's."""
_LONG = frozenset({"description", "summary", "message"})
_START = re.compile(r"<(?P<name>[^\W\d][\w$.:-]*+)")
_PART = re.compile(
    r"""
      (?P<name>[\w$:.-]++) (?:\s*+=\s*+(?:(?P<written>"[^"]*+"|'[^']*+')|(?P<value>\{)))?+
    | (?P<expression>\{) | [^\w$:.{-]
    """,
    re.VERBOSE,
)


def places(text: str) -> list[AttributeSlot]:
    """The places of attributes with prose in tags and expressions that follow each other.

    Args:
        text: a tag, or all that stands on the lines of a block of MDX.
    """
    found: list[AttributeSlot] = []
    at = 0
    while at < len(text):
        end: int | None = None
        if text[at] == "<":
            end = syntax.tag_end(text, at)
            if end and end != syntax.UNFINISHED and not text.startswith("<!--", at):
                found += _of_tag(text, at, end)
        elif text[at] == "{":
            end = syntax.expression_end(text, at)
        at = end if end and end != syntax.UNFINISHED else at + 1
    return found


def filled(text: str, texts: Sequence[str]) -> str:
    """The same with a text in each place."""
    return slots.fill(text, places(text), texts)


def without_prose(text: str) -> str:
    """The same without what may change in a translation."""
    for place in reversed(places(text)):
        text = text[: place.start] + text[place.end :]
    return " ".join(text.split())


def _of_tag(text: str, start: int, end: int) -> Iterator[AttributeSlot]:
    opening = _START.match(text, start)
    at = opening.end() if opening else end
    while opening and at < end and (part := _PART.match(text, at, end)):
        at = part.end()
        if part["expression"] or part["value"]:
            at = syntax.expression_end(text, at - 1)
            if at == syntax.UNFINISHED:
                return
        elif part["written"] and part["name"] in PROSE:
            value = unescape(part["written"][1:-1])
            if has_prose(value) and not is_file_name(value):
                role = "paragraph" if part["name"] in _LONG else "label"
                unit = Unit(value, role, path=f"{opening['name']}.{part['name']}")
                yield AttributeSlot(*part.span("written"), unit, part["written"][0])
