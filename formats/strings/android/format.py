"""Android string resources: a unit a string, an item of an array, or a plural form."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from domain.document.coverage import Left, LeftReason
from domain.document.plan import Unit
from formats.common.prose import has_prose
from formats.common.xml_elements import read
from formats.strings import resources
from formats.strings.android.text import codes, content, is_resource
from formats.strings.android.values import values
from formats.strings.resource_values import Dialect

_DIALECT = Dialect(
    values, content, codes, re.compile(r"""(\squantity\s*=\s*["'])([^"'<]*)(["'])""")
)


@dataclass(frozen=True, slots=True)
class AndroidFormat:
    """`strings.xml`; what says `translatable="false"` or names another resource is left alone."""

    name: str = "android"
    suffixes: tuple[str, ...] = ("strings.xml",)
    media_type: str = "application/xml"
    bilingual: bool = False

    def extract(self, data: bytes, target_lang: str) -> tuple[Unit, ...]:
        """A unit a text with prose; of plurals, one a form that the target language has.

        A form that the source lacks is translated from its `other`. The path is the name, with a
        dot and the number or form of an item; the note is the comment right above.
        """
        return resources.units(read(data).text, _DIALECT, target_lang)

    def left(self, data: bytes, target_lang: str) -> tuple[Left, ...]:
        """What says `translatable="false"`; the name of a resource is no text."""
        text = read(data).text
        if "translatable" not in text:  # taking the file apart again is not cheap
            return ()
        held = (text[one.start : one.end] for one in values(text) if not one.translated)
        found = (_shown(raw) for raw in held if not is_resource(raw))
        return tuple(Left(LeftReason.KEPT, shown) for shown in found if has_prose(shown))

    def assemble(
        self,
        data: bytes,
        texts: Sequence[str],
        target_lang: str,
        undone: Collection[int] = (),
    ) -> bytes:
        """The file with a text in the place of each unit.

        Where the text of `other` is translated, forms that the target language has not go.
        """
        decoded = read(data)
        filled = resources.assembled(decoded.text, _DIALECT, texts, target_lang)
        return decoded.encode(filled, errors="xmlcharrefreplace")

    def same_structure(self, source: bytes, translated: bytes) -> str | None:
        """Whether all but the texts is the same, and the inline codes in each.

        Of plurals other forms may be there, but for `other`.
        """
        before, after = read(source), read(translated)
        if (before.bom, before.codec) != (after.bom, after.codec):
            return "the encoding changed"
        return resources.difference(before.text, after.text, _DIALECT)


def _shown(raw: str) -> str:
    """The text of an element's content; as it stands where an escape in it means nothing."""
    try:
        return content(raw).text
    except ValueError:
        return raw
