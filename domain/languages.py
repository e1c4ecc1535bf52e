"""Language codes: BCP-47, checked and named."""

from __future__ import annotations

import re
from functools import lru_cache

import babel
import langcodes

_NO_LANGUAGE = frozenset({None, "und", "mul", "mis", "zxx"})


@lru_cache(maxsize=1024)
def normalized(code: str) -> str:
    """The code in its standard form: `DE` is `de`, `pt_br` is `pt-BR`.

    Raises:
        ValueError: it is no valid BCP-47 code, or names no one language (`und`, `mul`, `x-…`).
    """
    text = code.strip() if isinstance(code, str) else ""
    known = bool(text) and langcodes.tag_is_valid(text)
    if not known or text.lower().startswith("x-") or langcodes.get(text).language in _NO_LANGUAGE:
        raise ValueError(
            f"{code!r} is no language code; write one by BCP-47, such as 'de', 'en' or 'pt-BR'"
        )
    return langcodes.standardize_tag(text)


@lru_cache(maxsize=1024)
def locale_of(code: str) -> babel.Locale | None:
    """The CLDR locale nearest to a code, or None where CLDR has none."""
    for candidate in (code, langcodes.get(code).language or ""):
        try:
            return babel.Locale.parse(candidate, sep="-")
        except (babel.UnknownLocaleError, ValueError):
            continue
    return None


@lru_cache(maxsize=1024)
def with_country(code: str) -> str:
    """A language with a country, by CLDR the likeliest where none is said: `de` is `de_DE`."""
    tag = langcodes.get(code)
    territory = tag.territory or tag.maximize().territory
    return "_".join(filter(None, (tag.language, territory)))


_SAME_PLURALS = {"ars": "ar", "guw": "ln", "nah": "en", "smi": "se"}
"""Languages of which CLDR has the plurals and no locale, and one with the same plurals."""


def plural_locale(code: str) -> babel.Locale | None:
    """The CLDR locale whose plurals a language has, or None where CLDR has none."""
    locale = locale_of(code)
    if locale is not None:
        return locale
    same = _SAME_PLURALS.get(langcodes.get(code).language or "")
    return None if same is None else locale_of(same)


@lru_cache(maxsize=1024)
def runs_right_to_left(code: str) -> bool:
    """Whether a language is written from right to left, by CLDR."""
    locale = locale_of(code)
    return locale is not None and locale.text_direction == "rtl"


@lru_cache(maxsize=1024)
def english_name(code: str) -> str:
    """What a language is called in English, with its code: `German (de)`."""
    locale = locale_of(code)
    if locale and locale.territory and locale.territory not in re.split("[-_]", code):
        # CLDR fills in the likeliest country, which the code doesn't say.
        locale = babel.Locale(locale.language, script=locale.script)
    name = locale.get_display_name("en") if locale else None
    return f"{name} ({code})" if name else code
