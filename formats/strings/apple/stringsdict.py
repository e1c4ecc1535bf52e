"""`.stringsdict` of iOS and macOS: a unit a format, or a form of its variables."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from domain.document.plan import Unit
from domain.errors import DocumentError
from formats.common.encoding import Decoded
from formats.common.xml_elements import read
from formats.strings import resources
from formats.strings.apple.stringsdict_values import codes, content, values
from formats.strings.resource_values import Dialect

_DIALECT = Dialect(
    values,
    content,
    codes,
    re.compile(r"(<key>\s*+)([^<]*?)(\s*</key>)"),
    in_any_language=frozenset({"zero"}),
)


@dataclass(frozen=True, slots=True)
class StringsdictFormat:
    """Plural rules of Apple's platforms, as an XML property list."""

    name: str = "stringsdict"
    suffixes: tuple[str, ...] = (".stringsdict",)
    media_type: str = "application/xml"
    bilingual: bool = False

    def extract(self, data: bytes, target_lang: str) -> tuple[Unit, ...]:
        """A unit a text with prose; of plurals, one a form that the target language has.

        A form that the source lacks is translated from its `other`.
        """
        return resources.units(_read(data).text, _DIALECT, target_lang)

    def assemble(
        self,
        data: bytes,
        texts: Sequence[str],
        target_lang: str,
        undone: Collection[int] = (),
    ) -> bytes:
        """The file with a text in the place of each unit.

        Where the text of `other` is translated, forms that the target language has not go, but
        for `zero`, which stands for no items in any language.
        """
        decoded = _read(data)
        filled = resources.assembled(decoded.text, _DIALECT, texts, target_lang)
        return decoded.encode(filled, errors="xmlcharrefreplace")

    def same_structure(self, source: bytes, translated: bytes) -> str | None:
        """Whether all but the texts is the same, and the variables in each.

        Of plurals other forms may be there, but for `other`.
        """
        before, after = _read(source), _read(translated)
        if (before.bom, before.codec) != (after.bom, after.codec):
            return "the encoding changed"
        return resources.difference(before.text, after.text, _DIALECT)


def _read(data: bytes) -> Decoded:
    if data.startswith(b"bplist"):
        raise DocumentError(
            "this is a compiled property list; hand in the source, or convert it with"
            " plutil -convert xml1"
        )
    return read(data)
