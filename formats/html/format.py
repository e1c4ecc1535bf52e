"""HTML: the text of its blocks, with the inline elements in it, and attributes with prose."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from domain.document.coverage import Left
from domain.document.plan import Unit
from formats.common import slots
from formats.common.encoding import Decoded, decode
from formats.html import attributes as html_attributes
from formats.html import charset as html_charset
from formats.html import language as html_language
from formats.html import left as html_left
from formats.html import structure as html_structure
from formats.html.attributes import AttributeSlot
from formats.html.lexer import Token
from formats.html.runs import folded, runs
from formats.html.text import HtmlSlot, slot


@dataclass(frozen=True, slots=True)
class HtmlFormat:
    """HTML, as a browser would cut it; tags, comments and all other attributes stay as they are.

    What is in `code`, `pre`, `script`, `style`, `textarea`, `svg`, `math`, or marked with
    `translate="no"` or the class `notranslate`, is not translated.
    """

    name: str = "html"
    suffixes: tuple[str, ...] = (".html", ".htm", ".xhtml")
    media_type: str = "text/html"
    bilingual: bool = False

    def extract(self, data: bytes, target_lang: str) -> tuple[Unit, ...]:
        """A unit a run of text and inline elements between two tags of blocks, and an attribute
        with prose; in order of where they begin."""
        return slots.units(places(_read(data).text))

    def assemble(
        self,
        data: bytes,
        texts: Sequence[str],
        target_lang: str,
        undone: Collection[int] = (),
    ) -> bytes:
        """The document with a text in the place of each unit.

        Of a text's tags those stay that its unit has; any other `<` is written as `&lt;`. What the
        document's encoding lacks becomes a character reference. Where any text changes, the
        document says that it is in the target language, if it says so at all.
        """
        decoded = _read(data)
        filled = with_texts(decoded.text, texts)
        if filled != decoded.text:
            filled = html_language.named(filled, target_lang)
        return decoded.encode(filled, errors="xmlcharrefreplace")

    def left(self, data: bytes, target_lang: str) -> tuple[Left, ...]:
        """Text of elements that are not translated, but for those within a sentence."""
        return tuple(html_left.left(_read(data).text))

    def same_structure(self, source: bytes, translated: bytes) -> str | None:
        """Whether the blocks' tags are the same, and in each block the same inline ones."""
        return html_structure.difference(_read(source).text, _read(translated).text)


def _read(data: bytes) -> Decoded:
    return decode(data, declared=html_charset.declared(data))


def places(text: str) -> list[HtmlSlot | AttributeSlot]:
    """The places of a document, or of a part of one, in order of where they begin; those of
    attributes may stand within another's."""
    cut = folded(text)
    return sorted(
        [*html_attributes.slots(text, cut), *_runs(text, cut)], key=lambda slot: slot.start
    )


def _runs(text: str, cut: Sequence[Token]) -> list[HtmlSlot]:
    return [found for run in runs(text, cut) if (found := slot(text, run))]


def with_texts(text: str, texts: Sequence[str]) -> str:
    """The same with a text in each place.

    First in attributes, then in runs, whose tags are written as they are by then.

    Raises:
        ValueError: there are more or fewer texts than places.
    """
    pairs = list(zip(places(text), texts, strict=True))
    values = [(slot, value) for slot, value in pairs if isinstance(slot, AttributeSlot)]
    sentences = [(slot, sentence) for slot, sentence in pairs if isinstance(slot, HtmlSlot)]
    inner = slots.fill(text, [slot for slot, _ in values], [value for _, value in values])
    found = [slot for slot, _ in sentences]
    if inner != text:
        found = [
            replace(new, unit=old.unit, markup=old.markup)
            for old, new in zip(found, _runs(inner, folded(inner)), strict=True)
        ]
    return slots.fill(inner, found, [sentence for _, sentence in sentences])
