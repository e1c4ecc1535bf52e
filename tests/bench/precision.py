"""`python -m tests.bench.precision --corpus DIR`: what the checks find in human translations.

`DIR/pages` holds English Markdown pages and `DIR/pages.de`, `DIR/pages.es` their translations
under the same names, as the tldr pages do. Only pages whose structure still matches are read: the
same number and kinds of units, and the same code, but for the names in its `{{fields}}`. With
`--catalogs DIR` gettext catalogs are read as well: all `LANG/LC_MESSAGES/*.po` below the folder,
from English. All findings go to a file, to be read: only a person can say which are right.
"""

from __future__ import annotations

import argparse
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import NamedTuple

from babel.messages.pofile import read_po
from rich.console import Console
from rich.table import Table

from domain.check_names import CheckName
from domain.checks.checking import CHECKS
from domain.checks.pair import Pair
from domain.checks.quality import Finding
from domain.placeholders.masking import mask
from formats.markdown.format import MarkdownFormat

PLACEHOLDERS = "placeholders"
"""Not a check by itself: what `domain.placeholders.masking.differences` blocks in a run."""

_CODE_LINE = re.compile(r"^`([^`\n]*+)`$", re.MULTILINE)
_FIELD = re.compile(r"\{\{.{0,200}?\}\}")


class Aligned(NamedTuple):
    """A unit and its translation, markup included; `where` names the file."""

    where: str
    lang: str
    source: str
    translation: str


def main() -> None:
    """Read the corpus, print the counts, write the findings."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.precision")
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--catalogs", type=Path)
    parser.add_argument("--langs", nargs="*", default=["de", "es"])
    parser.add_argument("--findings", type=Path, default=Path("findings.jsonl"))
    arguments = parser.parse_args()
    console = Console()
    counts: Counter[tuple[str, str]] = Counter()
    units: Counter[str] = Counter()
    with arguments.findings.open("w", encoding="utf-8") as file:
        for aligned in _all(arguments.corpus, arguments.catalogs, arguments.langs, console):
            units[aligned.lang] += 1
            for name, found in findings(aligned):
                counts[name, aligned.lang] += 1
                row = {"check": name, **aligned._asdict(), **found}
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
    told = ", ".join(f"{lang} {count:,}" for lang, count in units.items())
    console.print(f"{units.total():,} units: {told}")
    table = Table("check", "findings", "by language")
    for name in (PLACEHOLDERS, *CheckName):
        of_name = {lang: counts[name, lang] for lang in units if counts[name, lang]}
        by_language = ", ".join(f"{lang} {count}" for lang, count in of_name.items())
        table.add_row(name, str(sum(of_name.values())), by_language)
    console.print(table)
    console.print(f"All findings: {arguments.findings}")


def findings(aligned: Aligned) -> Iterator[tuple[str, dict[str, str]]]:
    """What each check by itself finds in a unit, by its name.

    URLs are compared as they stand; in a run they are placeholders, and only invented ones show.
    """
    source, translation = mask(aligned.source), mask(aligned.translation)
    masked = Pair(source.text, translation.text, "en", aligned.lang)
    plain = Pair(aligned.source, aligned.translation, "en", aligned.lang)
    for name, check in CHECKS.items():
        for finding in check(plain if name is CheckName.URLS else masked):
            yield name, _told(finding)
    lost = Counter(source.table.values()) - Counter(translation.table.values())
    new = Counter(translation.table.values()) - Counter(source.table.values())
    for sign, values in (("-", lost), ("+", new)):
        for value in values:
            if not value.startswith("<http"):
                yield PLACEHOLDERS, {"span": value, "explanation": sign}


def _told(finding: Finding) -> dict[str, str]:
    return {"span": finding.span, "explanation": finding.explanation}


def _all(
    corpus: Path, catalogs: Path | None, langs: list[str], console: Console
) -> Iterator[Aligned]:
    for lang in langs:
        if (corpus / f"pages.{lang}").is_dir():
            yield from pages(corpus, lang, console)
        if catalogs is not None:
            yield from _messages(catalogs, lang)


def pages(corpus: Path, lang: str, console: Console) -> Iterator[Aligned]:
    """The units of a language's pages beside those of their originals, and how many pages match."""
    read = matching = 0
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
            yield Aligned(where, lang, source.text, translation.text)
    console.print(f"{lang}: {matching:,} of {read:,} pages have the structure of their original")


def _code(page: bytes) -> list[str]:
    return [_FIELD.sub("{{}}", line) for line in _CODE_LINE.findall(page.decode())]


def _messages(catalogs: Path, lang: str) -> Iterator[Aligned]:
    for path in sorted(catalogs.rglob(f"{lang.replace('-', '_')}/LC_MESSAGES/*.po")):
        with path.open("rb") as file, redirect_stdout(io.StringIO()):
            catalog = read_po(file)
        for message in catalog:
            if message.id and isinstance(message.id, str) and message.string:
                translation = str(message.string)
                yield Aligned(str(path.relative_to(catalogs)), lang, message.id, translation)


if __name__ == "__main__":
    main()
