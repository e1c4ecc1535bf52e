"""What an HTML document says of its own language."""

from __future__ import annotations

from domain.languages import runs_right_to_left
from formats.html.attributes import attributes
from formats.html.lexer import Kind, tokens


def named(text: str, lang: str) -> str:
    """A document whose `html` names this language where it names one, and the way it is written.

    Args:
        text: of the document.
        lang: BCP-47.
    """
    root = next((one for one in tokens(text) if one.kind is Kind.START), None)
    if root is None or root.name != "html":
        return text
    tag = text[root.start : root.end]
    right_to_left = runs_right_to_left(lang)
    found = {one.name: one for one in attributes(tag)}
    said = {"lang": lang, "xml:lang": lang, "dir": "rtl" if right_to_left else "ltr"}
    for one in sorted(found.values(), key=lambda one: one.start, reverse=True):
        if one.name in said and one.value:
            tag = f'{tag[: one.start]}"{said[one.name]}"{tag[one.end :]}'
    if right_to_left and "dir" not in found:
        tag = f'{tag[:-1].rstrip()} dir="rtl">'
    return text[: root.start] + tag + text[root.end :]
