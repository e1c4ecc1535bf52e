"""The words of a text, asked for one after another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from domain.text.inflection import (
    COMPOUNDING,
    compound_stems,
    folded,
    form_keys,
    primary,
    same_word,
)


class Vocabulary:
    """The words of a text, by what their forms have in common.

    Args:
        words: in NFC.
        lang: their language, BCP-47.
    """

    def __init__(self, words: Iterable[str], lang: str) -> None:
        self._lang = lang
        self._by_key: defaultdict[str, list[str]] = defaultdict(list)
        distinct = dict.fromkeys(words)
        for word in distinct:
            for key in form_keys(word, lang):
                self._by_key[key].append(word)
        language = primary(lang)
        compounding = distinct if language in COMPOUNDING else ()
        self._joined = "\n".join(dict.fromkeys(folded(word, language) for word in compounding))

    def has(self, part: str, *, case_sensitive: bool = False) -> bool:
        """Whether a form of a word is among them, or a compound with it."""
        candidates = {w for key in form_keys(part, self._lang) for w in self._by_key.get(key, ())}
        return any(
            same_word(part, word, self._lang, case_sensitive=case_sensitive) for word in candidates
        ) or any(self._has_longer(stem, rest) for stem, rest in compound_stems(part, self._lang))

    def _has_longer(self, stem: str, rest: int) -> bool:
        """Whether a stem stands in a word that is longer by so many letters."""
        at = self._joined.find(stem)
        while at >= 0:
            start = self._joined.rfind("\n", 0, at) + 1
            end = self._joined.find("\n", at)
            end = len(self._joined) if end < 0 else end
            if end - start >= len(stem) + rest:
                return True
            at = self._joined.find(stem, end)
        return False
