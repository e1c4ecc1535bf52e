"""The values of files of texts by key, and how a format writes them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


class Content(Protocol):
    """A value's text, without what surrounds it.

    Attributes:
        start: where the text begins, in characters from the value's start.
        end: where it ends.
        text: as a translator sees it.
        has_prose: whether there is anything to translate.
    """

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...

    @property
    def text(self) -> str: ...

    @property
    def has_prose(self) -> bool: ...

    def written(self, translation: str) -> str | None:
        """A translation as it stands in the file; None where the codes in it are not the text's."""
        ...


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a resource file, which may be one form of a plural.

    Attributes:
        start: where its content begins, in characters.
        end: where its content ends.
        item_start: where what belongs to it alone begins: its tag, or its key.
        item_end: where that ends.
        path: of keys or names, with dots between them.
        note: what the file says of it.
        max_chars: characters that a translation may have.
        translated: whether it may be translated.
        plural: which of the file's plurals it is a form of; None where of none.
        form: the plural category, or another word where it is of none.
    """

    start: int
    end: int
    item_start: int
    item_end: int
    path: str
    note: str
    max_chars: int | None
    translated: bool
    plural: int | None
    form: str


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a format writes values.

    Attributes:
        values: those of a document, in order.
        content: of a value as it is written; a ValueError where it stands for no text.
        codes: the inline codes of a value as it is written, sorted.
        form: matches the plural category in what stands before an item's value, in a group of its
            own between two others.
        in_any_language: plural categories that the format knows whatever the language.
    """

    values: Callable[[str], list[Value]]
    content: Callable[[str], Content]
    codes: Callable[[str], tuple[str, ...]]
    form: re.Pattern[str]
    in_any_language: frozenset[str] = frozenset()
