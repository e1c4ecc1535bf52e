"""`python -m tests.bench.recall`: how many seeded faults the checks catch.

With `--corpus DIR`, the pages of `tests.bench.precision`: each fault is put by itself into every
unit of the human translations that it fits and that no check reports; a fault counts as caught when
the check that is for it reports it.

With `--catalogs DIR --manuals DIR` twenty kinds of wrong answers (`tests.bench.wrong_answers`), 20
of each in three languages, 7 of them of one to three words: up to 7 of one kind in a document of 40
units. One counts as found when code finds in its segment what it does not find in the right
translation, and as stopping the job when that is enough to make it `needs_review`.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from domain.check_names import CheckName
from domain.checks.around.looking import look_around
from domain.checks.around.rows import Row
from domain.checks.checking import CHECKS, check_translation
from domain.checks.pair import Pair
from domain.checks.quality import Finding, Severity
from domain.checks.verdict.trust import is_certain
from domain.placeholders.masking import mask
from domain.text.words import count_words
from tests.bench.corpora import Aligned, as_masked, of_catalogs, of_manuals, of_pages
from tests.bench.wrong_answers import KINDS, Place, Wrong

Fault = Callable[[str, str, Random], str | None]
"""From a source and its translation, the translation with a fault; None where it doesn't fit."""

_WORD = re.compile(r"(?<![\w⟦'’/.-])[^\W\d_]{4,}(?![\w⟧'’/.-])")
_PLACEHOLDER = re.compile(r"⟦[^⟦⟧]*+⟧|\{\w+\}")
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


SAME_SCRIPT = {"de": "fr", "fr": "es", "ja": "zh-Hans"}
OTHER_SCRIPT = {"de": "ru", "fr": "ru", "ja": "ru"}
UNITS = 40
OF_A_KIND = 20
SHORT_OF_A_KIND = 7
_LONGEST_SHORT = 3


BLOCKED = Finding(Severity.CRITICAL, "placeholders", "", "The segment is blocked.", "check")
"""What a run does of itself where a placeholder is lost, doubled or invented."""


class Outcome(NamedTuple):
    """What became of a seeded fault."""

    kind: str
    lang: str
    is_short: bool
    source: str
    wrong: str
    found: tuple[Finding, ...]


