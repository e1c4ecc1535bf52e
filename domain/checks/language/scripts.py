"""In what scripts a language is written, and letters in others."""

from __future__ import annotations

from functools import lru_cache

import langcodes
import regex

_OF_SCRIPT = {
    "Jpan": r"\p{Han}\p{Hiragana}\p{Katakana}",
    "Hans": r"\p{Han}\p{Bopomofo}",
    "Hant": r"\p{Han}\p{Bopomofo}",
    "Kore": r"\p{Hangul}\p{Han}",
    "Arab": r"\p{Arabic}",
    "Armn": r"\p{Armenian}",
    "Beng": r"\p{Bengali}",
    "Cyrl": r"\p{Cyrillic}",
    "Deva": r"\p{Devanagari}",
    "Geor": r"\p{Georgian}",
    "Grek": r"\p{Greek}",
    "Hebr": r"\p{Hebrew}",
    "Latn": r"\p{Latin}",
    "Taml": r"\p{Tamil}",
    "Thai": r"\p{Thai}",
}
"""By ISO 15924: the letters of a script."""

_NEEDED = {**_OF_SCRIPT, "Jpan": r"\p{Hiragana}\p{Katakana}", "Kore": r"\p{Hangul}"}
"""Those that a text of some length cannot do without."""

_ANY = "".join(dict.fromkeys(_OF_SCRIPT.values()))
_FEWEST = 2
"""Letters in another script that are no sign: `µ` and `Δ` are."""

_KANA = regex.compile(r"[\p{Hiragana}\p{Katakana}]")
_HAN = regex.compile(r"\p{Han}")
_STRANGE = 8
"""One in so many characters at least."""


def lacks(text: str, lang: str) -> bool:
    """Whether a text has no letter of the script that its language can't do without."""
    needed = _needed(_script(lang))
    return needed is not None and not needed.search(text)


def strays(source: str, text: str, lang: str) -> bool:
    """Whether a text has letters in a script that neither its language nor its source has.

    Latin letters may stand everywhere; single letters are signs.
    """
    foreign = _foreign(_script(lang))
    if foreign is None or text.isascii():
        return False
    if _script(lang) == "Jpan" and _is_chinese(text):
        return True
    found = foreign.findall(text)
    return any(run not in source for run in found) and not foreign.search(source)


def _is_chinese(text: str) -> bool:
    """Whether a text without kana has characters that Japanese has not: simplified ones."""
    if _KANA.search(text):
        return False
    han = _HAN.findall(text)
    strange = sum(not sign.encode("cp932", "ignore") for sign in han)
    return strange > 0 and _STRANGE * strange >= len(han)


@lru_cache(maxsize=64)
def _script(lang: str) -> str:
    return langcodes.get(lang).maximize().script or ""


@lru_cache(maxsize=64)
def _needed(script: str) -> regex.Pattern[str] | None:
    letters = _NEEDED.get(script)
    return None if letters is None else regex.compile(f"[{letters}]")


@lru_cache(maxsize=64)
def _foreign(script: str) -> regex.Pattern[str] | None:
    """Runs of letters in none of a language's scripts."""
    own = _OF_SCRIPT.get(script)
    if own is None:
        return None
    return regex.compile(rf"(?V1)[[{_ANY}]--[{own}\p{{Latin}}\u30fb\u30fc]]{{{_FEWEST},}}")
