"""`python -m tests.bench.precision`: what the checks find in human translations.

Read are pages (`--corpus`), gettext catalogs (`--catalogs`) and manuals (`--manuals`), as
`tests.bench.corpora` describes them, or so many units of them drawn at random (`--sample`), each
with the units around it. All findings go to a file, to be read: only a person can say which are
right.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random

from rich.console import Console
from rich.table import Table

from domain.check_names import CERTAIN, CheckName
from domain.checks.around.looking import look_around
from domain.checks.around.rows import Row
from domain.checks.checking import CHECKS
from domain.checks.pair import Pair
from domain.checks.quality import Finding
from domain.checks.verdict.trust import CATEGORIES
from domain.placeholders.masking import mask
from tests.bench.corpora import Aligned, as_masked, of_catalogs, of_manuals, of_pages

PLACEHOLDERS = "placeholders"
"""Not a check by itself: what `domain.placeholders.masking.differences` blocks in a run."""

Told = Mapping[str, str]


def main() -> None:
    """Read the corpora, print the counts, write the findings."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.precision")
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--catalogs", type=Path)
    parser.add_argument("--manuals", type=Path)
    parser.add_argument("--langs", nargs="*", default=["de", "es"])
    parser.add_argument("--sample", type=int, help="units drawn at random, of all languages")
    parser.add_argument("--seed", type=int, default=0, help="of what is drawn")
    parser.add_argument("--findings", type=Path, default=Path("findings.jsonl"))
    arguments = parser.parse_args()
    console = Console()
    units = [
        unit
        for lang in arguments.langs
        for unit in _all(arguments.corpus, arguments.catalogs, arguments.manuals, lang, console)
    ]
    chosen = set(range(len(units)))
    if arguments.sample is not None:
        chosen = set(
            Random(arguments.seed).sample(range(len(units)), min(arguments.sample, len(units)))
        )
    counts: Counter[tuple[str, str]] = Counter()
    found_in: set[int] = set()
    with arguments.findings.open("w", encoding="utf-8") as file:
        for number, name, told in _found(units, chosen):
            unit = units[number]
            counts[name, unit.lang] += 1
            found_in |= {number} if name != PLACEHOLDERS else set()
            row = {"check": name, **unit._asdict(), **told}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    _tell(Counter(units[number].lang for number in chosen), counts, len(found_in), console)
    console.print(f"All findings: {arguments.findings}")


def _tell(
    units: Counter[str], counts: Counter[tuple[str, str]], found_in: int, console: Console
) -> None:
    of_all = units.total()
    told = ", ".join(f"{lang} {count:,}" for lang, count in units.items())
    console.print(f"{of_all:,} units: {told}")
    console.print(f"findings in {found_in:,} of them, {100 * found_in / of_all:.2f} %")
    table = Table("check", "certain", "findings", "one in", "by language")
    for name in (PLACEHOLDERS, *CheckName):
        of_name = {lang: counts[name, lang] for lang in units if counts[name, lang]}
        by_language = ", ".join(f"{lang} {count}" for lang, count in of_name.items())
        found = sum(of_name.values())
        certain = "yes" if name in CERTAIN else ""
        table.add_row(
            name, certain, str(found), f"{of_all // found:,}" if found else "", by_language
        )
    console.print(table)


def _found(units: Sequence[Aligned], chosen: set[int]) -> Iterator[tuple[int, str, Told]]:
    """What each check finds in the chosen units, by the unit's number and the check's name."""
    for number in sorted(chosen):
        for name, told in findings(units[number]):
            yield number, name, told
    by_file: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for number, unit in enumerate(units):
        by_file[unit.lang, unit.where].append(number)
    for (lang, _), numbers in by_file.items():
        rows = [Row(n, *as_masked(units[n].source, units[n].translation)) for n in numbers]
        around = look_around(rows, source_lang="en", target_lang=lang)
        for number in chosen.intersection(around):
            for finding in around[number]:
                yield number, _name_of(finding), _told(finding)


def _name_of(finding: Finding) -> CheckName:
    return next(name for name, of_name in CATEGORIES.items() if finding.category in of_name)


def findings(aligned: Aligned) -> Iterator[tuple[str, Told]]:
    """What each check by itself finds in a unit, by its name.

    URLs are compared as they stand; in a run they are placeholders, and only invented ones show.
    """
    masked = Pair(*as_masked(aligned.source, aligned.translation), "en", aligned.lang)
    plain = Pair(aligned.source, aligned.translation, "en", aligned.lang)
    for name, check in CHECKS.items():
        for finding in check(plain if name is CheckName.URLS else masked):
            yield name, _told(finding)
    source, translation = mask(aligned.source), mask(aligned.translation)
    lost = Counter(source.table.values()) - Counter(translation.table.values())
    new = Counter(translation.table.values()) - Counter(source.table.values())
    for sign, values in (("-", lost), ("+", new)):
        for value in values:
            if not value.startswith("<http"):
                yield PLACEHOLDERS, {"span": value, "explanation": sign}


def _told(finding: Finding) -> Told:
    return {
        "severity": finding.severity,
        "category": finding.category,
        "span": finding.span,
        "explanation": finding.explanation,
    }


def _all(
    corpus: Path | None, catalogs: Path | None, manuals: Path | None, lang: str, console: Console
) -> Iterator[Aligned]:
    if corpus is not None and (corpus / f"pages.{lang}").is_dir():
        pages = of_pages(corpus, lang)
        told = f"{pages.matching:,} of {pages.read:,} pages have the structure of their original"
        console.print(f"{lang}: {told}")
        yield from pages.units
    if catalogs is not None:
        yield from of_catalogs(catalogs, lang)
    if manuals is not None:
        yield from of_manuals(manuals, lang)


if __name__ == "__main__":
    main()
