"""Which dialect of Markdown each document handed in is written in."""

from __future__ import annotations

import tempfile
from collections.abc import Collection
from pathlib import Path

from domain.dialect_names import DialectName
from formats.common.encoding import decode
from formats.markdown.clues import dialect_shown
from formats.markdown.sites import dialect_at
from formats.registry import has_dialects
from tasks.intake.links import configuration_text
from tasks.intake.sources import Source


class SiteDialects:
    """Finds the dialect of documents, and remembers it by folder.

    What a briefing or a manifest's row says counts first, then the configuration of the site that
    the document lies in: in its folder or the nearest above it, as far as a repository's top, the
    user's own folder, or the inbox. Then what its text shows, then the setting.

    Args:
        otherwise: the dialect where nothing tells.
    """

    def __init__(self, otherwise: DialectName) -> None:
        self._otherwise = otherwise
        self._known: dict[tuple[Path, Path | None], DialectName | None] = {}

    def format_of(self, source: Source, data: bytes) -> str:
        """A document's format, for Markdown with its dialect behind a colon.

        CommonMark is not named: it is what Markdown is where nothing is said.

        Raises:
            DocumentError: its text can't be read.
        """
        if not has_dialects(source.format):
            return source.format
        dialect = source.orders[0].briefing.dialect or self._of_site(source)
        dialect = dialect or dialect_shown(decode(data).text) or self._otherwise
        return source.format if dialect == "commonmark" else f"{source.format}:{dialect}"

    def _of_site(self, source: Source) -> DialectName | None:
        if not isinstance(source.content, Path):
            return None
        # Links are left as they are: a linked folder's pages are of the site that links to it.
        folder = source.content.absolute().parent
        within = source.within.absolute() if source.within else None
        return self._at(folder, within)

    def _at(self, folder: Path, within: Path | None) -> DialectName | None:
        place = (folder, within)
        if place not in self._known:
            names = _names_in(folder)
            found = dialect_at(names, lambda name: configuration_text(folder / name, within))
            if found is None and not _is_top(folder, names, within):
                found = self._at(folder.parent, within)
            self._known[place] = found
        return self._known[place]


def _is_top(folder: Path, names: Collection[str], within: Path | None) -> bool:
    """Whether nothing above a folder is of the same site."""
    home = Path("~").expanduser()
    tops = (within, home, home.parent, Path(tempfile.gettempdir()), Path(folder.anchor))
    return ".git" in names or folder in tops


def _names_in(folder: Path) -> Collection[str]:
    """The names in a folder; none where it can't be read."""
    try:
        return frozenset(path.name for path in folder.iterdir())
    except OSError:
        return frozenset()
