"""`python -m tests.bench.golden [--show] [--linear]`: sentences against the public golden rules.

The cases are no part of this project: pip fetches them into a temporary folder, with the source
distributions of two libraries. `cleave-sbd` has the golden rules of pragmatic_segmenter and pySBD,
and what their tests have beside them; `choppa-srx` has LanguageTool's tests of its SRX rules.
These libraries and pySBD are measured too where they are installed.
"""

from __future__ import annotations

import argparse
import importlib
import json
import subprocess
import sys
import tarfile
import tempfile
import time
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any

import sentencex
from babel import Locale
from rich.console import Console
from rich.table import Table

from domain.text.segmentation import split

Segmenter = Callable[[str, str], list[str]]

_HOSTILE = ("„", "'", "1. ", "U.S. ", "a.b", "(", "« ", "... ", "x! ", "Dr. A. ", "word ")
_MEGABYTES = (1, 2, 5, 10)


@dataclass(frozen=True, slots=True)
class Case:
    """A text of one paragraph, its language (BCP-47) and its sentences without outer space."""

    lang: str
    text: str
    sentences: tuple[str, ...]


def golden_rules(folder: Path) -> Iterator[Case]:
    """The cases in cleave-sbd's TOML files, which are called by the English names of languages."""
    for path in sorted(folder.rglob("tests/data/lang/*.toml")):
        lang = _code_of(path.stem.partition("_")[0])
        for rows in tomllib.loads(path.read_text("utf-8")).values():
            yield from _usable(lang, ((row["text"], row["expected"]) for row in rows))


def languagetool(folder: Path) -> Iterator[Case]:
    """The cases in choppa-srx's JSON files, which are called by the codes of languages."""
    for path in sorted(folder.rglob("tests/data/lt/*.json")):
        found = json.loads(path.read_text("utf-8"))
        sentences = (row["sentences"] for row in found["cases"])
        yield from _usable(found["language"], (("".join(some), some) for some in sentences))


SOURCES = {"cleave-sbd": golden_rules, "choppa-srx": languagetool}
"""Where cases are, by the distributions that have them."""


def _code_of(name: str) -> str:
    names = {english.lower(): code for code, english in Locale("en").languages.items()}
    return str(names[{"deutsch": "german"}.get(name, name)])


def _usable(lang: str, rows: Iterable[tuple[str, list[str]]]) -> Iterator[Case]:
    """The cases of one paragraph, each text once; a case whose sentences aren't the text's own
    (cleaned text) is none."""
    seen = set()
    for text, sentences in rows:
        if text not in seen and "\n" not in text.strip() and _ends(text, sentences) is not None:
            seen.add(text)
            yield Case(lang, text, tuple(sentence.strip() for sentence in sentences))


def _ends(text: str, sentences: Iterable[str]) -> list[int] | None:
    """Where in the text each sentence but the last ends, not counting white space; None where the
    sentences aren't the text's."""
    plain = ["".join(sentence.split()) for sentence in sentences]
    if "".join(plain) != "".join(text.split()):
        return None
    return list(accumulate(map(len, plain)))[:-1]


def ours(text: str, lang: str) -> list[str]:
    """The sentences of `nightdesk segment`."""
    return [piece.text for piece in split(text, lang).pieces]


def theirs(text: str, lang: str) -> list[str]:
    """Sentencex's own sentences."""
    return [part.strip() for part in sentencex.segment(lang, text) if part.strip()]


def _pragmatic(module: str) -> Segmenter:
    """pySBD's segmenter, or one made after it."""
    library = importlib.import_module(module)
    made = cache(lambda lang: library.Segmenter(language=lang, clean=False))
    return lambda text, lang: _or_whole(lambda: made(lang).segment(text), text)


