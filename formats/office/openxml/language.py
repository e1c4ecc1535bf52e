"""Which language a run says it is in, so that a program checks its spelling as such."""

from __future__ import annotations

from functools import lru_cache

import langcodes
from lxml import etree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

_AFTER_LANG = tuple(
    f"{_W}{name}" for name in ("eastAsianLayout", "specVanish", "oMath", "rPrChange")
)
"""The schema's order (ECMA-376 part 1, 17.3.2.28)."""

_EAST_ASIAN = frozenset({"Hans", "Hant", "Jpan", "Kore", "Bopo"})
_COMPLEX = frozenset(
    {
        "Arab", "Aran", "Beng", "Deva", "Gujr", "Guru", "Hebr", "Khmr", "Knda", "Laoo", "Mlym",
        "Mong", "Mymr", "Nkoo", "Orya", "Sinh", "Syrc", "Taml", "Telu", "Thaa", "Thai", "Tibt",
    }
)  # fmt: skip


@lru_cache(maxsize=256)
def named(lang: str) -> str:
    """A language as office programs name it, with a country and no script where that says it.

    Args:
        lang: BCP-47; `de` is `de-DE`, `zh-Hant` is `zh-TW`, `sr-Latn` is `sr-Latn-RS`.
    """
    said, whole = langcodes.get(lang), langcodes.get(lang).maximize()
    script = said.script if said.script and said.language != "zh" else None
    parts = (said.language, script, said.territory or whole.territory)
    return "-".join(part for part in parts if part)


@lru_cache(maxsize=256)
def _attribute(lang: str) -> str:
    """The attribute of `w:lang` for a language's script (ECMA-376 part 1, 17.3.2.20)."""
    script = langcodes.get(lang).maximize().script
    if script in _EAST_ASIAN:
        return f"{_W}eastAsia"
    return f"{_W}bidi" if script in _COMPLEX else f"{_W}val"


def speak(run: etree._Element, lang: str) -> None:
    """Has a run of a Word document say that it is in this language, BCP-47.

    What it says of Latin letters in Chinese, Japanese, Arabic, Thai … stays.
    """
    properties = run.find(f"{_W}rPr")
    if properties is None:
        properties = run.makeelement(f"{_W}rPr")
        run.insert(0, properties)
    node = properties.find(f"{_W}lang")
    if node is None:
        node = properties.makeelement(f"{_W}lang")
        places = (place for place, one in enumerate(properties) if one.tag in _AFTER_LANG)
        properties.insert(next(places, len(properties)), node)
    node.set(_attribute(lang), named(lang))
