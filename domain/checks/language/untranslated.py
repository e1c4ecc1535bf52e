"""Text that was left in the source language."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence, Set

import regex

from domain.text.inflection import primary

FEWEST_WORDS = 4
"""Below it a text may well be the same in both languages: a name, a command."""

FEWEST_LETTERS = 8
"""The same for scripts that do not part words."""

_WORD = regex.compile(r"[\p{L}\p{M}]+(?:['’][\p{L}\p{M}]+)*")
_LONG_WORD = regex.compile(r"[\p{L}\p{M}]{2,}")
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Khmer}\p{Lao}\p{Myanmar}]")
_CODE = regex.compile(r"[\p{N}_/\\=@#<>{}$*+]|^-|\p{L}[.:]\p{L}")
_OPTION = regex.compile(r"(?:^|(?<=[\s(\[|]))-{1,2}(?:\[no-\])?\p{L}[\p{L}\p{N}-]*+")
_SYNOPSIS = 2
_TOKEN = regex.compile(r"\S+")
_EMPHASIS = regex.compile(r"(?<![\w*_~])[*_~]{1,3}(?=\p{L})|(?<=[\p{L}.!?:,])[*_~]{1,3}(?![\w*_~])")
"""Markdown's marks around words: they make no code of them."""

_NEARLY = 0.9
_FEWEST_NEARLY = 8


def left(source: str, translation: str, *, source_lang: str, target_lang: str) -> str | None:
    """The text that was left in the source language, or None.

    The translation holds the whole source, whatever stands around it, or nearly all of its words.
    Names, commands and code do not count, and neither do texts that have hardly any other words.
    Between variants of one language (`en-US`, `en-GB`) the same text is right.
    """
    if primary(source_lang) == primary(target_lang):
        return None
    if not has_prose(source):
        return None
    here, there = _words(source), _words(translation)
    if _holds(there, here):
        return source.strip()
    near = len(set(here)) >= _FEWEST_NEARLY and _shared(set(here), set(there)) >= _NEARLY
    if near and not _is_list_of_names(source):
        return translation.strip()
    return None


def has_prose(text: str) -> bool:
    """Whether a text has enough plain words, one in lower case at least, or enough characters.

    How a command is called has none: several options, as in `tool -q --all`, one in brackets, as in
    `tool [-q]`, or several choices, as in `tool on | off | auto`.
    """
    if len(_UNSPACED.findall(text)) >= FEWEST_LETTERS:
        return True
    if is_synopsis(text):
        return False
    words = [
        word[0]
        for token in _TOKEN.findall(_EMPHASIS.sub("", text))
        if not _CODE.search(token) and (word := _LONG_WORD.search(token))
    ]
    return len(words) >= FEWEST_WORDS and any(not word[0].isupper() for word in words[1:])


def is_synopsis(text: str) -> bool:
    """Whether a text tells how a command is called."""
    options = len(_OPTION.findall(text))
    in_parts = "[" in text or "|" in text
    return options + in_parts >= _SYNOPSIS or text.count(" | ") >= _SYNOPSIS


def _is_list_of_names(text: str) -> bool:
    """Whether most words are capitalised: `(only the languages Awk, Perl, Python)`."""
    words = _WORD.findall(text)
    return bool(2 * sum(word[0].isupper() for word in words) > len(words))


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFC", text).casefold()
    return [match.group() for match in _WORD.finditer(plain)]


def _holds(words: Sequence[str], wanted: Sequence[str]) -> bool:
    return f" {' '.join(wanted)} " in f" {' '.join(words)} "


def _shared(here: Set[str], there: Set[str]) -> float:
    """The share of words that two texts have in common, 0 to 1; repeating one adds nothing."""
    return len(here & there) / max(len(here), len(there))
