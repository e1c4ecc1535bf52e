"""The plural forms of a gettext file."""

from __future__ import annotations

import gettext
import re
from collections.abc import Callable
from dataclasses import dataclass

from babel.messages.plurals import DEFAULT_PLURAL, get_plural

from domain.errors import DocumentError
from domain.languages import plural_locale

_HEADER = re.compile(
    r"^Plural-Forms:[ \t]*nplurals[ \t]*=[ \t]*(\d+)[ \t]*;[ \t]*plural[ \t]*=([^\n]++)", re.M
)
_MOST_FORMS = 10
_NUMBERS = (*range(201), 1_000, 1_000_000)
_TOLD = 4


@dataclass(frozen=True, slots=True)
class PluralForms:
    """How many forms there are, and which number takes which.

    Attributes:
        count: `nplurals`.
        header: as the header says it.
        form: the number of the form that a number takes, from 0.
    """

    count: int
    header: str
    form: Callable[[int], int]

    def samples(self, form: int) -> list[int]:
        """Some numbers that take a form, the smallest first."""
        return [number for number in _NUMBERS if self.form(number) == form][:_TOLD]

    def is_singular(self, form: int) -> bool:
        """Whether the form is that of 1, and other numbers have another."""
        return self.count > 1 and self.form(1) == form


def plural_forms(header: str, target_lang: str) -> PluralForms:
    """The forms that a header names, else those of the language (CLDR, by Babel), else two.

    Args:
        header: the header's text.
        target_lang: BCP-47.

    Raises:
        DocumentError: the header's formula is none.
    """
    found = _HEADER.search(header)
    if found:
        written, formula = found[1], found[2].strip().removesuffix(";").rstrip()
        count = int(written) if len(written) <= len(str(_MOST_FORMS)) else 0
        if not 1 <= count <= _MOST_FORMS:
            message = f"nplurals={written[:20]} is no number of plural forms"
            raise DocumentError(message, field="Plural-Forms")
    else:
        locale = plural_locale(target_lang)
        # Of a language that CLDR has not, Babel's own default is as good as any guess.
        count, formula = get_plural(str(locale))[:2] if locale else DEFAULT_PLURAL
    try:
        form = gettext.c2py(formula)
        for number in _NUMBERS:
            form(number)
    except (ValueError, ZeroDivisionError) as error:
        message = f"the header's Plural-Forms can't be read: {error}"
        raise DocumentError(message, field="Plural-Forms") from None
    return PluralForms(count, f"nplurals={count}; plural={formula};", form)
