"""Termbases in TBX (ISO 30042), the exchange format of terminology.

Version 2 (`martif`, ISO 30042:2008, TBX-Basic) and version 3 (`tbx`, ISO 30042:2019) in both its
styles: data categories as attributes (DCA) or as elements (DCT).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError
from pydantic import ValidationError

from domain.briefing import GlossaryEntry
from domain.errors import GlossaryError
from domain.glossary.concepts import Concept, ConceptTerm, Standing
from domain.languages import normalized

_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_ROOTS = ("martif", "tbx")
_CONCEPTS = frozenset(["termEntry", "conceptEntry"])
_LANGUAGES = frozenset(["langSet", "langSec"])
_TERMS = frozenset(["tig", "ntig", "termSec"])
_BY_ATTRIBUTE = frozenset(["admin", "adminNote", "descrip", "descripNote", "termNote"])
_STANDING = ("administrativeStatus", "normativeAuthorization")
_STANDINGS = {
    "preferred": Standing.PREFERRED,
    "preferredterm": Standing.PREFERRED,
    "standardizedterm": Standing.PREFERRED,
    "legalterm": Standing.PREFERRED,
    "regulatedterm": Standing.PREFERRED,
    "admitted": Standing.ADMITTED,
    "admittedterm": Standing.ADMITTED,
    "deprecated": Standing.FORBIDDEN,
    "deprecatedterm": Standing.FORBIDDEN,
    "superseded": Standing.FORBIDDEN,
    "supersededterm": Standing.FORBIDDEN,
    "forbidden": Standing.FORBIDDEN,
    "obsolete": Standing.FORBIDDEN,
    "notrecommended": Standing.FORBIDDEN,
}


def read_tbx(data: bytes, *, where: str) -> tuple[Concept, ...]:
    """The concepts of a termbase, those left out that have no term.

    What a concept is: its `definition`, else the first `context` of it; its `domain`: its
    `subjectField`. A term's standing is its `administrativeStatus` (or, in version 2,
    `normativeAuthorization`). Entities that a file declares itself, and what lies outside of it,
    are refused.

    Args:
        data: the file's content; its encoding is what it says of itself.
        where: the file, for messages.

    Raises:
        GlossaryError: it can't be used; with the line, and the element or attribute.
    """
    root = _parsed(data, where)
    if root.name not in _ROOTS:
        message = f"no TBX: it begins with <{root.name}>, not with <martif> or <tbx>"
        raise GlossaryError(message, where=where, line=root.line)
    concepts = [_concept(node, where) for node in root.all_of(_CONCEPTS)]
    found = tuple(concept for concept in concepts if concept.terms)
    if not found:
        raise GlossaryError("there is no term in it", where=where, line=root.line)
    return found


@dataclass(slots=True)
class _Node:
    """An element: its name without namespace, the line it begins on, what is in it."""

    name: str
    line: int
    attributes: dict[str, str]
    children: list[_Node] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join("".join(self.texts).split())

    @property
    def category(self) -> str:
        """The data category: by its attribute `type`, or by its own name."""
        return self.attributes.get("type", "") if self.name in _BY_ATTRIBUTE else self.name

    def all_of(self, names: frozenset[str]) -> Iterator[_Node]:
        """The elements of some names below it, not those inside of one found."""
        waiting = self.children[::-1]
        while waiting:
            node = waiting.pop()
            if node.name in names:
                yield node
            else:
                waiting += node.children[::-1]

    def first(self, category: str, *, beyond: frozenset[str] = frozenset()) -> _Node | None:
        """The first element of a data category below it that has a text.

        Args:
            beyond: names of elements that are not looked into.
        """
        waiting = self.children[::-1]
        while waiting:
            node = waiting.pop()
            if node.category == category and node.text:
                return node
            if node.name not in beyond:
                waiting += node.children[::-1]
        return None


class _Tree:
    """Makes elements of what the parser reports."""

    def __init__(self) -> None:
        self.root: _Node | None = None
        self.parser: DefusedXMLParser | None = None
        self._open: list[_Node] = []

    @property
    def line(self) -> int:
        return int(self.parser.parser.CurrentLineNumber) if self.parser else 1

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        node = _Node(tag.rpartition("}")[2], self.line, dict(attributes))
        if self._open:
            self._open[-1].children.append(node)
        else:
            self.root = node
        self._open.append(node)

    def end(self, _tag: str) -> None:
        ended = self._open.pop()
        if self._open and not ended.children:  # such as <hi> inside of a term
            self._open[-1].texts += ended.texts if ended.name in ("hi", "foreign") else ()

    def data(self, text: str) -> None:
        self._open[-1].texts.append(text)

    def close(self) -> None:
        """Nothing is left to do."""


def _parsed(data: bytes, where: str) -> _Node:
    tree = _Tree()
    # An external DTD is only named by most files; it is never opened.
    parser = DefusedXMLParser(target=tree, forbid_entities=True, forbid_external=True)
    tree.parser = parser
    try:
        parser.feed(data)
        parser.close()
    except ParseError as error:
        line, _ = error.position
        raise GlossaryError(f"no valid XML: {error}", where=where, line=line) from None
    except DefusedXmlException:
        message = "it declares entities or names some outside; write their text out instead"
        raise GlossaryError(message, where=where, line=tree.line) from None
    except (LookupError, ValueError) as error:  # of its encoding
        raise GlossaryError(f"no valid XML: {error}", where=where, line=tree.line) from None
    if tree.root is None:
        raise GlossaryError("no valid XML: no element found", where=where, line=1)
    return tree.root


def _concept(node: _Node, where: str) -> Concept:
    terms = tuple(term for section in node.all_of(_LANGUAGES) for term in _terms_of(section, where))
    subject = node.first("subjectField")
    meaning = (
        node.first("definition", beyond=_LANGUAGES)
        or node.first("definition")
        or node.first("context")
    )
    return Concept(terms, meaning.text if meaning else None, subject.text if subject else None)


def _terms_of(section: _Node, where: str) -> Iterator[ConceptTerm]:
    code = section.attributes.get(_LANG) or section.attributes.get("lang")
    if not code:
        message = f"this <{section.name}> does not say its language"
        raise GlossaryError(message, where=where, line=section.line, field="xml:lang")
    try:
        lang = normalized(code)
    except ValueError as error:
        raise GlossaryError(str(error), where=where, line=section.line, field="xml:lang") from None
    for part in section.all_of(_TERMS):
        term = part.first("term")
        if term is None:
            message = f"this <{part.name}> has no term"
            raise GlossaryError(message, where=where, line=part.line, field="term")
        try:
            GlossaryEntry(term=term.text)
        except ValidationError as error:
            message = str(error.errors(include_url=False)[0]["msg"])
            raise GlossaryError(message, where=where, line=term.line, field="term") from None
        yield ConceptTerm(lang, term.text, _standing(part, where))


def _standing(part: _Node, where: str) -> Standing:
    told = next((node for name in _STANDING if (node := part.first(name))), None)
    if told is None:
        return Standing.UNRATED
    try:
        return _STANDINGS[told.text.removesuffix("-admn-sts").casefold()]
    except KeyError:
        raise GlossaryError(
            f"unknown status {told.text!r}; known are preferredTerm-admn-sts, "
            "admittedTerm-admn-sts, deprecatedTerm-admn-sts and supersededTerm-admn-sts",
            where=where,
            line=told.line,
            field=told.category,
        ) from None
