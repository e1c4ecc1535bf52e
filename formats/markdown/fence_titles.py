"""Titles of code blocks, which sites show above them: ```` ```py title="How to begin" ````."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from domain.document.plan import Unit
from formats.common.prose import has_prose, is_file_name

_TITLE = re.compile(r"""(?<=[\s{])title\s?=\s?"(?P<title>[^"\\&<>\n]++)\"""")


@dataclass(frozen=True, slots=True)
class FenceTitle:
    """A place for a title between straight quotes, which it can't hold itself."""

    start: int
    end: int
    unit: Unit

    def put(self, translation: str) -> str | None:
        """The title on one line."""
        return " ".join(translation.replace('"', "'").replace("`", "'").split())


def places(
    text: str, rows: Sequence[tuple[int, int]], tokens: Sequence[Token]
) -> Iterator[FenceTitle]:
    """The places of all fences' titles that are prose.

    Args:
        text: the document.
        rows: start and end of its lines.
        tokens: its blocks.
    """
    for token in tokens:
        if token.type == "fence" and token.map and (title := _prose_of(token.info)):
            start, end = rows[token.map[0]]
            at = text.find(token.info.strip(), start, end)
            if at >= 0:
                yield _place(at, token.info, title)


def without_title(info: str) -> str:
    """What stands behind a fence, without what may change in a translation."""
    title = _prose_of(info)
    return info[: title.start("title")] + info[title.end("title") :] if title else info


def _prose_of(info: str) -> re.Match[str] | None:
    title = _TITLE.search(info)
    is_prose = title and has_prose(title["title"]) and not is_file_name(title["title"])
    return title if is_prose else None


def _place(at: int, info: str, title: re.Match[str]) -> FenceTitle:
    first = at - (len(info) - len(info.lstrip())) + title.start("title")
    return FenceTitle(
        first, first + len(title["title"]), Unit(title["title"], "title", path="code.title")
    )
