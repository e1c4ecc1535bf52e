"""What a source marks, and whether the translation still marks something by it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from unicodedata import category

import regex

from domain.checks.pair import Pair, finding
from domain.checks.quality import Finding, Severity

_EMPTY_PAIR = re.compile(r"⟦(\d+)⟧((?:[^⟦⟧]|⟦(?!/?\d)[^⟦⟧]*+⟧)*+)⟦/\1⟧")
_PLACEHOLDER = re.compile(r"⟦[^⟦⟧]*+⟧")
_VARIABLE_WITHIN = regex.compile(
    r"(?V1)[\p{L}\p{M}--[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Hangul}]]"
    r"⟦v\d+⟧[\p{L}--[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Hangul}]]"
)
_GLUED_BEFORE = regex.compile(r"[\p{Lu}\p{Ll}]⟦v\d+⟧")
_GLUED_AFTER = regex.compile(r"⟦v\d+⟧[\p{Lu}\p{Ll}]")
_AGGLUTINATIVE = frozenset(
    {"az", "et", "eu", "fi", "hu", "hy", "ka", "kk", "ky", "mn", "se", "tk", "tr", "ug", "uz", "he"}
)
"""Languages that set endings on variables, or prefixes before them."""

_EMPHASIS = re.compile(
    r"(?<![\w*\\/])(?P<mark>\*{1,3})(?=[^\s*])[^*\n]{1,300}?(?<=[^\s*\\])(?P=mark)(?![\w*/])"
    r"|(?<![\w_\\/])(?P<line>_{1,3})(?=[^\s_])[^_\n]{1,300}?(?<=[^\s_\\])(?P=line)(?![\w_/])"
)
_MARKS = {"*": re.compile(r"\*++"), "_": re.compile(r"_++")}
_UNSPACED = frozenset({"ja", "ko", "lo", "km", "my", "th", "yue", "zh"})


def emptied(pair: Pair) -> Iterator[Finding]:
    """A pair of placeholders that holds words in the source and none in the translation."""
    before = len(_empty(pair.source))
    after = _empty(pair.translation)
    if len(after) > before:
        number = after[-1]
        explanation = f"Nothing is left between ⟦{number}⟧ and ⟦/{number}⟧."
        yield finding(
            Severity.MAJOR, "accuracy/markup/emptied", f"⟦{number}⟧⟦/{number}⟧", explanation
        )


def _empty(text: str) -> list[str]:
    """The numbers of pairs that hold neither a letter or digit nor a placeholder."""
    return [
        match[1]
        for match in _EMPTY_PAIR.finditer(text)
        if not _PLACEHOLDER.search(match[2]) and not any(map(_shows, match[2]))
    ]


def _shows(sign: str) -> bool:
    """Whether a sign is a letter, a digit or a symbol such as ◯, not white space or punctuation."""
    return category(sign)[0] in "LMNS"


def glued(pair: Pair) -> Iterator[Finding]:
    """A variable within a word, or a letter at one where the source has a space.

    Not in scripts without spaces, nor for endings in languages that set them on variables.
    """
    language = pair.language
    within = _VARIABLE_WITHIN.search(pair.translation)
    if within and not _VARIABLE_WITHIN.search(pair.source):
        yield _glued(within.group(), "A variable stands within a word.")
        return
    if language in _UNSPACED or language in _AGGLUTINATIVE:
        return
    if _GLUED_BEFORE.search(pair.source) or _GLUED_AFTER.search(pair.source):
        return
    found = _GLUED_BEFORE.search(pair.translation) or _GLUED_AFTER.search(pair.translation)
    if found:
        yield _glued(found.group(), "A variable is glued to a word.")


def _glued(span: str, explanation: str) -> Finding:
    return finding(Severity.MAJOR, "accuracy/markup/glued", span, explanation)


def unmarked(pair: Pair) -> Iterator[Finding]:
    """Emphasis of the source (`*so*`, `**so**`, `_so_`) that the translation does not have."""
    for match in _EMPHASIS.finditer(pair.source):
        sign = (match["mark"] or match["line"])[0]
        if not _is_prose(match.group().strip(sign)):
            continue
        wanted = 2 * sum(m.group()[0] == sign for m in _EMPHASIS.finditer(pair.source))
        there = len(_MARKS["*"].findall(pair.translation)) + len(
            _MARKS["_"].findall(pair.translation)
        )
        if there < wanted:
            explanation = f"The source marks {match.group()}; the translation has lost a mark."
            yield finding(Severity.MAJOR, "accuracy/markup/emphasis", match.group(), explanation)
        return


def _is_prose(text: str) -> bool:
    return any(map(str.isalpha, text)) and not re.search(r"[\\/=<>{}()|]", text)
