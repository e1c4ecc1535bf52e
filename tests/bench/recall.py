"""`python -m tests.bench.recall --corpus DIR`: how many seeded faults the checks catch.

The corpus is that of `tests.bench.precision`. Each fault is put by itself into every unit of the
human translations that it fits and that no check reports; a fault counts as caught when the check
that is for it reports it.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random

from rich.console import Console
from rich.table import Table

from domain.check_names import CheckName
from domain.checks.checking import CHECKS, check_translation
from domain.checks.pair import Pair
from domain.placeholders.masking import mask
from tests.bench.precision import Aligned, pages

Fault = Callable[[str, str, Random], str | None]
"""From a source and its translation, the translation with a fault; None where it doesn't fit."""

_WORD = re.compile(r"(?<![\w⟦'’/.-])[^\W\d_]{4,}(?![\w⟧'’/.-])")
_DIGITS = re.compile(r"(?<![\w⟦.,/-])\d{2,4}(?![\w⟧.,/-])")


def _left(source: str, translation: str, random: Random) -> str | None:
    return source if len(source.split()) >= 5 else None


def _in_english(source: str, translation: str, random: Random) -> str | None:
    words = source.split()
    return " ".join([*words[1:], words[0]]) if len(words) >= 6 else None


def _cut(source: str, translation: str, random: Random) -> str | None:
    words = translation.split()
    return " ".join(words[: len(words) // 2]) if len(words) >= 6 else None


def _shortened(source: str, translation: str, random: Random) -> str | None:
    words = translation.split()
    return " ".join(words[: len(words) // 3]) + translation[-1] if len(words) >= 9 else None


def _other_number(source: str, translation: str, random: Random) -> str | None:
    match = _DIGITS.search(translation)
    if match is None:
        return None
    return f"{translation[: match.start()]}{int(match[0]) + 7}{translation[match.end() :]}"


def _word_twice(source: str, translation: str, random: Random) -> str | None:
    words = list(_WORD.finditer(translation))
    if not words:
        return None
    end = random.choice(words).end()
    start = translation[:end].rfind(" ") + 1
    return f"{translation[:end]} {translation[start:end]}{translation[end:]}"


def _small_letter(source: str, translation: str, random: Random) -> str | None:
    fits = source[0].isupper() and translation[0].isupper() and len(source.split()) >= 3
    return translation[0].lower() + translation[1:] if fits else None


def _no_end(source: str, translation: str, random: Random) -> str | None:
    return translation[:-1] if translation[-1] in ".:?" and len(source.split()) >= 3 else None


def _no_bracket(source: str, translation: str, random: Random) -> str | None:
    return translation.replace(")", "", 1) if ")" in translation else None


def _two_spaces(source: str, translation: str, random: Random) -> str | None:
    return translation.replace(" ", "  ", 1) if " " in translation else None


def _space_at_end(source: str, translation: str, random: Random) -> str | None:
    return f"{translation} "


def _source_added(source: str, translation: str, random: Random) -> str | None:
    return f"{translation} {source}" if len(source.split()) >= 5 else None


def _address_added(source: str, translation: str, random: Random) -> str | None:
    return f"{translation} https://example.com/more"


FAULTS: Mapping[str, tuple[CheckName, Fault]] = {
    "left in English": (CheckName.UNTRANSLATED, _left),
    "other words in English": (CheckName.WRONG_LANGUAGE, _in_english),
    "second half lost": (CheckName.TRUNCATION, _cut),
    "two thirds lost, end kept": (CheckName.LENGTH, _shortened),
    "another number": (CheckName.NUMBERS, _other_number),
    "a word twice": (CheckName.DOUBLED_WORDS, _word_twice),
    "a small first letter": (CheckName.CAPITALISATION, _small_letter),
    "no end punctuation": (CheckName.END_PUNCTUATION, _no_end),
    "a bracket lost": (CheckName.BRACKETS, _no_bracket),
    "two spaces": (CheckName.WHITESPACE, _two_spaces),
    "a space at the end": (CheckName.WHITESPACE, _space_at_end),
    "the source behind the translation": (CheckName.UNTRANSLATED, _source_added),
    "an address added": (CheckName.URLS, _address_added),
}


def main() -> None:
    """Seed the faults and print how many are caught."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.recall")
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--langs", nargs="*", default=["de", "es"])
    arguments = parser.parse_args()
    console = Console()
    seeded: Counter[tuple[str, str]] = Counter()
    caught: Counter[tuple[str, str]] = Counter()
    for lang in arguments.langs:
        random = Random(0)
        for aligned in pages(arguments.corpus, lang, console):
            _seed(aligned, random, seeded, caught)
    table = Table("fault", "check", *arguments.langs)
    for fault, (name, _) in FAULTS.items():
        cells = (_share(caught[fault, lang], seeded[fault, lang]) for lang in arguments.langs)
        table.add_row(fault, name, *cells)
    console.print(table)


def _seed(
    aligned: Aligned,
    random: Random,
    seeded: Counter[tuple[str, str]],
    caught: Counter[tuple[str, str]],
) -> None:
    source, translation = mask(aligned.source).text, mask(aligned.translation).text
    if check_translation(
        source, translation, source_lang="en", target_lang=aligned.lang, terms=(), max_chars=None
    ):
        return
    for fault, (name, put) in FAULTS.items():
        faulty = put(source, translation, random)
        if faulty is not None:
            seeded[fault, aligned.lang] += 1
            found = CHECKS[name](Pair(source, faulty, "en", aligned.lang))
            caught[fault, aligned.lang] += any(found)


def _share(caught: int, seeded: int) -> str:
    return f"{100 * caught / seeded:.0f} % of {seeded:,}" if seeded else "–"


if __name__ == "__main__":
    main()
