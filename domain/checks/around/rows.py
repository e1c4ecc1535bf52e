"""Segments beside each other, as checks of their surroundings look at them."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import regex

from domain.placeholders.masking import strip

_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")


@dataclass(frozen=True)
class Row:
    """A segment with its translation, both with placeholders.

    Attributes:
        number: its place in the document.
        source: the text, its markup masked.
        translation: the same of the translation.
    """

    number: int
    source: str
    translation: str

    @cached_property
    def before(self) -> str:
        """The source without placeholders."""
        return strip(self.source)

    @cached_property
    def after(self) -> str:
        """The translation without placeholders."""
        return strip(self.translation)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The source's words, without case."""
        return tuple(_plain(self.before))

    @cached_property
    def said(self) -> str:
        """The translation's words as one text, without case."""
        return " ".join(_plain(self.after))


Rows = Sequence[Row]
"""In the order of the document."""


def _plain(text: str) -> list[str]:
    return [
        match.group() for match in _WORD.finditer(unicodedata.normalize("NFC", text).casefold())
    ]
