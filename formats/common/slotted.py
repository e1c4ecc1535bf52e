"""What formats have in common whose documents are text with places for translations."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from domain.document.plan import Unit
from formats.common import slots
from formats.common.encoding import decode


class Slotted:
    """A format whose documents are UTF-8, or UTF-16 with its mark, in one language."""

    __slots__ = ()

    @property
    def bilingual(self) -> bool:
        return False

    def places(self, text: str, target_lang: str) -> Sequence[slots.Slot]:
        """The places in a document, in order.

        Raises:
            DocumentError: it is no document of this format.
        """
        raise NotImplementedError

    def extract(self, data: bytes, target_lang: str) -> tuple[Unit, ...]:
        """A unit a place."""
        return slots.units(self.places(decode(data).text, target_lang))

    def assemble(
        self,
        data: bytes,
        texts: Sequence[str],
        target_lang: str,
        undone: Collection[int] = (),
    ) -> bytes:
        """The document with a text in each place, and all between them byte for byte."""
        decoded = decode(data)
        found = self.places(decoded.text, target_lang)
        return decoded.encode(slots.fill(decoded.text, found, texts))
