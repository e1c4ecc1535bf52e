"""Ids of Python-Markdown's table of contents, as its release 3.11 makes them.

Ids that a page gives anywhere are known before any is made, so that a later `{#setup}` turns an
earlier heading `Setup` into `setup_1`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence

from formats.markdown.generators.heading import Heading

_COUNTED = re.compile(r"(?P<base>.*)_(?P<count>[0-9]+)", re.DOTALL)


def ids(headings: Sequence[Heading]) -> list[str]:
    """With the slugs of `toc` itself: of ASCII, so that other letters go."""
    return _numbered(headings, _ascii)


def ids_of_letters(headings: Sequence[Heading]) -> list[str]:
    """With `markdown.extensions.toc.slugify_unicode`."""
    return _numbered(headings, _of_letters)


def ids_of_pymdownx(headings: Sequence[Heading]) -> list[str]:
    """With `pymdownx.slugs.slugify` in lower case, as sites configure it."""
    return _numbered(headings, _of_pymdownx)


def _numbered(headings: Sequence[Heading], slug: Callable[[str], str]) -> list[str]:
    used = {one.explicit for one in headings if one.explicit is not None}
    found = []
    for one in headings:
        made = one.explicit
        if made is None:
            made = _unused(slug(" ".join(one.text.split())), used)
            used.add(made)
        found.append(made)
    return found


def _unused(slug: str, used: set[str]) -> str:
    while slug in used or not slug:
        counted = _COUNTED.fullmatch(slug)
        slug = f"{counted['base']}_{int(counted['count']) + 1}" if counted else f"{slug}_1"
    return slug


def _ascii(text: str) -> str:
    return _of_letters(unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode())


def _of_letters(text: str) -> str:
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", text).strip().lower())


def _of_pymdownx(text: str) -> str:
    slug = unicodedata.normalize("NFC", text).strip().lower()
    return re.sub(r"[^\w\- ]", "", slug).replace(" ", "-")
