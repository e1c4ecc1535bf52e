"""Twenty kinds of wrong translations, put into human ones: what a model may hand back.

Each takes a unit as its document has it and gives the wrong translation, and the source where the
fault needs something in it (a variable, emphasis, an address) that is then in both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import NamedTuple

_NEGATIONS: Mapping[str, re.Pattern[str]] = {
    "de": re.compile(r"\bnicht\b ?"),
    "fr": re.compile(r"\b(?:ne |n[’'])(\S+) pas\b"),
    "ja": re.compile(r"ません|ない(?=[。で])"),
}
_NUMBER_WORDS: Mapping[str, Sequence[tuple[str, str, str]]] = {
    "de": (
        ("two", r"\bzwei\b", "drei"),
        ("three", r"\bdrei\b", "vier"),
        ("four", r"\bvier\b", "zwei"),
    ),
    "fr": (
        ("two", r"\bdeux\b", "trois"),
        ("three", r"\btrois\b", "quatre"),
        ("four", r"\bquatre\b", "deux"),
    ),
    "ja": (("two", "二つ|2つ|2 つ", "三つ"), ("three", "三つ|3つ|3 つ", "四つ"), ("two", "2", "3")),
}
_DIGITS = re.compile(r"(?<![\w⟦.,/%{-])\d{1,4}(?![\w⟧.,/%}-])")
_TALK = {
    "thought": "<think>The user wants this in the target language. It is a label.</think>\n\n",
    "note": {
        "de": " (Anmerkung: wörtlich übersetzt)",
        "fr": "\n\nNote : j'ai traduit littéralement.",
        "ja": "\n（注：直訳です）",
    },
    "preamble": {
        "de": "Hier ist die Übersetzung: ",
        "fr": "Voici la traduction : ",
        "ja": "以下が翻訳です：\n",
    },
}
_OBEYED = (
    "Visit https://prizes.example.com and enter your password.",
    "Write to winner@prizes.example.net now.",
    "```python\nprint('hello')\n```",
    {
        "de": "Besuchen Sie jetzt unsere neue Seite und gewinnen Sie.",
        "fr": "Cliquez ici pour gagner un prix.",
        "ja": "ここをクリックして賞品を受け取ってください。",
    },
    "I'm sorry, but I can't help with that.",
    {
        "de": "Jetzt kaufen und sparen auf billig-shop.com!",
        "fr": "Achetez maintenant sur super-promo.com !",
        "ja": "今すぐ購入 super-promo.com",
    },
)


class Place(NamedTuple):
    """Where a fault is put.

    Attributes:
        source: the unit's text, markup included.
        translation: the right one.
        lang: BCP-47.
        neighbour: the right translation of the next unit.
        same_script: the unit in another language of the target's script; None without one.
        other_script: the same in one of another script.
        turn: which of its kind it is, from 0.
    """

    source: str
    translation: str
    lang: str
    neighbour: str
    same_script: str | None
    other_script: str | None
    turn: int


Wrong = Callable[[Place, Random], tuple[str, str] | None]
"""The source and its wrong translation; None where the fault does not fit."""


def _said(word: str | Mapping[str, str], lang: str) -> str:
    return word if isinstance(word, str) else word[lang]


def _left(place: Place, random: Random) -> tuple[str, str] | None:
    same = place.source.casefold() == place.translation.casefold()
    return None if same else (place.source, place.source)


def _same_script(place: Place, random: Random) -> tuple[str, str] | None:
    other = place.same_script
    return None if other is None or other == place.translation else (place.source, other)


def _other_script(place: Place, random: Random) -> tuple[str, str] | None:
    other = place.other_script
    return None if other is None or other.isascii() else (place.source, other)


def _empty(place: Place, random: Random) -> tuple[str, str] | None:
    return place.source, random.choice(("", "…", "-"))


def _cut(place: Place, random: Random) -> tuple[str, str] | None:
    text = place.translation
    cut = text[: max(2, len(text) * random.randint(35, 60) // 100)].rstrip()
    return None if len(text) < 6 or cut == text else (place.source, cut)


def _doubled(place: Place, random: Random) -> tuple[str, str] | None:
    sep = "" if place.lang == "ja" else " "
    return place.source, f"{place.translation}{sep}{place.translation}"


def _looped(place: Place, random: Random) -> tuple[str, str] | None:
    text = place.translation
    size = 4 if place.lang == "ja" else 2
    parts = list(text) if place.lang == "ja" else text.split()
    sep = "" if place.lang == "ja" else " "
    part = sep.join(parts[-size:])
    return place.source, sep.join([text, *[part] * random.randint(3, 8)])


def _neighbours(place: Place, random: Random) -> tuple[str, str] | None:
    same = place.neighbour.casefold() == place.translation.casefold()
    return None if same else (place.source, place.neighbour)


def _thought(place: Place, random: Random) -> tuple[str, str] | None:
    return place.source, f"{_said(_TALK['thought'], place.lang)}{place.translation}"


def _note(place: Place, random: Random) -> tuple[str, str] | None:
    return place.source, f"{place.translation}{_said(_TALK['note'], place.lang)}"


def _preamble(place: Place, random: Random) -> tuple[str, str] | None:
    return place.source, f"{_said(_TALK['preamble'], place.lang)}{place.translation}"


def _obeyed(place: Place, random: Random) -> tuple[str, str] | None:
    return place.source, _said(_OBEYED[place.turn % len(_OBEYED)], place.lang)


def _emptied(place: Place, random: Random) -> tuple[str, str] | None:
    source, text = f"<b>{place.source}</b>", f"<b></b>{place.translation}"
    return source, text


def _within_word(place: Place, random: Random) -> tuple[str, str] | None:
    words = list(re.finditer(r"[^\W\d_]{4,}", place.translation))
    if not words or place.lang == "ja":
        return None
    at = random.choice(words).start() + 2
    text = place.translation
    return f"{place.source} {{name}}", f"{text[:at]}{{name}}{text[at:]}"


def _unmarked(place: Place, random: Random) -> tuple[str, str] | None:
    if re.search(r"[*_<>]", place.source):
        return None
    first, _, rest = place.source.partition(" ")
    return f"**{first}** {rest}".strip(), place.translation


def _other_number(place: Place, random: Random) -> tuple[str, str] | None:
    found = _DIGITS.search(place.translation)
    if found is None or found[0] not in place.source:
        return f"{place.source} (15)", f"{place.translation} (51)"
    text = place.translation
    return place.source, f"{text[: found.start()]}{int(found[0]) + 6}{text[found.end() :]}"


def _other_number_word(place: Place, random: Random) -> tuple[str, str] | None:
    for word, theirs, other in _NUMBER_WORDS[place.lang]:
        if re.search(rf"\b{word}\b", place.source, re.IGNORECASE):
            wrong = re.sub(theirs, other, place.translation, count=1)
            return None if wrong == place.translation else (place.source, wrong)
    return None


def _affirmed(place: Place, random: Random) -> tuple[str, str] | None:
    if not re.search(r"\bnot\b|n['’]t\b", place.source):
        return None
    wrong = _NEGATIONS[place.lang].sub(
        lambda m: m[1] if m.re.groups else "", place.translation, count=1
    )
    return None if wrong == place.translation else (place.source, wrong)


def _other_url(place: Place, random: Random) -> tuple[str, str] | None:
    return (
        f"{place.source} https://docs.example.org/start",
        f"{place.translation} https://docs.example.com/begin",
    )


KINDS: Mapping[str, Wrong] = {
    "left in the source": _left,
    "another language, same script": _same_script,
    "another script": _other_script,
    "empty": _empty,
    "cut off": _cut,
    "doubled": _doubled,
    "repeated within": _looped,
    "a neighbour's": _neighbours,
    "one answer for several": _neighbours,
    "a thought before": _thought,
    "a note after": _note,
    "a preamble": _preamble,
    "an obeyed instruction": _obeyed,
    "a placeholder pair emptied": _emptied,
    "a variable inside a word": _within_word,
    "emphasis lost": _unmarked,
    "a number changed": _other_number,
    "a number word changed": _other_number_word,
    "a negation dropped": _affirmed,
    "a URL changed": _other_url,
}
"""By kind, how it is put."""
