"""What an HTML document says of its own language."""

from __future__ import annotations

from domain.languages import runs_right_to_left, with_country
from formats.common.spliced import Edit, spliced
from formats.html.attributes import attributes, of_language
from formats.html.lexer import Kind, Token, tokens


def named(text: str, lang: str) -> str:
    """A document that names this language where it names one: in `html`, with the way it is
    written, and in the `meta`s of its head.

    Args:
        text: of the document.
        lang: BCP-47.
    """
    edits: list[Edit] = []
    for number, token in enumerate(one for one in tokens(text) if one.kind is Kind.START):
        tag = text[token.start : token.end]
        if token.name == "body":
            break
        if number == 0 and token.name == "html":
            edits.append((token.start, token.end, _root(tag, lang)))
        edits += _meta(token, tag, lang)
    return spliced(text, edits)


def _meta(token: Token, tag: str, lang: str) -> list[Edit]:
    return [
        (
            token.start + one.start,
            token.start + one.end,
            f'"{with_country(lang) if has_country else lang}"',
        )
        for one, has_country in of_language(token, tag)
    ]


def _root(tag: str, lang: str) -> str:
    right_to_left = runs_right_to_left(lang)
    found = {one.name: one for one in attributes(tag)}
    said = {"lang": lang, "xml:lang": lang, "dir": "rtl" if right_to_left else "ltr"}
    for one in sorted(found.values(), key=lambda one: one.start, reverse=True):
        if one.name in said and one.value:
            tag = f'{tag[: one.start]}"{said[one.name]}"{tag[one.end :]}'
    if right_to_left and "dir" not in found:
        tag = f'{tag[:-1].rstrip()} dir="rtl">'
    return tag
