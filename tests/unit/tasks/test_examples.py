"""The shipped examples can be queued, and show in a rehearsal what they are chosen for."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from domain.document.plan import plan
from domain.glossary.csv_glossary import read_csv
from domain.glossary.term_index import occurring
from formats.registry import for_path
from simulator.replies.script import read_script
from tasks.intake.briefings import orders, read_briefing_file

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
DOCUMENTS = sorted(EXAMPLES.glob("??/*.*"))


def sources(path: Path) -> list[str]:
    units = for_path(str(path)).extract(path.read_bytes(), "de")
    return [segment.source for segment in plan(units, path.parent.name, "fr").segments]


def test_there_are_a_dozen_in_two_languages_and_three_formats() -> None:
    """Twelve documents, half of them German, in text, Markdown and HTML."""
    kinds = Counter((path.parent.name, for_path(path.name).name) for path in DOCUMENTS)

    assert {
        ("de", "text"): 2,
        ("de", "markdown"): 2,
        ("de", "html"): 2,
        ("en", "text"): 2,
        ("en", "markdown"): 3,
        ("en", "html"): 1,
    } == kinds


def test_their_briefing_holds_for_all_languages() -> None:
    """The briefing needs nothing but the languages."""
    fields = read_briefing_file(EXAMPLES / "briefing.toml")

    found = orders({**fields, "source_lang": "de", "target_lang": ["en", "fr"]})

    assert ["en", "fr"] == [order.briefing.target_lang for order in found]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_a_document_comes_back_byte_for_byte(path: Path) -> None:
    """Each example survives being taken apart and put together."""
    format_ = for_path(str(path))
    data = path.read_bytes()
    planned = plan(format_.extract(data, "de"), path.parent.name, "fr")

    assert data == format_.assemble(data, planned.units({}), "de")


def test_every_rule_of_the_rehearsal_finds_its_segment() -> None:
    """Each rule's text occurs in exactly one segment of the examples."""
    segments = [source for path in DOCUMENTS for source in sources(path)]
    rules = read_script((EXAMPLES / "rehearsal.toml").read_text())

    assert [1] * 8 == [
        sum(rule.match.search(source) is not None for source in segments) for rule in rules
    ]


def test_each_term_of_the_glossary_occurs() -> None:
    """No entry of the example glossary is idle."""
    entries = read_csv((EXAMPLES / "glossary.csv").read_text(), where="glossary.csv")
    used = {
        entry.term
        for path in DOCUMENTS
        for lang in (("en", "fr") if path.parent.name == "de" else ("de",))
        for entry in occurring(entries, "\n".join(sources(path)), path.parent.name, lang)
    }

    assert {entry.term for entry in entries} == used
