"""In what language a translation is, where it is certainly not the target."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice

import regex
from py3langid.langid import MODEL_FILE, LanguageIdentifier  # type: ignore[import-untyped]

from domain.checks.language import scripts
from domain.checks.language.untranslated import has_prose, is_synopsis
from domain.checks.pair import Pair
from domain.text.lemmas import has_dictionary, is_word

FEWEST_LETTERS = 25
"""Shorter texts are often names and commands, which read as any language."""

FEWEST_IDEOGRAPHS = 12
"""The same for Chinese and Japanese, whose terms alone may have eight."""

CERTAIN = 0.9
"""The least probability among all languages that the detector knows."""

CERTAIN_OF_TWO = 0.95
"""The least probability where only the source's and the target's language are weighed."""

_LETTER = regex.compile(r"\p{L}")
_ACCENTED = regex.compile(r"(?V1)[\p{Latin}--[A-Za-z]]")
_IDEOGRAPH = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}]")
_MOST_ACCENTED = 1 / 3
_MOST_ACCENTED_IN_WORDS = 3 / 4
_WORD = regex.compile(r"[\p{Latin}\p{Cyrillic}\p{M}]+")
_PLAIN = regex.compile(r"[\p{Latin}\p{Cyrillic}\p{M}\s ,.;!?:…&\-¿¡()'’‘\"“”„«»/]+")
_LONGEST_BY_WORDS = 120
_MANY_WORDS = 3
_FEWEST_LETTERS_OF_WORDS = 5
_MOST_CANDIDATES = 6
_CERTAIN_OF_WORDS = 0.97
_ALIASES = {"nb": "no"}
_KIN = (
    frozenset({"nb", "nn", "no", "da"}),
    frozenset({"bs", "hr", "sr", "sh", "me"}),
    frozenset({"id", "ms"}),
    frozenset({"cs", "sk"}),
    frozenset({"pt", "gl"}),
    frozenset({"ca", "oc"}),
    frozenset({"bg", "mk"}),
    frozenset({"zh", "yue", "wuu", "lzh"}),
    frozenset({"fil", "tl"}),
    frozenset({"af", "nl"}),
    frozenset({"de", "gsw", "lb", "nds"}),
    frozenset({"ru", "be", "uk"}),
    frozenset({"fa", "prs", "ps"}),
)
"""Languages so near to each other that a short text may read as either."""


def read_as(pair: Pair) -> str | None:
    """What a translation reads as, in words, or None where it may well be the target language.

    In whose script the target is not written is in another, however short. Else the detector judges
    it, among the two languages and among all it knows; of short texts the words must be in that
    language's dictionary and none in the target's. A language that the source itself reads as
    without being the source's is not reported: a quotation may stay. Neither is how a command is
    called, nor a text with more accents than any language has, as pseudo-translations are.
    """
    text = pair.after
    if pair.source_language == pair.language:
        return None
    if scripts.strays(pair.before, text, pair.target_lang):
        return "another script"
    letters, ideographs = len(_LETTER.findall(text)), len(_IDEOGRAPH.findall(text))
    if text.casefold() == pair.before.casefold():
        return None  # a name, or what `untranslated` finds
    if is_synopsis(pair.before):
        return None
    if letters < FEWEST_LETTERS and ideographs < FEWEST_IDEOGRAPHS:
        return _language_of_words(pair)
    if len(_ACCENTED.findall(text)) > _MOST_ACCENTED * letters:
        return None
    if scripts.lacks(text, pair.target_lang) and has_prose(text):
        return "another script"
    return _language_of(pair) or _language_of_words(pair)


def _language_of(pair: Pair) -> str | None:
    source, target = (_ALIASES.get(lang, lang) for lang in (pair.source_language, pair.language))
    known = _detector().labels
    if target not in known or source in _alike(target):
        return None
    if source in known:
        language, probability = _between(source, target).classify(pair.after)
        if language == source and probability >= CERTAIN_OF_TWO:
            return str(language)
    language, probability = _detector().classify(pair.after)
    if probability < CERTAIN or language in _alike(target):
        return None
    if language != source and _detector().classify(pair.before)[0] == language:
        return None
    return str(language)


def _language_of_words(pair: Pair) -> str | None:
    """The language whose dictionary has the words that the target's has not, or None.

    A word that the source has as well may be a name; so may one in capitals. The detector has to
    take the text for that language rather than for the target's.
    """
    words = _telling_words(pair)
    if words is None or _has_more_accents_than_words(words):
        return None
    if not scripts.lacks(pair.after, pair.target_lang):
        if not has_dictionary(pair.language):
            return None
        unknown = [word for word in words if not is_word(word, pair.language)]
        if 2 * len(unknown) < len(words) or (len(words) > 2 and len(unknown) < 2):
            return None
    text = " ".join(words).casefold()
    ranked = [str(name) for name, _ in _detector().rank(text)[:_MOST_CANDIDATES]]
    if ranked[0] in _alike(pair.language):
        return None
    for language in ranked:
        named = {"no": "nb"}.get(language, language)
        if language in _alike(pair.language) or not has_dictionary(named):
            continue
        # In this order: a dictionary that nothing else asks for takes long to read.
        if _prefers(language, pair, text) and _are_words(words, named):
            return language
    return None


def _has_more_accents_than_words(words: Sequence[str]) -> bool:
    """Whether more letters bear accents than in words of any language: some hundred Turkish ones
    and a few Czech and Polish ones are all that do in the dictionaries."""
    letters = "".join(words)
    return len(_ACCENTED.findall(letters)) > _MOST_ACCENTED_IN_WORDS * len(letters)


def _are_words(words: Sequence[str], language: str) -> bool:
    """Whether all words stand in a language's dictionary; of many, all but one."""
    unknown = islice((word for word in words if not is_word(word, language)), 2)
    return len(list(unknown)) <= (len(words) > _MANY_WORDS)


def _telling_words(pair: Pair) -> list[str] | None:
    """The words of a short plain text that tell its language; None where they can't."""
    text = pair.after.strip()
    if len(text) > _LONGEST_BY_WORDS or not _PLAIN.fullmatch(text):
        return None
    words = [word for word in _WORD.findall(text) if len(word) > 1]
    own = {word.casefold() for word in _WORD.findall(pair.before)}
    words = [word for word in words if word.casefold() not in own]
    if sum(map(len, words)) < _FEWEST_LETTERS_OF_WORDS or any(map(str.isupper, words)):
        return None
    return words


def _prefers(language: str, pair: Pair, text: str) -> bool:
    """Whether the detector takes few words for a language rather than for the target's."""
    target = _ALIASES.get(pair.language, pair.language)
    if target not in _detector().labels or scripts.lacks(pair.after, pair.target_lang):
        return True
    likelier, probability = _between(language, target).classify(text)
    return bool(likelier == language and probability >= _CERTAIN_OF_WORDS)


def _alike(language: str) -> frozenset[str]:
    near = (group for group in _KIN if language in group)
    return next(near, frozenset()) | {language}


@lru_cache(maxsize=1)
def _detector() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


@lru_cache(maxsize=64)
def _between(one: str, other: str) -> LanguageIdentifier:
    """A detector that knows two languages only."""
    detector = copy.copy(_detector())
    detector.set_languages([one, other])
    return detector
