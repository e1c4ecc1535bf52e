"""What is translated already in an XLIFF file, and what people made of it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from domain.errors import DocumentError
from domain.languages import normalized
from formats.bilingual.xliff.nodes import Node, read_xliff, segmented
from formats.bilingual.xliff.text import source_text
from formats.bilingual.xliff.units import context_of
from formats.common import xml_elements

_APPROVED = frozenset({"final", "signed-off", "reviewed"})
"""The states of what a person has approved: two of 1.2, and two of 2.x."""

_UNDONE = ("new", "initial", "needs-")
"""How the states begin of what has still to be translated or looked at."""


@dataclass(frozen=True, slots=True)
class XliffPair:
    """A source with its target.

    Attributes:
        line: where it stands in its file, from 1.
        source_lang: BCP-47, in its standard form.
        target_lang: the same.
        source: as a translator sees it, inline codes literally.
        target: the same of its translation.
        context: what tells it from the same text elsewhere.
        approved: whether its file says that a person has approved it.
        done: whether its file says nothing to the contrary.
    """

    line: int
    source_lang: str
    target_lang: str
    source: str
    target: str
    context: str
    approved: bool
    done: bool


def pairs(
    data: bytes, source_lang: str | None = None, target_lang: str | None = None
) -> Iterator[XliffPair]:
    """The sources of a file that have a target, in order.

    Args:
        data: the file.
        source_lang: BCP-47, where the file doesn't say it.
        target_lang: the same.

    Raises:
        DocumentError: it is no XLIFF, or does not say which languages it is of; with the line.
    """
    text = xml_elements.read(data).text
    xliff = read_xliff(text)
    reader = _Reader(text)
    for file in xliff.root.children:
        if file.name == "file":
            holder = file if xliff.version == "1" else xliff.root
            source = reader.language(holder, source_lang, "source-language", "srcLang")
            target = reader.language(holder, target_lang, "target-language", "trgLang")
            yield from reader.below(file, source, target)


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._line_ends = [at for at, sign in enumerate(text) if sign == "\n"]

    def language(self, holder: Node, otherwise: str | None, *names: str) -> str:
        said = (holder.attributes[name] for name in names if name in holder.attributes)
        code = next(said, otherwise)
        if not code:
            message = "it is not given; say it with --from and --to"
            raise DocumentError(message, line=self._line(holder), field=names[0])
        try:
            return normalized(code)
        except ValueError as error:
            raise DocumentError(str(error), line=self._line(holder), field=names[0]) from None

    def below(self, node: Node, source_lang: str, target_lang: str) -> Iterator[XliffPair]:
        stack = [node]
        while stack:
            at = stack.pop()
            if at.name in ("trans-unit", "unit"):
                found = self._of_1(at) if at.name == "trans-unit" else self._of_2(at)
                for source, target, context, state, approved in found:
                    yield self._pair(
                        source, target, context, state, approved, source_lang, target_lang
                    )
            else:
                stack += reversed(at.children)

    def _of_1(self, unit: Node) -> Iterator[tuple[Node, Node, str, str, bool]]:
        source, target = unit.child("source"), unit.child("target")
        if source is None or target is None:
            return
        approved = unit.attributes.get("approved") == "yes"
        state = target.attributes.get("state", "")
        context = context_of(self._text, unit.children)
        parts = segmented(unit)
        several = [(source, target)]
        if parts is not None:
            marks = parts.target_marks
            several = [(mark, marks[mid]) for mid, mark in parts.marks.items() if mid in marks]
        for one, other in several:
            yield one, other, context, state, approved

    def _of_2(self, unit: Node) -> Iterator[tuple[Node, Node, str, str, bool]]:
        for segment in unit.children:
            source, target = segment.child("source"), segment.child("target")
            if segment.name == "segment" and source is not None and target is not None:
                yield source, target, "", segment.attributes.get("state", ""), False

    def _pair(
        self,
        source: Node,
        target: Node,
        context: str,
        state: str,
        approved: bool,
        source_lang: str,
        target_lang: str,
    ) -> XliffPair:
        return XliffPair(
            line=self._line(source),
            source_lang=source_lang,
            target_lang=target_lang,
            source=source_text(source.content(self._text)).text.strip(),
            target=source_text(target.content(self._text)).text.strip(),
            context=context,
            approved=approved or state in _APPROVED,
            done=approved or not state.startswith(_UNDONE),
        )

    def _line(self, node: Node) -> int:
        return bisect_right(self._line_ends, node.element.start) + 1
