"""What the formats of office documents have in common."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import ClassVar

from lxml import etree

from domain.document.plan import Unit
from formats.office.openxml import document as office_document
from formats.office.openxml import structure as office_structure
from formats.office.openxml.document import Fillable
from formats.office.openxml.package import Package
from formats.office.openxml.structure import Shape

Content = tuple[Mapping[str, etree._Element], Sequence[Fillable]]
"""The roots of the parts that hold texts, or repeat them, by name; and the places of the texts."""


class OfficeFormat:
    """A format whose documents are packages of Open XML, in one language.

    Attributes:
        shape: what in its documents is text.
        suffixes: as `Format` has them; the first is the usual one.
    """

    __slots__ = ()

    shape: ClassVar[Shape]
    suffixes: tuple[str, ...]

    @property
    def bilingual(self) -> bool:
        return False

    def content(self, package: Package) -> Content:
        """What of a document is translated.

        Raises:
            DocumentError: it is no document of this format, or is damaged.
        """
        raise NotImplementedError

    def extract(self, data: bytes, target_lang: str) -> tuple[Unit, ...]:
        """A unit a place."""
        package = self._opened(data)
        return office_document.units(package, self.content(package)[1])

    def assemble(
        self,
        data: bytes,
        texts: Sequence[str],
        target_lang: str,
        undone: Collection[int] = (),
    ) -> bytes:
        """The document with a text in the place of each unit.

        A text that can't be written leaves its place as it is: its tags are not those of its unit,
        or it is longer than the place allows.
        """
        package = self._opened(data)
        roots, places = self.content(package)
        return office_document.filled(package, roots, places, texts, target_lang)

    def same_structure(self, source: bytes, translated: bytes) -> str | None:
        """Whether all but the text, and where runs of one format begin and end, is the same."""
        before, after = self._opened(source), self._opened(translated)
        roots, _ = self.content(before)
        return office_structure.difference(before, after, roots, self.shape)

    def _opened(self, data: bytes) -> Package:
        return Package(data, self.suffixes[0])
