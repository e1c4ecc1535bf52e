"""The dictionary form of a word, in languages that there is a dictionary of forms for.

By simplemma, whose dictionaries come with the package. One is read when its language is first
asked for, and kept: 0.1 to 1.5 s and 3 to 50 MB, most for Finnish and Polish. A word that is new
takes some 20 µs.
"""

from __future__ import annotations

from functools import cache, lru_cache
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simplemma import Lemmatizer
    from simplemma.strategies import DictionaryLookupStrategy

_LANGUAGES = """
ar ast bg ca cs cy da de el en eo es et fa fi fr ga gd gl he hi hu hy id is it ka la lb lt lv
mk ms nb nl nn pl pt ro ru se sk sl sq sv sw tl tr uk
"""
_WITH_DICTIONARY = frozenset(_LANGUAGES.split())
_CALLED = {"no": "nb", "fil": "tl", "hr": "hbs", "sr": "hbs", "bs": "hbs", "sh": "hbs"}

# So that no dictionary is read twice; a look-up is short.
_LOOKING_UP = Lock()


@lru_cache(maxsize=65_536)
def lemma(word: str, language: str) -> str:
    """A word's dictionary form; the word itself where its language has no dictionary.

    Args:
        word: in NFC.
        language: the first part of a BCP-47 code.
    """
    name = _dictionary(language)
    if name is None or not word:
        return word
    with _LOOKING_UP:
        return _loaded()[0].lemmatize(word, name)


@lru_cache(maxsize=65_536)
def is_known(word: str, language: str) -> bool:
    """Whether a word stands in its language's dictionary, in whatever form."""
    name = _dictionary(language)
    if name is None:
        return False
    with _LOOKING_UP:
        return _loaded()[1].get_lemma(word, name) is not None


def is_word(word: str, language: str) -> bool:
    """The same, in whatever case it is written: as the first word of a sentence, say."""
    return is_known(word.lower(), language) or is_known(word.capitalize(), language)


def has_dictionary(language: str) -> bool:
    """Whether there is a dictionary of a language's forms."""
    return _dictionary(language) is not None


def load_dictionary(language: str) -> None:
    """Read a language's dictionary, if there is one, before it is needed in a hurry."""
    is_known("-", language)


def _dictionary(language: str) -> str | None:
    return language if language in _WITH_DICTIONARY else _CALLED.get(language)


@cache
def _loaded() -> tuple[Lemmatizer, DictionaryLookupStrategy]:
    from simplemma import Lemmatizer
    from simplemma.strategies import (
        DefaultStrategy,
        DictionaryLookupStrategy,
        StreamDictionaryFactory,
    )

    # The package keeps eight languages at most: each further one would be read again and again.
    factory = StreamDictionaryFactory(cache_max_size=len(_WITH_DICTIONARY) + len(_CALLED))
    strategy = DefaultStrategy(dictionary_factory=factory)
    return (
        Lemmatizer(cache_max_size=1, lemmatization_strategy=strategy),
        DictionaryLookupStrategy(factory),
    )
