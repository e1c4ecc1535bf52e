"""Translations that stop before their end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from domain.checks.pair import Pair, finding
from domain.checks.quality import Finding, Severity
from domain.checks.sentence_ends import Ending, ending
from domain.text.inflection import UNSPACED, primary
from domain.text.lemmas import has_dictionary, is_word
from domain.text.lengths import ratio, visible_length

_UNFINISHED = frozenset(",،、，([{（「『«„‚¿¡&+")
_OF_A_LIST = frozenset(",،")
"""What ends an item of a list that goes on as one sentence."""

_CLOSING = {"«": "»", "„": "”"}
"""Opening quotes that close others: »so«."""

_DASHES = frozenset("-–—")
_LAST_WORD = re.compile(r"(?<=\s)([^\W\d_]+)\Z")
_CLOSED = ")]}»”\"'"
_TAIL = 40
_MUCH_SHORTER = 0.6
_SHORTEST = 30
_HALF = 0.5
_SHORTEST_PART, _LONGEST_PART = 2, 6
_SHORTEST_PARTED = 12
_LONE_LETTER = re.compile(r"[^\W\d_]{2} (?:[^\W\d_]{1,2}['’])?([bcdfghjlmnpqrtv]|[cdlnqs]['’])\Z")
_PART = re.compile(r"(?<=[^\W\d_] )([^\W\d_]+)\Z")
_FEWEST_SPACES = 2

_NEVER_LAST: Mapping[str, frozenset[str]] = {
    language: frozenset(words.split())
    for language, words in {
        "de": "und oder der den dem des im vom zum zur beim eine einen einem einer eines für "
        "dass weil wenn sowie von durch als",
        "en": "and or the an a of from for if because that which this",
        "es": "y e o u el la los las unos unas de del al que en con por para si sin",
        "fr": "et ou le la les des du de au aux que qui pour dans avec si par sur",
        "it": "e o il lo la gli le di del della dei delle che per con nel nella se",
        "nl": "en of de het van voor dat die als om te",
        "pt": "e ou o os as de do da dos das que para com por em no na se",
    }.items()
}
"""By language: words (lower case) that no sentence ends with."""

_GOES_ON: Mapping[str, frozenset[str]] = {
    "en": frozenset(
        [
            "after",
            "at",
            "before",
            "by",
            "from",
            "in",
            "is",
            "of",
            "on",
            "since",
            "than",
            "to",
            "until",
            "was",
            "were",
            "with",
        ]
    ),
}
"""By language: more words after which a source may go on elsewhere, as in `Artwork by`."""


def truncated(pair: Pair) -> Iterator[Finding]:
    """A translation that ends within its sentence, where the source does not.

    It ends with a comma, an opening bracket, a dash or a word that no sentence ends with; or a
    long source ends its sentence, and a translation much shorter than expected doesn't. A source
    that ends with a space or a preposition is a part of a sentence itself.
    """
    after = pair.shown.rstrip()
    if not after or _is_fragment(pair) or _open_end(pair.source_shown, pair.source_lang):
        return
    if _open_end(after, pair.target_lang) or _stops_early(pair) or _stops_within_word(pair):
        explanation = "The translation ends before the source does; it seems to be cut off."
        yield finding(Severity.MAJOR, "accuracy/truncation", after[-_TAIL:], explanation)


def _is_fragment(pair: Pair) -> bool:
    source = pair.source_shown
    last = source.rsplit(None, 1)[-1:] if " " in source else []
    is_open = bool(last) and last[0] in _GOES_ON.get(pair.source_language, ())
    return source[-1:].isspace() or is_open or not any(map(str.isalnum, source))


def _open_end(text: str, lang: str) -> bool:
    if text[-1:] in _OF_A_LIST and text[:1].islower():
        return False
    if text[-1:] in _UNFINISHED:
        is_closed = text[-1] in _CLOSING and _CLOSING[text[-1]] in text[:-1]
        is_name = text[-1] == "+" and text.rstrip("+")[-1:].isalnum()
        return not (is_closed or is_name)
    if text[-1:] in _DASHES:
        return text[-2:-1].isalpha() or text[-2:-1].isspace()
    word = _LAST_WORD.search(text[-_TAIL:])
    if word is None or text.count(" ") < _FEWEST_SPACES:
        return False
    return word[1] in _NEVER_LAST.get(primary(lang), ())


def _stops_early(pair: Pair) -> bool:
    here, there = visible_length(pair.before), visible_length(pair.after)
    expected = here * ratio(pair.source_lang, pair.target_lang)
    return (
        here >= _SHORTEST
        and pair.shown.rstrip()[-1] not in _CLOSED
        and there < (_HALF if pair.language in UNSPACED else _MUCH_SHORTER) * expected
        and ending(pair.source_shown, pair.source_language)
        in (Ending.STOP, Ending.QUESTION, Ending.COLON)
        and ending(pair.shown, pair.language) is Ending.NONE
    )


def _stops_within_word(pair: Pair) -> bool:
    """Whether the last word of a text is the beginning of one only.

    It is a lone consonant; or, where the text is much shorter than expected, in no dictionary of
    the target's, nor a name that the source has.
    """
    part = _PART.search(pair.shown.rstrip())
    letter = _LONE_LETTER.search(pair.shown.rstrip())
    if letter is not None and not re.search(rf"\b{letter[1]}\b", pair.source_shown, re.IGNORECASE):
        return True
    if part is None or not has_dictionary(pair.language):
        return False
    word = part[1]
    if not _SHORTEST_PART <= len(word) <= _LONGEST_PART or word.isupper():
        return False
    here, there = visible_length(pair.before), visible_length(pair.after)
    expected = here * ratio(pair.source_lang, pair.target_lang)
    if here < _SHORTEST_PARTED or there >= _MUCH_SHORTER * expected:
        return False
    if word.casefold() in pair.before.casefold():
        return False
    return not is_word(word, pair.language)
