"""XLIFF 1.2 and 2.x: sources in, targets and their states out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from domain.document.coverage import Left, LeftReason
from domain.document.plan import Unit
from domain.errors import DocumentError
from domain.languages import normalized
from formats.bilingual.xliff.nodes import Node, Xliff, read_xliff, segmented
from formats.bilingual.xliff.targets import Target, with_targets
from formats.bilingual.xliff.text import SourceText, codes, source_text
from formats.bilingual.xliff.units import XliffUnit, held, units
from formats.common import xml_elements
from formats.common.prose import has_prose

_HOLDING = re.compile(r"""\stranslate\s*+=\s*+["']no["']""")
_OWN = frozenset({"state", "subState", "target-language", "trgLang"})


@dataclass(frozen=True, slots=True)
class XliffFormat:
    """XLIFF 1.2 and 2.x; what is translated already is left alone."""

    name: str = "xliff"
    suffixes: tuple[str, ...] = (".xlf", ".xliff")
    media_type: str = "application/xliff+xml"
    bilingual: bool = True

    def extract(self, data: bytes, target_lang: str) -> tuple[Unit, ...]:
        """A unit a source, or one a segment of it; its path is its name or id, and that of it."""
        text = xml_elements.read(data).text
        found = tuple(
            Unit(
                content.text,
                role="label",
                path=unit.path,
                note=unit.note,
                max_chars=unit.max_chars,
                context=unit.context,
            )
            for unit, content in _wanted(text, _checked(text, target_lang))
        )
        if not found:
            raise DocumentError("there is no source to translate in this file; leave it out")
        return found

    def left(self, data: bytes, target_lang: str) -> tuple[Left, ...]:
        """What is marked `translate="no"`; what is translated already is none of it."""
        text = xml_elements.read(data).text
        if not _HOLDING.search(text):  # taking the file apart again is not cheap
            return ()
        sources = held(text, _checked(text, target_lang))
        return tuple(Left(LeftReason.KEPT, source) for source in sources if has_prose(source))

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
        wanted = list(_wanted(text, xliff))
        targets: list[Target] = []
        for number, ((unit, content), translation) in enumerate(zip(wanted, texts, strict=True)):
            if not translation.strip() or (number in undone and translation == content.text):
                continue
            target = content.target(translation.strip())
            if target is not None:
                targets.append(Target(unit, target, number in undone))
        return decoded.encode(
            with_targets(text, xliff, targets, target_lang), errors="xmlcharrefreplace"
        )

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


_Codes = tuple[tuple[str, ...], tuple[str, ...]]


def _codes_of(text: str, source: Node, parent: Node) -> _Codes | None:
    """The codes of a source and of its target; of one in segments, those of filled ones."""
    target, parts = parent.child("target"), segmented(parent)
    if target is None:
        return None
    pairs = [(source, target)]
    if parts is not None:
        marks = parts.target_marks
        pairs = [(mark, marks[mid]) for mid, mark in parts.marks.items() if mid in marks]
    filled = [(mark, other) for mark, other in pairs if other.content(text).strip()]
    before, after = (
        tuple(sorted(code for node in nodes for code in codes(node.content(text))))
        for nodes in (zip(*filled, strict=True) if filled else ((), ()))
    )
    return before, after


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
            pair = _codes_of(text, node, parent) if parent else None
        found.append((node.element.start, said, pair))
        if node.name != "source":
            stack += [(child, node) for child in reversed(node.children)]
    return found
