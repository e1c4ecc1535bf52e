"""Emphasis that a translation keeps, but no parser would read: `**注意：**文本` shows asterisks.

By CommonMark a run of marks opens or closes by what stands around it (section 6.2), and languages
that set no spaces between words, or endings on emphasized words, fall foul of it. Where it is sure
what is meant, punctuation is moved out of the marks, or tags of HTML take their place.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from formats.markdown.atoms import spans
from formats.markdown.dialects import Dialect
from formats.markdown.mdx import rules as mdx_rules
from formats.markdown.parser import inline

_RUN = re.compile(r"\\.|(?P<run>\*{1,3}|_{1,3}|~~)", re.DOTALL)
_SHOWN = re.compile(r"\*+|(?<!\w)_+|_+(?!\w)|~~")
_OPENED = frozenset({"strong_open", "em_open", "s_open"})
_TAGS = {"**": "strong", "__": "strong", "*": "em", "_": "em", "~~": "del"}
TAGS = frozenset(f"<{mark}{tag}>" for tag in _TAGS.values() for mark in ("", "/"))
_TAG_TOKENS = ("html_inline", mdx_rules.TAG)
_MOVABLE = "：:，,。.、；;！!？?…"


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two runs of the same marks; `start` and `end` are those of the text between them."""

    mark: str
    start: int
    end: int

    def opens(self, text: str, mark: str) -> bool:
        return _can_open(text, self.start - len(self.mark), self.start, mark)

    def closes(self, text: str, mark: str, end: int) -> bool:
        return _can_close(text, end, end + len(self.mark), mark)


def mended(translation: str, source: str, dialect: Dialect) -> str:
    """The translation with its emphasis written so that it is read; as it is where all is read, or
    where there is no sure way."""
    if not any(mark in source for mark in ("*", "_", "~~")):
        return translation
    broken = [pair for pair in _pairs(translation, dialect) if not _is_read(pair, translation)]
    if not broken:
        return translation
    wanted = emphasized(inline(source, dialect))
    if emphasized(inline(translation, dialect)) >= wanted:
        return translation
    candidate = translation
    for pair in sorted(broken, key=lambda pair: pair.start, reverse=True):
        candidate = _rewritten(candidate, pair)
    return candidate if emphasized(inline(candidate, dialect)) == wanted else translation


def emphasized(tokens: Sequence[Token]) -> int:
    """How many stretches of a text are emphasized, by marks or by tags."""
    return sum(
        token.type in _OPENED
        or (token.type in _TAG_TOKENS and token.content in TAGS and token.content[1] != "/")
        for token in tokens
    )


def shown(tokens: Sequence[Token]) -> int:
    """How many runs of marks a reader sees as such."""
    return sum(len(_SHOWN.findall(token.content)) for token in tokens if token.type == "text")


def _pairs(text: str, dialect: Dialect) -> Iterator[_Pair]:
    """Runs of the same marks, each with the next that may end it."""
    opened: list[tuple[str, int]] = []
    for start, end in _runs(text, dialect):
        mark = text[start:end]
        marks = [one for one, _ in opened]
        if mark in marks and not text[start - 1].isspace():
            while opened:
                one, at = opened.pop()
                if one == mark:
                    yield _Pair(mark, at, start)
                    break
        elif end < len(text) and not text[end].isspace():
            opened.append((mark, end))


def _runs(text: str, dialect: Dialect) -> Iterator[tuple[int, int]]:
    at = 0
    for start, end in [*spans(text, dialect), (len(text), len(text))]:
        for match in _RUN.finditer(text, at, start):
            if match["run"]:
                yield match.span()
        at = max(at, end)


def _is_read(pair: _Pair, text: str) -> bool:
    return pair.opens(text, pair.mark) and pair.closes(text, pair.mark, pair.end)


def _rewritten(text: str, pair: _Pair) -> str:
    """The pair in the way that changes least."""
    before, behind = text[: pair.start - len(pair.mark)], text[pair.end + len(pair.mark) :]
    inner = text[pair.start : pair.end]
    stars = "*" * len(pair.mark) if pair.mark[0] == "_" else pair.mark
    for mark, kept in ((stars, inner), (stars, inner.rstrip(_MOVABLE))):
        written = before + mark + kept + mark + inner[len(kept) :] + behind
        start = len(before) + len(mark)
        if kept and _is_read(_Pair(mark, start, start + len(kept)), written):
            return written
    if pair.mark not in _TAGS:
        return text
    tag = _TAGS[pair.mark]
    return f"{before}<{tag}>{inner}</{tag}>{behind}"


def _can_open(text: str, start: int, end: int, mark: str) -> bool:
    left, right = _flanking(text, start, end)
    return left and (mark[0] != "_" or not right or _is_punctuation(text[start - 1 : start]))


def _can_close(text: str, start: int, end: int, mark: str) -> bool:
    left, right = _flanking(text, start, end)
    return right and (mark[0] != "_" or not left or _is_punctuation(text[end : end + 1]))


def _flanking(text: str, start: int, end: int) -> tuple[bool, bool]:
    """Whether a run is left-flanking and right-flanking."""
    before, behind = text[max(0, start - 1) : start], text[end : end + 1]
    space_before, space_behind = not before.strip(), not behind.strip()
    mark_before, mark_behind = _is_punctuation(before), _is_punctuation(behind)
    left = not space_behind and (not mark_behind or space_before or mark_before)
    right = not space_before and (not mark_before or space_behind or mark_behind)
    return left, right


def _is_punctuation(character: str) -> bool:
    return bool(character) and unicodedata.category(character)[0] in "PS"
