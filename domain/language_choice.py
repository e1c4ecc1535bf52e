"""Which of several languages serves where one is wanted."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

from langcodes import Language


def fitting(codes: Collection[str], wanted: str) -> str | None:
    """The code that serves a language best, or None; all by BCP-47.

    That is the language itself, else what it is a variety of (`de` serves `de-AT`), else what
    CLDR takes it for where nothing more is said (`de-DE` serves `de`, and `zh-CN` `zh-Hans`).
    """
    parts = wanted.split("-")
    for count in range(len(parts), 0, -1):
        if (code := "-".join(parts[:count])) in codes:
            return code
    return next((code for code in codes if _in_full(code) == _in_full(wanted)), None)


@lru_cache(maxsize=1024)
def _in_full(code: str) -> str:
    return str(Language.get(code).maximize())
