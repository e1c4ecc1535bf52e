"""XLIFF 1.2 and 2.x: sources in, targets and their states out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from domain.errors import DocumentError
from domain.languages import normalized
from domain.plan import Unit
from formats import xml_elements
from formats.xliff_text import SourceText, codes, source_text
from formats.xliff_units import Node, Xliff, XliffUnit, read_xliff, units

_STATE = re.compile(r"""(?<!\s)\s++state\s*=\s*("[^"]*"|'[^']*')""")
_STATES = {"1": ("translated", "needs-review-translation"), "2": ("translated", "initial")}
_OWN = frozenset({"state", "target-language", "trgLang"})

Edit = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class XliffFormat:
    """XLIFF 1.2 and 2.x; what is translated already is left alone."""

    name: str = "xliff"
    suffixes: tuple[str, ...] = (".xlf", ".xliff")
    media_type: str = "application/xliff+xml"
    bilingual: bool = True

    def extract(self, data: bytes, target_lang: str) -> tuple[Unit, ...]:
        """A unit a source, in 2.x one a segment; its path is its name or id."""
        text = xml_elements.read(data).text
        found = tuple(
            Unit(
                content.text,
                role="label",
                path=unit.path,
                note=unit.note,
                max_chars=unit.max_chars,
            )
            for unit, content in _wanted(text, _checked(text, target_lang))
        )
        if not found:
            raise DocumentError("there is no source to translate in this file; leave it out")
        return found

    def assemble(
        self,
        data: bytes,
        texts: Sequence[str],
        target_lang: str,
        undone: Collection[int] = (),
    ) -> bytes:
        """The file with targets in, each with its state; sources stay byte for byte.

        A text that is its source and undone gives no target. In 1.2 a target is `translated`, or
        `needs-review-translation` where something has to be looked at; in 2.x its segment is
        `translated` or `initial`.
        """
        decoded = xml_elements.read(data)
        text = decoded.text
        xliff = _checked(text, target_lang)
        edits: list[Edit] = []
        wanted = list(_wanted(text, xliff))
        for number, ((unit, content), translation) in enumerate(zip(wanted, texts, strict=True)):
            if not translation.strip() or (number in undone and translation == content.text):
                continue
            target = content.target(translation.strip())
            if target is not None:
                state = _STATES[xliff.version][number in undone]
                edits += _put(text, xliff, unit, target, state)
        if edits:
            edits += _named(text, xliff, target_lang)
        return decoded.encode(_edited(text, edits), errors="xmlcharrefreplace")

    def same_structure(self, source: bytes, translated: bytes) -> str | None:
        """Whether all but targets and states is the same, and targets have their sources' codes."""
        before = xml_elements.read(source).text
        try:
            after = xml_elements.read(translated).text
            outline, new_outline = _outline(before), _outline(after)
        except DocumentError as error:
            return f"it is no XLIFF any more: {error}"
        for (at, here, _), (_, there, _) in zip(outline, new_outline, strict=False):
            if here != there:
                return f"line {_line(before, at)}: {here} became {there}"
        if len(outline) != len(new_outline):
            return f"{len(outline)} elements became {len(new_outline)}"
        for (at, _, old), (_, _, new) in zip(outline, new_outline, strict=True):
            if old != new and new is not None and new[0] != new[1]:
                line = _line(before, at)
                return f"line {line}: the inline codes of the target are not its source's"
        return None


def _checked(text: str, target_lang: str) -> Xliff:
    """The file, which is not for another language.

    Raises:
        DocumentError: it is; or it is no XLIFF.
    """
    xliff = read_xliff(text)
    for node in xliff.languages:
        said = node.attributes.get(xliff.language_attribute, "")
        try:
            other = said and normalized(said).split("-")[0] != target_lang.split("-")[0]
        except ValueError:
            other = False
        if other:
            raise DocumentError(
                f"it is for {said}, and is wanted in {target_lang}",
                line=_line(text, node.element.start),
                field=xliff.language_attribute,
            )
    return xliff


def _wanted(text: str, xliff: Xliff) -> Iterator[tuple[XliffUnit, SourceText]]:
    for unit in units(text, xliff):
        content = source_text(unit.source.content(text))
        if content.has_prose:
            yield unit, content


def _put(text: str, xliff: Xliff, unit: XliffUnit, content: str, state: str) -> Iterator[Edit]:
    """A target in its place, and its state."""
    tag = unit.source.element.tag.removesuffix("source") + "target"
    own_state = f' state="{state}"' if xliff.version == "1" else ""
    if unit.target is None:
        at = unit.target_place
        line = text.rfind("\n", 0, unit.source.element.start) + 1
        indent = text[line : unit.source.element.start]
        between = "\n" + indent if line and not indent.strip() else ""
        yield at, at, f"{between}<{tag}{own_state}>{content}</{tag}>"
    else:
        element = unit.target.element
        opening = _STATE.sub("", text[element.start : element.content_start])
        opening = opening.removesuffix(">").removesuffix("/").rstrip()
        yield element.start, element.end, f"{opening}{own_state}>{content}</{element.tag}>"
    if xliff.version == "2" and unit.stateful is not None:
        element = unit.stateful.element
        opening = _STATE.sub("", text[element.start : element.content_start])
        yield element.start, element.content_start, f'{opening[:-1].rstrip()} state="{state}">'


def _named(text: str, xliff: Xliff, target_lang: str) -> Iterator[Edit]:
    """The target language, where it is not named."""
    for node in xliff.languages:
        if not node.attributes.get(xliff.language_attribute):
            at = node.element.content_start - 1
            yield at, at, f' {xliff.language_attribute}="{target_lang}"'


def _edited(text: str, edits: Sequence[Edit]) -> str:
    parts = []
    at = 0
    for start, end, new in sorted(edits):
        parts += [text[at:start], new]
        at = end
    return "".join((*parts, text[at:]))


_Codes = tuple[tuple[str, ...], tuple[str, ...]]


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _outline(text: str) -> list[tuple[int, str, _Codes | None]]:
    """All elements but targets: their place, what they are, and of a source the codes of both."""
    found: list[tuple[int, str, _Codes | None]] = []
    stack: list[tuple[Node, Node | None]] = [(read_xliff(text).root, None)]
    while stack:
        node, parent = stack.pop()
        if node.name == "target":
            continue
        attributes = {k: v for k, v in node.attributes.items() if k not in _OWN}
        said = f"{node.name} {attributes}"
        pair = None
        if node.name == "source":
            said += f" {node.content(text)!r}"
            target = parent.child("target") if parent else None
            if target is not None:
                pair = (codes(node.content(text)), codes(target.content(text)))
        found.append((node.element.start, said, pair))
        if node.name != "source":
            stack += [(child, node) for child in reversed(node.children)]
    return found
