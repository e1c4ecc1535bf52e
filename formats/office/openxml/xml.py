"""XML of office documents, read without trust."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lxml import etree

from domain.errors import DocumentError

COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DOCTYPES = tuple("<!DOCTYPE".encode(codec) for codec in ("utf-8", "utf-16-le", "utf-16-be"))


def parsed(data: bytes, name: str) -> etree._Element:
    """The root element of a part.

    Args:
        data: the part's bytes.
        name: the part's name, for messages.

    Raises:
        DocumentError: it is not well-formed, nested deeper than 256 elements, or has a document
            type declaration, which parts must not have (ECMA-376 part 2, 6.2.5); with the line.
    """
    for doctype in _DOCTYPES:
        if doctype in data:
            raise DocumentError(
                f"its part {name} has a document type declaration, which may hide entities; save"
                " the document again in the program that it is from",
                line=data.count(b"\n", 0, data.index(doctype)) + 1,
            )
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise DocumentError(
            f"its part {name} is no XML that can be read: {error.msg}", line=error.lineno
        ) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise DocumentError(f"its part {name} has a document type declaration", line=1)
    return root


def written(root: etree._Element) -> bytes:
    """A part's bytes."""
    return etree.tostring(
        root.getroottree(), xml_declaration=True, encoding="UTF-8", standalone=True
    )


def storable(text: str) -> str:
    """The text with U+FFFD for characters that XML can't hold."""
    return _NOT_XML.sub("\ufffd", text)


def text_element(parent: etree._Element, tag: str, text: str) -> etree._Element:
    """A new child that holds a text, its outer white space kept where there is any."""
    node = etree.SubElement(parent, tag)
    node.text = text
    if text != text.strip():
        node.set(SPACE, "preserve")
    return node


def twins(root: etree._Element, tag: str) -> dict[etree._Element, etree._Element]:
    """By each element of this tag in a fallback, the one that it repeats for older programs."""
    found: dict[etree._Element, etree._Element] = {}
    for alternate in root.iter(f"{COMPATIBILITY}AlternateContent"):
        choice = alternate.find(f"{COMPATIBILITY}Choice")
        fallback = alternate.find(f"{COMPATIBILITY}Fallback")
        if choice is None or fallback is None:
            continue
        firsts, seconds = list(choice.iter(tag)), list(fallback.iter(tag))
        if len(firsts) == len(seconds):
            for first, second in zip(firsts, seconds, strict=True):
                found.setdefault(second, first)
    return found


def signatures(nodes: Iterable[etree._Element]) -> tuple[bytes, ...]:
    """What says how a run looks, equal for equal elements in whatever order."""
    return tuple(sorted(map(_signature, nodes)))


def _signature(node: etree._Element) -> bytes:
    if len(node):
        return etree.tostring(node, method="c14n", exclusive=True)
    return repr((node.tag, sorted(node.attrib.items()))).encode()