def _choppa() -> Segmenter:
    library: Any = importlib.import_module("choppa")
    rules = Path(library.__file__).parent / "data/srx/languagetool_segment.srx"
    document = library.SrxDocument(ruleset=str(rules))
    return lambda text, lang: list(library.SrxTextIterator(document, f"{lang}_two", text))


def _or_whole(segmented: Callable[[], Iterable[str]], text: str) -> list[str]:
    """The sentences; the whole text where the library doesn't know its language."""
    try:
        return list(segmented())
    except (ValueError, KeyError):
        return [text]


def _installed() -> dict[str, Segmenter]:
    found: dict[str, Segmenter] = {"ours": ours, "sentencex": theirs}
    for name, made in (
        ("pySBD", lambda: _pragmatic("pysbd")),
        ("cleave-sbd", lambda: _pragmatic("csbd")),
        ("choppa-srx", _choppa),
    ):
        try:
            found[name] = made()
        except ImportError:
            continue
    return found


def _measure(cases: list[Case], segment: Segmenter) -> tuple[int, float, list[Case]]:
    """Exact cases, F1 over the inner boundaries, and the cases that aren't exact."""
    found = expected = right = 0
    wrong = []
    for case in cases:
        sentences = segment(case.text, case.lang)
        want = set(_ends(case.text, case.sentences) or ())
        have = set(_ends(case.text, sentences) or ())
        found, expected, right = found + len(have), expected + len(want), right + len(want & have)
        if want != have:
            wrong.append(case)
    f1 = 2 * right / (found + expected) if found + expected else 1.0
    return len(cases) - len(wrong), f1, wrong


def _download(folder: str, distribution: str) -> Path:
    """The unpacked source distribution of a library."""
    into = Path(folder, distribution)
    command = [sys.executable, "-m", "pip", "download", "-qq", "--no-deps", "--dest", str(into)]
    subprocess.run([*command, "--no-binary", ":all:", distribution], check=True)
    with tarfile.open(next(into.glob("*.tar.gz"))) as archive:
        archive.extractall(into, filter="data")
    return into


def _golden(console: Console, title: str, cases: list[Case], *, show: bool) -> None:
    segmenters = _installed()
    table = Table("language", "cases", *segmenters, title=title)
    groups: dict[str, list[Case]] = {}
    for case in cases:
        groups.setdefault(case.lang, []).append(case)
    for lang, group in [*sorted(groups.items()), ("all", cases)]:
        measured = (_measure(group, segment) for segment in segmenters.values())
        table.add_row(lang, str(len(group)), *(f"{exact} ({f1:.3f})" for exact, f1, _ in measured))
    console.print(table, "Exact cases, and F1 over the boundaries within them.")
    if show:
        for case in _measure(cases, ours)[2]:
            console.print(case.lang, "have", ours(case.text, case.lang), markup=False)
            console.print("  want", list(case.sentences), markup=False)


def _linear(console: Console) -> None:
    table = Table("kind", *(f"{size} MB, s" for size in _MEGABYTES), "10 MB / 1 MB")
    for unit in _HOSTILE:
        took = []
        for size in _MEGABYTES:
            text = unit * (size * 1_000_000 // len(unit.encode()))
            began = time.perf_counter()
            split(text, "en")
            took.append(time.perf_counter() - began)
        table.add_row(
            repr(unit), *(f"{seconds:.2f}" for seconds in took), f"{took[-1] / took[0]:.1f}"
        )
    console.print(table)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.golden")
    parser.add_argument("--show", action="store_true", help="print what isn't exact")
    parser.add_argument("--linear", action="store_true", help="time texts of 1 to 10 MB as well")
    arguments = parser.parse_args()
    console = Console()
    for distribution, cases_in in SOURCES.items():
        with tempfile.TemporaryDirectory() as folder:
            cases = list(cases_in(_download(folder, distribution)))
        _golden(console, f"cases of {distribution}", cases, show=arguments.show)
    if arguments.linear:
        _linear(console)


if __name__ == "__main__":
    main()
