"""Rules over the sentence ends that sentencex finds: some are taken back, others are added.

Each rule looks at no more than a bounded stretch around a place, so that a text takes linear time.
Where a rule can't tell, two sentences stay together: a translator can cope with that, and not with
half a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from domain.abbreviations import (
    BEFORE_NUMBER,
    BEFORE_ORDINAL,
    INTRODUCING,
    MAY_BE_LAST,
    NEVER_LAST,
    ORDINAL_NOUNS,
    STARTERS,
)

_NEAR = 80
"""Characters before and after a place that are looked at."""
_LONGEST_BRACKETS = 300
"""Characters within brackets or quotes that may keep sentences together."""

_OPENERS = r"[«„“‘\"'(\[¿¡‹「『（《]"
_LAST_TOKEN = re.compile(r"(?:^|(?<=[\s(\[«„“‘’'\"/¿¡–—-]))((?:\w{1,20}[.\-°]{1,2}\s?){1,4})$")
_INITIAL = re.compile(r"(?:^|(?<=\s))[^\W\d_]\.$")
_NEXT_WORD = re.compile(rf"\s*+{_OPENERS}*+([^\W_]{{1,30}})")
_GOES_ON = re.compile(r"(?:[—–-]\s?)?+[^\W\d_]")
_CJK_GOES_ON = re.compile(
    r"と(?!ても|ころ|にかく|りあえず|もかく|もだち)|って|を|[、，]|[他她它我你您]们?[^，。]{0,4}[说說问問喊叫答道]"
)
_THREE_SPACED = re.compile(r"[^\s.] \. \. \.$")
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
_MARKER = re.compile(
    r"""
    (?P<bullet> [•⁃◦▪‣] \s?+ (?: \d{1,3} \. )?+ ) (?= \s?\w )
  | (?: ^ | (?<= \s ) ) (?:
        (?P<dotted> (?: \d{1,3} | [a-z] ) \. )
      | (?P<closed> (?: \d{1,3} | [a-z] ) \.? \) )
      | (?P<around> \( (?: \d{1,3} | [a-z] ) \) )
    ) (?= \s [^\W\d_] )
    """,
    re.VERBOSE,
)
# fmt: off
_ORDINAL_LANGUAGES = frozenset([
    "bs", "cs", "da", "de", "et", "fi", "hr", "hu", "is", "lb", "lv", "nb", "nn", "no", "sk", "sl",
    "sr", "tr",
])
# fmt: on)
_SENTENCE_END = frozenset(".!?:;…")
_NONE: frozenset[str] = frozenset()


def boundaries(text: str, language: str, found: Iterable[int]) -> list[int]:
    """Where sentences begin in a stretch of one paragraph, but for the first.

    Args:
        text: a stretch of prose, a few thousand characters at most.
        language: its primary subtag, in lower case.
        found: where sentencex begins a sentence, but for the first.
    """
    inside = _bracketed(text)
    kept = [
        place
        for place in found
        if place not in inside and not any(_joins(text, place, language))
    ]
    added = (place for place in _added(text, language) if place not in inside)
    return sorted({*kept, *added, *_list_items(text, language)} - {0, len(text)})


def _joins(text: str, place: int, language: str) -> Iterator[bool]:
    """Whether each rule says that no sentence begins at this place."""
    before = text[max(0, place - _NEAR) : place]
    after = text[place : place + _NEAR]
    attached = not before[-1:].isspace() and not after[:1].isspace()
    before, after = before.rstrip(), after.lstrip()
    yield _THREE_SPACED.search(before) is not None
    yield before[-1:] in "」』”’）)" and _CJK_GOES_ON.match(after) is not None
    if before[-1:] in ".!?…\"'”’»)“‘":
        yield _goes_on(after)
        yield attached and _is_attached(before, after)
    token = _LAST_TOKEN.search(before)
    if token is not None and before.endswith("."):
        yield _needs_more(token[1], before[: token.start()], after, language)


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
    if name.isdigit() and language in _ORDINAL_LANGUAGES:
        return len(name) <= 2 and _is_ordinal(rest, following)
    initial = _INITIAL.search(token)
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
        if not following.isalpha() or (following.isupper() and language not in ("de", "lb")):
            yield match.end()
    for pattern in (_REMARK, _REFERENCE):
        for match in pattern.finditer(text):
            if not text[match.end() : match.end() + 1].islower() and (
                pattern is _REMARK or _has_number(match[0])
            ):
                yield match.end()
    yield from (match.end() for match in _CJK_REMARK.finditer(text))
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


def _list_items(text: str, language: str) -> Iterator[int]:
    """Where each item of a list within a paragraph begins.

    The items are numbered on in one style, and the first begins the stretch or follows the end of
    a sentence. Where `1.` is an ordinal number, a full stop alone numbers no list.
    """
    row: list[re.Match[str]] = []
    for match in _MARKER.finditer(text):
        if match.lastgroup == "dotted" and language in _ORDINAL_LANGUAGES:
            continue
        if row and _follows(row[-1], match):
            row.append(match)
            continue
        yield from _row_starts(row)
        row = [match] if _begins(text, match.start()) else []
    yield from _row_starts(row)


def _row_starts(row: list[re.Match[str]]) -> Iterator[int]:
    if len(row) > 1:
        yield from (match.start() for match in row)


def _begins(text: str, place: int) -> bool:
    before = text[max(0, place - 5) : place].rstrip()
    return not before or before[-1] in _SENTENCE_END


def _follows(match: re.Match[str], later: re.Match[str]) -> bool:
    """Whether a marker is the next of the same style: `2.` after `1.`, `b)` after `a)`."""
    if match.lastgroup != later.lastgroup:
        return False
    if match.lastgroup == "bullet":
        return match[0][0] == later[0][0]
    number, next_number = match[0].strip("(.)"), later[0].strip("(.)")
    if number.isdigit() and next_number.isdigit():
        return int(next_number) == int(number) + 1
    return ord(number[0]) + 1 == ord(next_number[0])


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
