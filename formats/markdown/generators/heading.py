"""A heading as generators read it."""

from __future__ import annotations

from typing import Protocol


class Heading(Protocol):
    """A heading's text without its marks, and the id that its source gives it."""

    @property
    def text(self) -> str: ...

    @property
    def explicit(self) -> str | None: ...
