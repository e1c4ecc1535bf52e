"""Which dialect of Markdown a site is written in, as its own configuration says it.

Configuration is read as text and never run. Each generator finds its own by these names: MkDocs
(user guide, "Configuration"), Docusaurus (`docusaurus.config.js`), VitePress (`.vitepress`),
Starlight (an Astro integration), Mintlify (`docs.json`, before `mint.json`), Sphinx with
MyST-Parser (`conf.py`), MyST (`myst.yml`), Jupyter Book (`_toc.yml`), Hugo (`hugo.toml`, before
`config.toml`), Quarto (`_quarto.yml`), DocFX (`docfx.json`), Obsidian (`.obsidian`) and mdBook
(`book.toml`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

from domain.dialect_names import DialectName


@dataclass(frozen=True, slots=True)
class _Sign:
    """A file or folder that tells a site's generator.

    Attributes:
        name: what its name is, as a whole.
        dialect: what is written below it.
        content: what is found in it where others have a file of this name too.
    """

    name: re.Pattern[str]
    dialect: DialectName
    content: re.Pattern[str] | None = None


def _sign(name: str, dialect: DialectName, content: str = "") -> _Sign:
    found = re.compile(content, re.IGNORECASE) if content else None
    return _Sign(re.compile(name), dialect, found)


_SIGNS = (
    _sign(r"mkdocs\.ya?ml|zensical\.toml", "mkdocs"),
    _sign(r"docusaurus\.config\.[cm]?[jt]s", "docusaurus"),
    _sign(r"\.vitepress", "vitepress"),
    _sign(r"astro\.config\.[cm]?[jt]s", "starlight", r"starlight"),
    _sign(r"mint\.json", "mintlify"),
    _sign(r"docs\.json", "mintlify", r"mintlify|\"navigation\"\s*:"),
    _sign(r"conf\.py", "myst", r"\bmyst_(?:parser|nb)\b"),
    _sign(r"myst\.yml|_toc\.yml", "myst"),
    _sign(r"hugo\.(?:toml|ya?ml|json)", "hugo"),
    _sign(r"config\.(?:toml|ya?ml|json)", "hugo", r"\bbaseURL\b"),
    _sign(r"_quarto\.ya?ml|_bookdown\.yml", "quarto"),
    _sign(r"docfx\.json|\.openpublishing\.publish\.config\.json", "mslearn"),
    _sign(r"\.obsidian", "obsidian"),
    _sign(r"book\.toml", "commonmark"),
)


def dialect_at(names: Collection[str], read: Callable[[str], str]) -> DialectName | None:
    """The dialect of what lies in a folder or below it.

    Args:
        names: of the folder's files and folders.
        read: gives a file's text by its name.

    Returns:
        None where nothing in the folder tells.
    """
    for sign in _SIGNS:
        for name in sorted(names):
            if sign.name.fullmatch(name) and _holds(sign, name, read):
                return sign.dialect
    return None


def configures_a_site(name: str, read: Callable[[str], str]) -> bool:
    """Whether a file is a site's configuration, and no document of it."""
    return dialect_at([name], read) is not None


def _holds(sign: _Sign, name: str, read: Callable[[str], str]) -> bool:
    return sign.content is None or sign.content.search(read(name)) is not None
