"""What a document format can do."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol, runtime_checkable

from domain.document.coverage import Left
from domain.document.plan import Unit


class Format(Protocol):
    """Takes documents of one format apart and puts them together again.

    Attributes:
        name: how briefings, manifests and jobs call it.
        suffixes: the ends of file names it answers to, lower case, with their dot.
        media_type: as IANA registers it, or the nearest there is.
        bilingual: whether a document holds both languages, so that what is to be translated in
            it depends on the target.
    """

    @property
    def name(self) -> str: ...

    @property
    def suffixes(self) -> tuple[str, ...]: ...

    @property
    def media_type(self) -> str: ...

    @property
    def bilingual(self) -> bool: ...

    def extract(self, data: bytes, target_lang: str) -> tuple[Unit, ...]:
        """The translatable stretches of a document, in its order.

        Args:
            data: the file's bytes.
            target_lang: BCP-47; where its grammar asks for other forms (plurals), there are
                units for these.

        Raises:
            DocumentError: it can't be read as this format, is too large, holds nothing to
                translate, or says that it is for another language.
        """
        ...

    def assemble(
        self,
        data: bytes,
        texts: Sequence[str],
        target_lang: str,
        undone: Collection[int] = (),
    ) -> bytes:
        """The document with a text in the place of each of its units.

        The texts of its own units give `data` back, byte for byte, where the document is in one
        language; a blank text leaves its unit as it is. Whatever the texts hold, the document's
        structure stays the same.

        Args:
            data: as for `extract`.
            texts: one a unit.
            target_lang: as for `extract`.
            undone: numbers of units in which some source stands untranslated, or a translation
                that people have to look at; a format that can say so marks them.

        Raises:
            DocumentError: as `extract` does.
            ValueError: there are more or fewer texts than units.
        """
        ...

    def same_structure(self, source: bytes, translated: bytes) -> str | None:
        """The first difference in structure, in words; None where there is none.

        Raises:
            DocumentError: one of them can't be read.
        """
        ...


@runtime_checkable
class Leaving(Protocol):
    """A format that hands out no units for some of a document's words, and says which."""

    def left(self, data: bytes, target_lang: str) -> Sequence[Left]:
        """The texts of a document that are no units, as far as people read them.

        Args:
            data: as for `extract`.
            target_lang: as for `extract`.

        Raises:
            DocumentError: as `extract` does.
        """
        ...
