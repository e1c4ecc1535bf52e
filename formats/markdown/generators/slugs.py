"""What generators of sites make of a page's headings: their ids, numbered over the page."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence

from formats.markdown.generators import goldmark, myst, pandoc, python_markdown
from formats.markdown.generators.heading import Heading, numbered

_CIRCLED = ((0x24B6, 0x24E9), (0x1F130, 0x1F149), (0x1F150, 0x1F169), (0x1F170, 0x1F189))
_CONTROL = re.compile("[\x00-\x1f]")
_SPECIAL = re.compile(r"""[\s~`!@#$%^&*()\-_+=[\]{}|\\;:"'“”‘’<>,.?/]+""")
_MARKS = re.compile("[\u0300-\u036f]")
_DASHES = re.compile("-{2,3}")


def github(headings: Sequence[Heading]) -> list[str]:
    """github-slugger 2.0.0's, of Docusaurus, Mintlify and GitHub: those given are not counted."""
    return _numbered_by_github([(one, one.text) for one in headings])


def starlight(headings: Sequence[Heading]) -> list[str]:
    """Astro 5's: github-slugger's, after two or three hyphens became a dash."""
    return _numbered_by_github([(one, _DASHES.sub("", one.text)) for one in headings])


def vitepress(headings: Sequence[Heading]) -> list[str]:
    """VitePress 1.6's: @mdit-vue/shared's slug, numbered by markdown-it-anchor, ids given too."""
    seen: set[str] = set()
    ids = []
    for one in headings:
        found = one.explicit
        if found is None:
            found = numbered(_vitepress_slug(one.text), seen)
        seen.add(found)
        ids.append(found)
    return ids


GENERATORS: Mapping[str, Sequence[Callable[[Sequence[Heading]], list[str]]]] = {
    "github": (github,),
    "starlight": (starlight,),
    "vitepress": (vitepress,),
    "goldmark": (goldmark.ids,),
    "myst": (myst.ids,),
    "pandoc": (pandoc.ids,),
    "python-markdown": (
        python_markdown.ids,
        python_markdown.ids_of_pymdownx,
        python_markdown.ids_of_letters,
    ),
}
"""By the name that a dialect gives; of several, which sites choose from, the first is the usual."""
WITHOUT_IMAGES = frozenset({"myst", "python-markdown"})
"""Those that read no alternative texts of images in headings."""


def _numbered_by_github(headings: Sequence[tuple[Heading, str]]) -> list[str]:
    counts: dict[str, int] = {}
    ids = []
    for one, text in headings:
        if one.explicit is not None:
            ids.append(one.explicit)
            continue
        base = found = _github_slug(text)
        while found in counts:
            counts[base] += 1
            found = f"{base}-{counts[base]}"
        counts[found] = 0
        ids.append(found)
    return ids


def _github_slug(text: str) -> str:
    return "".join(filter(_is_kept_by_github, text.lower())).replace(" ", "-")


def _is_kept_by_github(character: str) -> bool:
    category = unicodedata.category(character)
    return (
        character in "- "
        or category[0] in "LM"
        or category in ("Nd", "Nl", "Pc")
        or any(first <= ord(character) <= last for first, last in _CIRCLED)
    )


def _vitepress_slug(text: str) -> str:
    """Of https://github.com/mdit-vue/mdit-vue/blob/main/packages/shared/src/slugify.ts."""
    bare = _CONTROL.sub("", _MARKS.sub("", unicodedata.normalize("NFKD", text)))
    slug = re.sub("-{2,}", "-", _SPECIAL.sub("-", bare)).strip("-")
    return re.sub(r"^(?=[0-9])", "_", slug).lower()
