"""`python -m tests.bench.golden [--cases PATH …]`: sentences against the public golden rules.

Cases are read from the tables of Python modules, which are parsed and never run: lists of
`(text, sentences)`. A module's language is in its name (`test_german.py`). Without `--cases` they
come from pySBD's source distribution, fetched by pip into a temporary folder; it has the English
rules. A checkout of pySBD's or another project's tests gives the other languages.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import sentencex
from babel import Locale
from rich.console import Console
from rich.table import Table

from domain.segmentation import split

Segmenter = Callable[[str, str], list[str]]

_HOSTILE = ("„", "'", "1. ", "U.S. ", "a.b", "(", "« ", "... ", "x! ", "Dr. A. ", "word ")
_MEGABYTES = (1, 2, 5, 10)


@dataclass(frozen=True, slots=True)
class Case:
    """A text of one paragraph, its language (BCP-47) and its sentences without outer space."""

    lang: str
    text: str
    sentences: tuple[str, ...]


def cases_of(path: Path) -> Iterator[Case]:
    """The single-paragraph cases of a module or of the modules in a folder, each text once.

    A case whose sentences aren't the text's own (cleaned text) is none.
    """
    seen = set()
    for module in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
        lang = _language(module.stem)
        if lang is None:
            continue
        for text, sentences in _rows(ast.parse(module.read_text("utf-8"))):
            case = Case(lang, text, tuple(sentences))
            if case in seen or "\n" in text or _ends(text, sentences) is None:
                continue
            seen.add(case)
            yield case


def _language(stem: str) -> str | None:
    """The language whose English name is the first word of a module's."""
    name = stem.lower().removeprefix("test_").split("_")[0]
    for code, english in Locale("en").languages.items():
        if {"deutsch": "german"}.get(name, name) == english.lower():
            return str(code)
    return None


def _rows(tree: ast.AST) -> Iterator[tuple[str, list[str]]]:
    for node in ast.walk(tree):
        values: list[ast.expr] = []
        if isinstance(node, ast.Tuple):
            values = node.elts
        elif isinstance(node, ast.Call):
            values = node.args  # pytest.param(text, sentences, marks=…)
        if len(values) == 2:
            try:
                text, sentences = (ast.literal_eval(value) for value in values)
            except (ValueError, TypeError):
                continue
            if isinstance(text, str) and isinstance(sentences, list):
                yield text, [sentence.strip() for sentence in sentences]


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


def _pysbd() -> Segmenter | None:
    try:
        library = importlib.import_module("pysbd")
    except ImportError:
        return None

    def segmented(text: str, lang: str) -> list[str]:
        try:
            parts = library.Segmenter(language=lang, clean=False).segment(text)
        except ValueError:  # not a language of its
            return [text]
        return [part.strip() for part in parts if part.strip()]

    return segmented


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


def _download(folder: str) -> Path:
    command = [sys.executable, "-m", "pip", "download", "-qq", "--no-deps", "--dest", folder]
    subprocess.run([*command, "--no-binary", ":all:", "pysbd"], check=True)
    with tarfile.open(next(Path(folder).glob("*.tar.gz"))) as archive:
        archive.extractall(folder, filter="data")
    return next(Path(folder).rglob("english_golden_rules.py"))


def _golden(console: Console, cases: list[Case], *, show: bool) -> None:
    segmenters: dict[str, Segmenter | None] = {
        "ours": ours,
        "sentencex": theirs,
        "pySBD": _pysbd(),
    }
    table = Table("language", "cases", *segmenters)
    groups: dict[str, list[Case]] = {}
    for case in cases:
        groups.setdefault(case.lang, []).append(case)
    for lang, group in [*sorted(groups.items()), ("all", cases)]:
        row = [lang, str(len(group))]
        for segment in segmenters.values():
            if segment is None:
                row.append("not installed")
            else:
                exact, f1, _ = _measure(group, segment)
                row.append(f"{exact} ({f1:.3f})")
        table.add_row(*row)
    console.print(table, "Exact cases, and F1 over the boundaries within them.")
    if show:
        for case in _measure(cases, ours)[2]:
            console.print(case.lang, ours(case.text, case.lang), markup=False)


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
    parser.add_argument("--cases", type=Path, nargs="*", help="modules of cases, or folders")
    parser.add_argument("--show", action="store_true", help="print what isn't exact")
    parser.add_argument("--linear", action="store_true", help="time texts of 1 to 10 MB as well")
    arguments = parser.parse_args()
    console = Console()
    with tempfile.TemporaryDirectory() as folder:
        paths = arguments.cases or [_download(folder)]
        cases = [case for path in paths for case in cases_of(path)]
    _golden(console, cases, show=arguments.show)
    if arguments.linear:
        _linear(console)


if __name__ == "__main__":
    main()
