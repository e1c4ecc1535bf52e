"""What a check looks at: a source and its translation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from domain.briefing import GlossaryEntry
from domain.checks.quality import Finding, Severity
from domain.placeholders.masking import strip
from domain.text.inflection import primary
from domain.text.prose import STAND_IN

_PAIR = re.compile(r"⟦/?\d+⟧")
_BREAK = re.compile(r"⟦[bh]r\d+⟧")
_OTHER = re.compile(r"⟦[^⟦⟧]*+⟧")
_LONGEST_SPAN = 200
_MOST_TOLD = 5


@dataclass(frozen=True)
class Pair:
    """A source and its translation, both with their placeholders.

    Attributes:
        source: the text, its markup masked.
        translation: the same of the translation.
        source_lang: BCP-47.
        target_lang: BCP-47.
        terms: glossary entries that may occur.
        max_chars: characters of the translation at most, without placeholders; None is no limit.
        formality: how the reader is to be addressed; None: as it may be.
    """

    source: str
    translation: str
    source_lang: str
    target_lang: str
    terms: Sequence[GlossaryEntry] = ()
    max_chars: int | None = None
    formality: Literal["formal", "informal"] | None = None

    @cached_property
    def before(self) -> str:
        """The source without placeholders, a space for each variable."""
        return strip(self.source)

    @cached_property
    def after(self) -> str:
        """The translation without placeholders, a space for each variable."""
        return strip(self.translation)

    @cached_property
    def source_shown(self) -> str:
        """The source as its reader sees it."""
        return _shown(self.source)

    @cached_property
    def shown(self) -> str:
        """The translation as its reader sees it: a variable is one `STAND_IN`."""
        return _shown(self.translation)

    @cached_property
    def source_language(self) -> str:
        """The source's language, without script and region."""
        return primary(self.source_lang)

    @cached_property
    def language(self) -> str:
        """The translation's language, without script and region."""
        return primary(self.target_lang)


def _shown(text: str) -> str:
    return _OTHER.sub(STAND_IN, _BREAK.sub("\n", _PAIR.sub("", text)))


def finding(severity: Severity, category: str, span: str, explanation: str) -> Finding:
    """An error found by code; a long span is clipped."""
    return Finding(severity, category, clipped(span), explanation, "check")


def punctuation(category: str, span: str, explanation: str) -> Finding:
    """A minor error of punctuation or spacing, which alone never asks for a correction."""
    return finding(Severity.MINOR, f"fluency/punctuation/{category}", span, explanation)


def clipped(text: str) -> str:
    """A text of 200 characters at most."""
    return text if len(text) <= _LONGEST_SPAN else text[: _LONGEST_SPAN - 1] + "…"


def few(texts: Iterable[str]) -> list[str]:
    """The first five different texts: a score counts no more errors."""
    return list(dict.fromkeys(texts))[:_MOST_TOLD]


def around(text: str, start: int, end: int) -> str:
    """The place `text[start:end]` with the words beside it, on one line."""
    left = text.rfind(" ", max(0, start - 20), max(0, start - 1)) + 1 or max(0, start - 20)
    right = text.find(" ", end + 1, end + 20)
    found = text[left : right if right >= 0 else end + 20]
    return found.replace(STAND_IN, "…").replace("\n", " ")
