"""In what language a translation is, where it is certainly not the target."""

from __future__ import annotations

import copy
from functools import lru_cache

import langcodes
import regex
from py3langid.langid import MODEL_FILE, LanguageIdentifier  # type: ignore[import-untyped]

from domain.checks.pair import Pair
from domain.checks.untranslated import has_prose, is_synopsis

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
_OF_SCRIPT = {
    "Jpan": regex.compile(r"[\p{Hiragana}\p{Katakana}]"),
    "Hans": regex.compile(r"\p{Han}"),
    "Hant": regex.compile(r"\p{Han}"),
    "Kore": regex.compile(r"\p{Hangul}"),
    "Arab": regex.compile(r"\p{Arabic}"),
    "Armn": regex.compile(r"\p{Armenian}"),
    "Beng": regex.compile(r"\p{Bengali}"),
    "Cyrl": regex.compile(r"\p{Cyrillic}"),
    "Deva": regex.compile(r"\p{Devanagari}"),
    "Geor": regex.compile(r"\p{Georgian}"),
    "Grek": regex.compile(r"\p{Greek}"),
    "Hebr": regex.compile(r"\p{Hebrew}"),
    "Latn": regex.compile(r"\p{Latin}"),
    "Taml": regex.compile(r"\p{Tamil}"),
    "Thai": regex.compile(r"\p{Thai}"),
}
"""By ISO 15924: letters that a text in the script cannot do without."""

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

    Without a letter of the target's script it is in another script. Else the detector judges it,
    among the two languages and among all it knows. A language that the source itself reads as
    without being the source's is not reported: a quotation may stay. Neither is how a command is
    called, nor a text with more accents than any language has, as pseudo-translations are.
    """
    text = pair.after
    letters, ideographs = len(_LETTER.findall(text)), len(_IDEOGRAPH.findall(text))
    if text.casefold() == pair.before.casefold() or pair.source_language == pair.language:
        return None  # a name, or what `untranslated` finds
    if is_synopsis(pair.before):
        return None
    if letters < FEWEST_LETTERS and ideographs < FEWEST_IDEOGRAPHS:
        return None
    if len(_ACCENTED.findall(text)) > _MOST_ACCENTED * letters:
        return None
    script = langcodes.get(pair.target_lang).maximize().script
    needed = _OF_SCRIPT.get(script or "")
    if needed is not None and not needed.search(text) and has_prose(text):
        return "another script"
    return _language_of(pair)


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
