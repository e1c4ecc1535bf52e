"""Attributes of HTML that hold prose: what they are, where they stand, and how they are written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape

from domain.document.plan import Unit
from formats.common.prose import has_prose, is_file_name
from formats.html.lexer import Kind, Token
from formats.html.tree import Tree, names, translate_attribute

_ATTRIBUTE = re.compile(
    r"""
    (?<=[\t\n\f\r /"'])(?P<name>[^\t\n\f\r />="']++)
    (?:
        [\t\n\f\r ]*+=[\t\n\f\r ]*+
        (?P<written>"[^"]*+"|'[^']*+'|[^\t\n\f\r >"'][^\t\n\f\r >]*+)
    )?+
    """,
    re.VERBOSE,
)
_ANYWHERE = names(
    "title alt placeholder aria-label aria-description aria-placeholder aria-roledescription"
    " aria-valuetext"
)
_OF_ELEMENTS = {
    "abbr": names("th"),
    "label": names("option optgroup track menu menuitem"),
    "summary": names("table"),
}
_METAS = names(
    "description keywords abstract subject title og:title og:description og:image:alt"
    " twitter:title twitter:description twitter:image:alt"
)
_LONG_METAS = ("description", "abstract")
_LANGUAGES = names("content-language language dc.language dcterms.language inlanguage")
_LOCALES = names("og:locale")
_CODE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")
_BUTTONS = names("submit button reset")
_LANGUAGE = names("lang xml:lang dir")


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of a tag that starts at 0.

    Attributes:
        name: in lower case.
        value: what it means; empty where it has none.
        start: where its value begins, with its quotes.
        end: where that ends; `start` where there is none.
    """

    name: str
    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class AttributeSlot:
    """A place for an attribute's translation: its value with the quotes around it."""

    start: int
    end: int
    unit: Unit
    quote: str

    def put(self, translation: str) -> str | None:
        """The translation, whose line breaks are spaces, in quotes."""
        escapes: dict[str, str | int | None] = {"&": "&amp;", "<": "&lt;", "\n": " ", "\r": " "}
        escapes[self.quote] = "&quot;" if self.quote == '"' else "&#39;"
        return self.quote + translation.translate(str.maketrans(escapes)) + self.quote


def attributes(tag: str) -> Iterator[Attribute]:
    """The attributes of a start tag, in order; of those of one name the first alone counts, as the
    HTML standard says (section 13.2.5.33)."""
    seen = set()
    for match in _ATTRIBUTE.finditer(tag, 1):
        name, written = match["name"].lower(), match["written"]
        if name in seen:
            continue
        seen.add(name)
        if written is None:
            yield Attribute(name, "", match.end(), match.end())
            continue
        value = written[1:-1] if written[0] in "\"'" else written
        yield Attribute(name, unescape(value), *match.span("written"))


def slots(text: str, cut: Sequence[Token]) -> list[AttributeSlot]:
    """The places of a document's attributes that hold prose, in order.

    Which they are follows the HTML standard's list of translatable attributes (section 3.2.6.2)
    and ARIA's names and descriptions. An element that is not translated has none.

    Args:
        text: the document.
        cut: its tokens, as `html_runs.folded` has them.
    """
    tree = Tree()
    found = []
    for token in cut:
        tag = text[token.start : token.end]
        if token.kind is Kind.START:
            said = translate_attribute(tag)
            if tree.translated if said is None else said:
                found += of_tag(token, tag)
        tree.take(token, tag)
    return found


def of_tag(token: Token, tag: str) -> list[AttributeSlot]:
    """The places of a start tag's attributes that hold prose; `tag` is what it reads."""
    return [_slot(token, tag, one) for one in _with_prose(token.name, tag)]


def of_language(token: Token, tag: str) -> Iterator[tuple[Attribute, bool]]:
    """The `content` of a `meta` that names the document's language by its code; and whether with
    a country, as Open Graph writes it (`de_DE`)."""
    if token.name != "meta":
        return
    found = list(attributes(tag))
    said = {_said(found, name) for name in ("http-equiv", "name", "property", "itemprop")}
    for one in found:
        if one.name == "content" and _CODE.fullmatch(one.value.strip()):
            if said & _LANGUAGES:
                yield one, False
            elif said & _LOCALES:
                yield one, True


def without_prose(token: Token, tag: str) -> str:
    """A tag without what may change in a translation: prose, and the document's language."""
    if token.kind is not Kind.START:
        return tag
    spans = [(one.start, one.end) for one in _with_prose(token.name, tag)]
    if token.name == "html":
        language = (one for one in attributes(tag) if one.name in _LANGUAGE)
        spans += [(_name_start(tag, one), one.end) for one in language]
    spans += [(one.start, one.end) for one, _ in of_language(token, tag)]
    return _cut(tag, sorted(spans))


def _name_start(tag: str, attribute: Attribute) -> int:
    before = tag[: attribute.start].rstrip("= \t\n\f\r")
    return len(before) - len(attribute.name)


def _cut(tag: str, spans: Sequence[tuple[int, int]]) -> str:
    for start, end in reversed(spans):
        tag = tag[:start].rstrip() + tag[end:]
    return tag


def _with_prose(name: str, tag: str) -> Iterator[Attribute]:
    if "=" not in tag:
        return
    found = list(attributes(tag))
    for one in found:
        is_text = has_prose(one.value) and not is_file_name(one.value)
        if is_text and _is_prose(name, one.name, found):
            yield one


def _is_prose(element: str, name: str, beside: list[Attribute]) -> bool:
    if name in _ANYWHERE:
        return True
    if name in _OF_ELEMENTS:
        return element in _OF_ELEMENTS[name]
    if name == "value" and element == "input":
        return _said(beside, "type") in _BUTTONS
    if name == "content" and element == "meta":
        return (_said(beside, "name") or _said(beside, "property")) in _METAS
    return False


def _said(beside: list[Attribute], name: str) -> str:
    return next((one.value.strip().lower() for one in beside if one.name == name), "")


def _slot(token: Token, tag: str, attribute: Attribute) -> AttributeSlot:
    kind = attribute.name
    if token.name == "meta":
        beside = list(attributes(tag))
        kind = _said(beside, "name") or _said(beside, "property")
    role = "paragraph" if kind.endswith(_LONG_METAS) else "label"
    first = tag[attribute.start]
    return AttributeSlot(
        token.start + attribute.start,
        token.start + attribute.end,
        Unit(attribute.value, role, path=f"{token.name}.{kind}"),
        first if first in "\"'" else '"',
    )
