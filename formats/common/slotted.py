"""What formats have in common whose documents are text with places for translations."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from domain.document.plan import Unit
from formats.common import slots
from formats.common.encoding import Decoded, decode


class Placed:
    """A format whose documents are text in one language, with places for translations."""

    __slots__ = ()

    @property
    def bilingual(self) -> bool:
        return False

    def read(self, data: bytes) -> Decoded:
        """A document's text, and how it was written.

        Raises:
            DocumentError: it is no text, or none of this format.
        """
        raise NotImplementedError

    def places_of(self, decoded: Decoded, target_lang: str) -> Sequence[slots.Slot]:
        """The places in a document, in order.

        Raises:
            DocumentError: it is no document of this format.
        """
        raise NotImplementedError

    def naming(self, text: str, target_lang: str) -> str:
        """A document with a new text, saying that it is in the target where it names its language.

        As it is, in formats that name none.
        """
        return text

    def extract(self, data: bytes, target_lang: str) -> tuple[Unit, ...]:
        """A unit a place."""
        return slots.units(self.places_of(self.read(data), target_lang))

    def assemble(
        self,
        data: bytes,
        texts: Sequence[str],
        target_lang: str,
        undone: Collection[int] = (),
    ) -> bytes:
        """The document with a text in each place, and all between them byte for byte."""
        decoded = self.read(data)
        found = self.places_of(decoded, target_lang)
        filled = slots.fill(decoded.text, found, texts)
        if filled != decoded.text:
            filled = self.naming(filled, target_lang)
        return decoded.encode(filled)


class Slotted(Placed):
    """One whose documents are UTF-8, or UTF-16 with its mark."""

    __slots__ = ()

    def read(self, data: bytes) -> Decoded:
        return decode(data)

    def places(self, text: str, target_lang: str) -> Sequence[slots.Slot]:
        """The places in a document's text, in order.

        Raises:
            DocumentError: it is no document of this format.
        """
        raise NotImplementedError

    def places_of(self, decoded: Decoded, target_lang: str) -> Sequence[slots.Slot]:
        return self.places(decoded.text, target_lang)
