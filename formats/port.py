"""What a document format can do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from domain.plan import Unit


class Format(Protocol):
    """Takes documents of one format apart and puts them together again.

    Attributes:
        name: how briefings, manifests and jobs call it.
        suffixes: the ends of file names it answers to, lower case, with their dot.
    """

    @property
    def name(self) -> str: ...

    @property
    def suffixes(self) -> tuple[str, ...]: ...

    def extract(self, data: bytes) -> tuple[Unit, ...]:
        """The translatable stretches of a document, in its order.

        Raises:
            DocumentError: it is binary, can't be decoded, is too large or holds no text.
        """
        ...

    def assemble(self, data: bytes, texts: Sequence[str]) -> bytes:
        """The document with a text in the place of each of its units.

        The texts of its own units give `data` back, byte for byte; a blank text leaves its unit
        as it is. Whatever the texts hold, the document's blocks stay the same.

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
