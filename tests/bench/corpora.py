"""Human translations on this machine, aligned with their sources: what the checks are measured on.

- Pages: English Markdown pages in `DIR/pages` and their translations in `DIR/pages.de` and so on,
  under the same names, as the tldr pages have them. Only pages whose structure still matches are
  read: the same number and kinds of units, and the same code, but for names in `{{fields}}`.
- Catalogs: gettext's, `…/LANG/LC_MESSAGES/*.po` or `*.mo` below a folder, from English.
- Manuals: Mallard's, `DIR/C/**/*.page` in English and `DIR/LANG/**/*.page`, as GNOME's help has
  them; made from catalogs, so that their elements are the same.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from lxml import etree

from domain.placeholders.masking import mask
from formats.markdown.format import MarkdownFormat

_CODE_LINE = re.compile(r"^`([^`\n]*+)`$", re.MULTILINE)
_FIELD = re.compile(r"\{\{.{0,200}?\}\}")
_PLACEHOLDER = re.compile(r"⟦([^⟦⟧]*+)⟧")
_MALLARD = "{http://projectmallard.org/1.0/}"
_BLOCKS = {f"{_MALLARD}{name}" for name in ("title", "desc", "p")}
_NAMESPACE = re.compile(r'\sxmlns(?::\w+)?="[^"]*"')


class Aligned(NamedTuple):
    """A unit and its translation, markup included; `where` names the file."""

    where: str
    lang: str
    source: str
    translation: str


def of_catalogs(folder: Path, lang: str) -> Iterator[Aligned]:
    """The messages of all catalogs of a language below a folder, each text once a file.

    Of `de_DE` there are taken those for `de`, where there is no `de` beside it.
    """
    named = lang.replace("-", "_")
    regional = (p for p in folder.rglob(f"{named}_{named.upper()}/LC_MESSAGES/*.[pm]o"))
    for path in sorted(chain(folder.rglob(f"{named}/LC_MESSAGES/*.[pm]o"), regional)):
        if path.suffix == ".mo" and path.with_suffix(".po").exists():
            continue
        for source, translation in _messages(path):
            yield Aligned(str(path.relative_to(folder)), lang, source, translation)


def _messages(path: Path) -> Iterator[tuple[str, str]]:
    with path.open("rb") as file, redirect_stdout(io.StringIO()):
        try:
            catalog: Catalog = read_mo(file) if path.suffix == ".mo" else read_po(file)
        except ValueError:
            return  # its charset or one of its dates is not as it says
    for message in catalog:
        if message.id and isinstance(message.id, str) and message.string and not message.fuzzy:
            yield message.id, str(message.string)


def of_manuals(folder: Path, lang: str) -> Iterator[Aligned]:
    """The titles and paragraphs of a language's manuals that are translated as a whole page."""
    for path in sorted((folder / lang.replace("-", "_")).rglob("*.page")):
        original = folder / "C" / path.relative_to(folder / lang.replace("-", "_"))
        here, there = _blocks(original), _blocks(path)
        if len(here) != len(there):
            continue
        where = str(path.relative_to(folder))
        pairs = list(zip(here, there, strict=True))
        if 2 * sum(one == other for one, other in pairs) > len(pairs):
            continue  # a page that nobody translated yet
        for source, translation in pairs:
            yield Aligned(where, lang, source, translation)


def _blocks(path: Path) -> Sequence[str]:
    """The inner XML of the elements that hold a text, in their order."""
    root = etree.parse(path, etree.XMLParser(remove_comments=True, resolve_entities=False))
    return [_inner(element) for element in root.iter(*_BLOCKS) if (element.text or "").strip()]


def _inner(element: etree._Element) -> str:
    raw = etree.tostring(element, encoding="unicode", with_tail=False)
    text = raw[raw.index(">") + 1 : raw.rindex("<")]
    return " ".join(_NAMESPACE.sub("", text).split())


class Pages(NamedTuple):
    """A language's pages: how many there are and match their original, and their units."""

    read: int
    matching: int
    units: Sequence[Aligned]


def of_pages(corpus: Path, lang: str) -> Pages:
    """The units of a language's pages beside those of their originals."""
    read = matching = 0
    units: list[Aligned] = []
    for path in sorted((corpus / f"pages.{lang}").rglob("*.md")):
        original = corpus / "pages" / path.relative_to(corpus / f"pages.{lang}")
        if not original.exists():
            continue
        read += 1
        here, there = original.read_bytes(), path.read_bytes()
        sources = MarkdownFormat().extract(here, lang)
        translations = MarkdownFormat().extract(there, lang)
        same_kinds = [unit.role for unit in sources] == [unit.role for unit in translations]
        if not same_kinds or _code(here) != _code(there):
            continue
        matching += 1
        where = str(path.relative_to(corpus))
        for source, translation in zip(sources, translations, strict=True):
            units.append(Aligned(where, lang, source.text, translation.text))
    return Pages(read, matching, units)


def _code(page: bytes) -> list[str]:
    return [_FIELD.sub("{{}}", line) for line in _CODE_LINE.findall(page.decode())]


def as_masked(source: str, translation: str) -> tuple[str, str]:
    """A pair with its markup masked as in a run, where a translation has the source's markup only.

    What the translation alone has of the kind stays as it is.
    """
    here = mask(source)
    names: dict[str, list[str]] = {}
    for name, markup in here.table.items():
        names.setdefault(markup, []).append(name)
    there = mask(translation)
    renamed = {}
    for name, markup in there.table.items():
        free = names.get(markup)
        renamed[name] = f"⟦{free.pop(0)}⟧" if free else markup
    return here.text, _PLACEHOLDER.sub(lambda m: renamed.get(m[1], m[0]), there.text)
