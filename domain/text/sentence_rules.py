"""Rules over the sentence ends that sentencex finds: some are taken back, others are added.

Each rule looks at no more than a bounded stretch around a place, so that a text takes linear time.
Where a rule can't tell, two sentences stay together: a translator can cope with that, and not with
half a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from domain.text.abbreviations import (
    BEFORE_NUMBER,
    BEFORE_ORDINAL,
    INTRODUCING,
    MAY_BE_LAST,
    NEVER_LAST,
    ORDINAL_NOUNS,
    STARTERS,
)
from domain.text.sentence_lists import CAPITAL_NOUNS, ORDINAL_LANGUAGES, list_markers

_NEAR = 80
"""Characters before and after a place that are looked at."""
_LONGEST_BRACKETS = 300
"""Characters within brackets or quotes that may keep sentences together."""

_OPENERS = r"[«„“‘\"'(\[¿¡‹「『（《]"
_LAST_TOKEN_BACKWARDS = re.compile(
    r"(?:\s?[.\-°]{1,2}+\w{1,20}+){1,4}(?:\Z|(?=[\s(\[«„“‘’'\"/¿¡–—-]))"
)
_INITIAL = re.compile(r"(?:^|(?<=\s))[^\W\d_]\.$")
_ELIDED = re.compile(r"[^\W\d_]['’]")
_MARKS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_ATTACHED = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069¹²³⁰⁴-⁹]{1,9}+")
_NEXT_WORD = re.compile(rf"\s*+{_OPENERS}*+([^\W_]{{1,30}})")
_GOES_ON = re.compile(r"(?:(?:--|[—–-])\s?)?+[^\W\d_]")
_NO_START = re.compile(r"[,;]|:\s|\((?:1[5-9]|20)\d\d\)")
_ROMAN = re.compile(r"[IVXLCDM]{2,8}\b|[VX]\b")
_DOUBLED = re.compile(r"([^\W\d_])\1\.")
_CJK_GOES_ON = re.compile(
    r"と(?!ても|ころ|にかく|りあえず|もかく|もだち)|って|を|[、，]|[他她它我你您]们?[^，。]{0,4}[说說问問喊叫答道]"
)
_SPACED_DOTS = re.compile(r"[^\s.]\.?(?: \.){3}\Z")
_LONGEST_SPACED_DOTS = 8
_CJK_PAIRS = dict(zip("「『《〈（【", "」』》〉）】", strict=True))
_CJK_BRACKET = re.compile(r"[「『《〈（【」』》〉）】]")

_ELLIPSIS = re.compile(r"(?:…|(?<![.\s])\.{3,4})\s++(?=[¿¡«„“\"]?[^\W\d_])")
_REMARK = re.compile(r"[(\[][^()\[\]]{12,300}[.!?][)\]]\s++(?=[^\W\d_]|[«„“\"])")
_CJK_REMARK = re.compile(r"(?:^|(?<=[。！？\s]))[（(][^（）()]{1,300}[。！？][）)]")
_REFERENCE = re.compile(
    r"(?:[^\W\d_]{4}|\))\.(?:\[\d{1,3}\]){0,9}(?:\d{1,3}(?: \d{1,3}){0,3})?\s++"
)
_ABBREVIATED = re.compile(
    rf"(?<![\w.])((?:[^\W\d_]{{1,5}}\.[ \xa0]?-?){{1,4}})\s++(?={_OPENERS}*+([^\W\d_]{{1,15}}))"
)
_STOP_AND_SPACED_DOTS = re.compile(r"(?<=[^\W\d_])\. (?=\. \. \. [^\W\d_])")
_UNIT = re.compile(
    r"(?<![\w.,])\d{1,9}(?:[.,]\d{1,9})?+[ \xa0]?"
    r"(?:[kcm]?m|k?g|m?[gl]|h|s|k?m/[hs]|°C|к?м|с|к?м/с|кг)\.\s++(?=[^\W\d_]{2})"
)
_ACRONYM = re.compile(r"(?<![\w.])[^\W\d_]{2,6}\.\s++(?=([^\W\d_]{1,15}))")
_BROKEN_OFF = re.compile(r"(?:--|[—–])[\"”»]\s++(?=([^\W\d_]{2,15})\s)")
_UNSPACED = re.compile(r"(?<=[^\W\d_])[?!](?=([^\W\d_]{1,15})[\s,])")
_SHORT = 4
"""Letters of an abbreviation before a Roman number, at most."""
_NONE: frozenset[str] = frozenset()


def boundaries(text: str, language: str, found: Iterable[int]) -> list[int]:
    """Where sentences begin in a stretch of one paragraph, but for the first.

    Args:
        text: a stretch of prose, a few thousand characters at most.
        language: its primary subtag, in lower case.
        found: where sentencex begins a sentence, but for the first.
    """
    markers = list(list_markers(text, language))
    inside = _bracketed(text).union(*(range(m.start() + 1, m.end() + 2) for m in markers))
    found = (_past_attached(text, place) for place in found)
    kept = [
        place for place in found if place not in inside and not any(_joins(text, place, language))
    ]
    added = (place for place in _added(text, language) if place not in inside)
    return sorted({*kept, *added, *(m.start() for m in markers)} - {0, len(text)})


def _past_attached(text: str, place: int) -> int:
    """The same place, or after the marks of direction and superscript numbers that follow there."""
    match = _ATTACHED.match(text, place)
    return match.end() if match else place


def _joins(text: str, place: int, language: str) -> Iterator[bool]:
    """Whether each rule says that no sentence begins at this place."""
    before = text[max(0, place - _NEAR) : place]
    after = text[place : place + _NEAR]
    attached = not before[-1:].isspace() and not after[:1].isspace()
    before, after = _MARKS.sub("", before).rstrip(), _MARKS.sub("", after).lstrip()
    yield _NO_START.match(after) is not None
    yield before[-1:] in "'’" and after.startswith("(")
    yield _SPACED_DOTS.search(before[-_LONGEST_SPACED_DOTS:]) is not None
    yield before[-1:] in "」』”’）)" and _CJK_GOES_ON.match(after) is not None
    if before[-1:] in ".!?…\"'”’»)“‘":
        yield _goes_on(after) and not before.endswith("ς.")  # a final sigma: no word cut short
        yield attached and _is_attached(before, after)
    token = _LAST_TOKEN_BACKWARDS.match(before[::-1]) if before.endswith(".") else None
    if token is not None:
        start = len(before) - token.end()
        yield _needs_more(before[start:], before[:start], after, language)


def _goes_on(after: str) -> bool:
    """A lower-case letter, perhaps after a dash, begins no sentence."""
    match = _GOES_ON.match(after)
    return match is not None and match[0][-1].islower()


def _is_attached(before: str, after: str) -> bool:
    """A sign within a word, a name or a number: `Y!J`, `1.Rice`, `J.-C.`; not `end.Next`."""
    following = after[:1]
    if following == "-":
        return True
    if not (following.isupper() or following.islower()):
        return False
    return before[-1] != "." or not before[-4:-1].isalnum() or len(before) < 4


def _needs_more(token: str, rest: str, after: str, language: str) -> bool:
    """Whether an abbreviation, an initial or an ordinal number needs what comes after it."""
    name = "".join(token.split()).rstrip(".").lower()
    word = _NEXT_WORD.match(after)
    following = word[1] if word else ""
    if name in NEVER_LAST.get(language, _NONE) or name in INTRODUCING:
        return True
    if name.rsplit(".", 1)[-1] in BEFORE_NUMBER and after[:1].isdigit():
        return True
    if len(name) <= _SHORT and _ROMAN.match(after):
        return True
    if _DOUBLED.fullmatch(token) and _DOUBLED.match(after):
        return True
    if name.isdigit() and language in ORDINAL_LANGUAGES:
        return len(name) <= 2 and _is_ordinal(rest, following)
    initial = _INITIAL.search(token)
    if token.islower() and _ELIDED.fullmatch(rest[-2:]):
        return False
    if initial is not None and following[:1].isupper():
        previous = (rest + token[: initial.start()]).rstrip()
        if language in STARTERS and language != "en" and following not in STARTERS[language]:
            return True
        return previous[-1:] in ".!?"
    return False


def _is_ordinal(rest: str, following: str) -> bool:
    previous = rest.split()[-1:]
    return following in ORDINAL_NOUNS or (bool(previous) and previous[0].lower() in BEFORE_ORDINAL)


def _added(text: str, language: str) -> Iterator[int]:
    """Where sentences begin that sentencex leaves together with the one before."""
    for match in _ELLIPSIS.finditer(text):
        following = text[match.end()]
        if not following.isalpha() or (following.isupper() and language not in CAPITAL_NOUNS):
            yield match.end()
    for pattern in (_REMARK, _REFERENCE):
        for match in pattern.finditer(text):
            if not text[match.end() : match.end() + 1].islower() and (
                pattern is _REMARK or _has_number(match[0])
            ):
                yield match.end()
    for pattern in (_CJK_REMARK, _STOP_AND_SPACED_DOTS):
        yield from (match.end() for match in pattern.finditer(text))
    for match in _UNIT.finditer(text):
        if text[match.end()].isupper() and text[match.end() + 1].islower():
            yield match.end()
    starters = STARTERS.get(language, _NONE)
    for match in _ACRONYM.finditer(text):
        if match[0].rstrip(". \xa0").isupper() and match[1] in starters:
            yield match.end()
    for match in _BROKEN_OFF.finditer(text):
        if match[1] in starters:
            yield match.end()
    for match in _UNSPACED.finditer(text):
        if text[match.start() - 1].islower() and match[1] in starters:
            yield match.end()
    for match in _ABBREVIATED.finditer(text):
        if _may_end(match[1], match[2], language):
            yield match.end()


def _has_number(reference: str) -> bool:
    return reference.rstrip()[-1:] in "0123456789]"


def _may_end(abbreviation: str, following: str, language: str) -> bool:
    name = "".join(abbreviation.split()).rstrip(".").lower()
    if following not in STARTERS.get(language, _NONE) or name in INTRODUCING:
        return False
    is_acronym = all(len(part) == 1 for part in name.split(".")) and "." in name
    return is_acronym or any(
        name == last or name.endswith(f".{last}") for last in MAY_BE_LAST.get(language, _NONE)
    )


def _bracketed(text: str) -> set[int]:
    """The places within East Asian brackets and quotes, where they are closed and not too long."""
    opened: list[tuple[int, str]] = []
    inside: set[int] = set()
    for match in _CJK_BRACKET.finditer(text):
        if match[0] in _CJK_PAIRS:
            opened.append((match.start(), _CJK_PAIRS[match[0]]))
        elif opened and opened[-1][1] == match[0]:
            start, _ = opened.pop()
            if not opened and match.start() - start <= _LONGEST_BRACKETS:
                inside.update(range(start + 1, match.end()))
    return inside
