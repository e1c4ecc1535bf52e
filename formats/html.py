"""HTML: the text of its blocks, with the inline elements in it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from domain.plan import Unit
from formats import html_charset, html_structure, slots
from formats.encoding import Decoded, decode
from formats.html_runs import runs
from formats.html_text import HtmlSlot, slot


@dataclass(frozen=True, slots=True)
class HtmlFormat:
    """HTML, as a browser would cut it; tags, attributes and comments stay as they are.

    What is in `code`, `pre`, `script`, `style`, `textarea`, `svg`, `math`, or marked with
    `translate="no"` or the class `notranslate`, is not translated.
    """

    name: str = "html"
    suffixes: tuple[str, ...] = (".html", ".htm", ".xhtml")
    media_type: str = "text/html"
    bilingual: bool = False

    def extract(self, data: bytes, target_lang: str) -> tuple[Unit, ...]:
        """A unit a run of text and inline elements between two tags of blocks."""
        return slots.units(_slots(_read(data).text))

    def assemble(
        self,
        data: bytes,
        texts: Sequence[str],
        target_lang: str,
        undone: Collection[int] = (),
    ) -> bytes:
        """The document with a text in the place of each unit.

        Of a text's tags those stay that its unit has; any other `<` is written as `&lt;`. What the
        document's encoding lacks becomes a character reference.
        """
        decoded = _read(data)
        filled = slots.fill(decoded.text, _slots(decoded.text), texts)
        return decoded.encode(filled, errors="xmlcharrefreplace")

    def same_structure(self, source: bytes, translated: bytes) -> str | None:
        """Whether the blocks' tags are the same, and in each block the same inline ones."""
        return html_structure.difference(_read(source).text, _read(translated).text)


def _read(data: bytes) -> Decoded:
    return decode(data, declared=html_charset.declared(data))


def _slots(text: str) -> list[HtmlSlot]:
    return [found for run in runs(text) if (found := slot(text, run))]