def main() -> None:
    """Seed the faults and print how many are caught."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.recall")
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--langs", nargs="*", default=["de", "es"])
    parser.add_argument("--catalogs", type=Path)
    parser.add_argument("--manuals", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--missed", action="store_true", help="print those that are not found")
    arguments = parser.parse_args()
    console = Console()
    if arguments.corpus is not None:
        _pages(arguments.corpus, arguments.langs, console)
    if arguments.catalogs is not None:
        outcomes = list(_wrong_answers(arguments.catalogs, arguments.manuals, arguments.seed))
        _tell(outcomes, console)
        for outcome in outcomes if arguments.missed else ():
            if not outcome.found:
                console.print(outcome.kind, outcome.lang, repr(outcome.source), repr(outcome.wrong))


def _pages(corpus: Path, langs: Sequence[str], console: Console) -> None:
    seeded: Counter[tuple[str, str]] = Counter()
    caught: Counter[tuple[str, str]] = Counter()
    for lang in langs:
        random = Random(0)
        for aligned in of_pages(corpus, lang).units:
            _seed(aligned, random, seeded, caught)
    table = Table("fault", "check", *langs)
    for fault, (name, _) in FAULTS.items():
        cells = (_share(caught[fault, lang], seeded[fault, lang]) for lang in langs)
        table.add_row(fault, name, *cells)
    console.print(table)


def _wrong_answers(catalogs: Path, manuals: Path | None, seed: int) -> Iterator[Outcome]:
    """What becomes of twenty wrong answers of each kind."""
    corpora = {lang: _documents(catalogs, manuals, lang) for lang in SAME_SCRIPT}
    others = {
        lang: {unit.source: unit.translation for unit in _units(catalogs, manuals, lang)}
        for lang in {*SAME_SCRIPT.values(), *OTHER_SCRIPT.values()}
    }
    for kind, put in KINDS.items():
        for lang, long, short in (("de", 5, 2), ("fr", 4, 3), ("ja", 4, 2)):
            random = Random(f"{seed} {kind} {lang}")
            yield from _of_kind(kind, put, lang, (long, short), corpora[lang], others, random)


def _units(catalogs: Path, manuals: Path | None, lang: str) -> Iterator[Aligned]:
    named = {"zh-Hans": "zh-Hans"}.get(lang, lang)
    yield from of_catalogs(catalogs, named)
    if manuals is not None:
        yield from of_manuals(manuals, named)


def _documents(catalogs: Path, manuals: Path | None, lang: str) -> Sequence[Sequence[Aligned]]:
    """Stretches of as many units of a file as a document has, those of several files mixed."""
    by_file: defaultdict[str, list[Aligned]] = defaultdict(list)
    for unit in _units(catalogs, manuals, lang):
        by_file[unit.where].append(unit)
    stretches = [
        units[at : at + UNITS]
        for units in by_file.values()
        for at in range(0, len(units) - UNITS + 1, UNITS)
    ]
    Random(0).shuffle(stretches)
    return stretches


def _of_kind(
    kind: str,
    put: Wrong,
    lang: str,
    wanted: tuple[int, int],
    documents: Sequence[Sequence[Aligned]],
    others: Mapping[str, Mapping[str, str]],
    random: Random,
) -> Iterator[Outcome]:
    """Seed one kind into documents, until there are as many long and short ones as wanted."""
    left = {False: wanted[0], True: wanted[1]}
    turn = 0
    for document in random.sample(documents, len(documents)):
        seeds: dict[int, tuple[str, str, bool]] = {}
        for at, unit in enumerate(document[:-1]):
            is_short = count_words(unit.source) <= _LONGEST_SHORT
            follows = at - 1 in seeds and kind != "one answer for several"
            if not left[is_short] or follows or not any(map(str.isalpha, unit.source)):
                continue
            same, other = others[SAME_SCRIPT[lang]], others[OTHER_SCRIPT[lang]]
            place = Place(
                unit.source,
                unit.translation,
                lang,
                document[-1 if kind == "one answer for several" else at + 1].translation,
                same.get(unit.source),
                other.get(unit.source),
                turn,
            )
            wrong = put(place, random)
            in_a_row = kind == "one answer for several"
            if wrong is None or (random.random() < 0.5 and not in_a_row):
                continue
            left[is_short] -= 1
            turn += 1
            seeds[at] = (*wrong, is_short)
        yield from _judged(kind, lang, document, seeds)
        if not any(left.values()):
            return


def _judged(
    kind: str, lang: str, document: Sequence[Aligned], seeds: Mapping[int, tuple[str, str, bool]]
) -> Iterator[Outcome]:
    right = [as_masked(unit.source, unit.translation) for unit in document]
    wrong = [as_masked(*seeds[at][:2]) if at in seeds else pair for at, pair in enumerate(right)]
    before, after = _found(right, lang, seeds), _found(wrong, lang, seeds)
    for at, (source, text, is_short) in seeds.items():
        known = {finding.category for finding in before[at]}
        new = tuple(finding for finding in after[at] if finding.category not in known)
        if _placeholders(wrong[at][0]) != _placeholders(wrong[at][1]):
            new = (*new, BLOCKED)
        yield Outcome(kind, lang, is_short, source, text, new)


def _found(
    pairs: Sequence[tuple[str, str]], lang: str, places: Mapping[int, object]
) -> Mapping[int, tuple[Finding, ...]]:
    rows = [Row(at, *pair) for at, pair in enumerate(pairs)]
    around = look_around(rows, source_lang="en", target_lang=lang)
    return {
        at: check_translation(
            *pairs[at], source_lang="en", target_lang=lang, terms=(), max_chars=None
        )
        + around.get(at, ())
        for at in places
    }


def _placeholders(text: str) -> Counter[str]:
    return Counter(_PLACEHOLDER.findall(text))


def _tell(outcomes: Sequence[Outcome], console: Console) -> None:
    table = Table("kind", "seeded", "found", "of 1 to 3 words", "stops the job", "by")
    for kind in KINDS:
        some = [outcome for outcome in outcomes if outcome.kind == kind]
        short = [outcome for outcome in some if outcome.is_short]
        stops = sum(any(f is BLOCKED or is_certain(f) for f in outcome.found) for outcome in some)
        by = Counter(finding.category for outcome in some for finding in outcome.found)
        table.add_row(
            kind,
            str(len(some)),
            _share(sum(bool(o.found) for o in some), len(some)),
            _share(sum(bool(o.found) for o in short), len(short)),
            _share(stops, len(some)),
            ", ".join(name for name, _ in by.most_common(2)),
        )
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
