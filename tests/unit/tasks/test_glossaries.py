"""Glossary files, and how several of them become a job's terms."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from domain.errors import BriefingError, GlossaryError
from tasks.intake.briefings import orders, read_briefing_file, with_glossaries, with_terms_first
from tasks.intake.glossaries import read_glossary_file

TBX = (
    '<martif type="TBX" xml:lang="en"><text><body><termEntry>'
    '<langSet xml:lang="de"><tig><term>Lager</term></tig></langSet>'
    '<langSet xml:lang="en"><tig><term>storehouse</term></tig></langSet>'
    '<langSet xml:lang="fr"><tig><term>entrepôt</term></tig></langSet>'
    "</termEntry></body></text></martif>"
)
CSV = "term,en\nLager,warehouse\n"
JSON = '[{"term": "Lager", "translations": {"en": "depot"}}]'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in (("a.csv", CSV), ("b.tbx", TBX), ("c.json", JSON)):
        (tmp_path / name).write_text(content, encoding="utf-8")
    return tmp_path


def targets(fields: dict[str, Any], lang: str = "en") -> list[str]:
    """The translations that a job into a language has in its glossary."""
    (order,) = orders({"source_lang": "de", "target_lang": lang, **fields})
    return [text for entry in order.briefing.glossary for text in entry.translations.values()]


@pytest.mark.parametrize(
    ("ids", "expected"),
    [(["a"], "warehouse"), (["b"], "storehouse"), (["c"], "depot"), (["c.json"], "depot")],
)
def test_an_id_stands_for_a_file_of_any_kind(folder: Path, ids: list[str], expected: str) -> None:
    """A name without an ending is found as CSV, TBX or JSON."""
    assert targets(with_glossaries({"glossary_ids": ids}, folder)) == [expected]


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        (["a", "b", "c"], "warehouse"),
        (["b", "a", "c"], "storehouse"),
        (["c", "b", "a"], "depot"),
    ],
)
def test_the_first_of_several_counts(folder: Path, ids: list[str], expected: str) -> None:
    """Where glossaries disagree, the one named first counts."""
    assert targets(with_glossaries({"glossary_ids": ids}, folder)) == [expected]


def test_each_language_has_its_own_winner(folder: Path) -> None:
    """A glossary that says nothing for a language leaves it to the next."""
    fields = with_glossaries({"glossary_ids": ["a", "b"]}, folder)

    assert targets(fields, "fr") == ["warehouse", "entrepôt"]


def test_what_comes_before_what(folder: Path) -> None:
    """A glossary of the command line goes before the briefing's entries, these before its files."""
    entry = {"term": "Lager", "translations": {"en": "stock"}}
    briefing = with_glossaries({"glossary": [entry], "glossary_ids": ["a"]}, folder)

    assert targets(briefing) == ["stock"]
    assert targets(with_terms_first(briefing, read_glossary_file(folder / "c.json"))) == ["depot"]


def test_stored_briefings_hold_plain_entries(folder: Path) -> None:
    """What is stored is the briefing's language pair alone, in the contract's fields."""
    fields = with_glossaries({"glossary_ids": ["b"]}, folder)
    (order,) = orders({"source_lang": "fr", "target_lang": "de", **fields})

    assert '"glossary": [{"case_sensitive": false, "context": null, "do_not_translate": false' in (
        order.text
    )
    assert [e.term for e in order.briefing.glossary] == ["entrepôt"]


def test_an_id_of_two_files(folder: Path) -> None:
    """A name that two files bear is refused, since the order would be chance."""
    (folder / "a.json").write_text(JSON)

    with pytest.raises(GlossaryError) as caught:
        with_glossaries({"glossary_ids": ["a"]}, folder)

    assert f"{folder}: glossary_ids: 'a' may be a.csv and a.json; name one of them" == str(
        caught.value
    )


def test_an_id_of_no_file(folder: Path) -> None:
    """A name without a file says which it would have been."""
    with pytest.raises(GlossaryError) as caught:
        with_glossaries({"glossary_ids": ["office"]}, folder)

    assert f"{folder}/office.csv: can't be read: No such file or directory" == str(caught.value)


def test_entries_that_are_no_list(folder: Path) -> None:
    """A field `glossary` of the wrong kind is named also where glossaries are added to it."""
    fields = with_terms_first({"glossary": "Lager"}, read_glossary_file(folder / "a.csv"))

    with pytest.raises(BriefingError, match=r"^glossary\.0: "):
        targets(fields)


def test_a_briefing_beside_a_termbase(folder: Path) -> None:
    """A briefing in TOML takes a termbase by its id."""
    (folder / "b.toml").write_text('source_lang = "de"\nglossary_ids = "b"\n')

    assert targets(read_briefing_file(folder / "b.toml")) == ["storehouse"]
