"""What tables among documents are."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tasks.intake.manifest import SUFFIXES
from tasks.intake.table_kinds import TABLES, TableKind, table_kind

GLOSSARY, MANIFEST, DOCUMENT = TableKind.GLOSSARY, TableKind.MANIFEST, TableKind.DOCUMENT


def test_all_manifests_are_known() -> None:
    """What can be read as a manifest is looked at."""
    assert TABLES == SUFFIXES


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.csv", "term,de\nHouse,Haus\n", GLOSSARY),
        ("a.csv", '\ufeff"de";"term"\n', GLOSSARY),
        ("a.csv", "path,target_lang\n", MANIFEST),
        ("a.csv", "id\ttexts\n", MANIFEST),
        ("a.csv", "id,title,description\n", DOCUMENT),
        ("a.CSV", "", DOCUMENT),
        ("a.jsonl", "{}", MANIFEST),
        ("a.parquet", "no parquet", MANIFEST),
        ("a.xlsx", "no workbook", DOCUMENT),
        ("a.md", "term,path", DOCUMENT),
        ("a.tbx", "", GLOSSARY),
        ("a.json", '[{"translations": {"de": "Haus"}, "term": "House"}]', GLOSSARY),
        (
            "a.json",
            '\ufeff{"entries": [{"term": "RunContext", "do_not_translate": true}]}',
            GLOSSARY,
        ),
        ("a.json", '[{"term": "House", "definition": "where one lives"}]', DOCUMENT),
        ("a.json", '{"term": "House", "translations": {"de": "Haus"}}', DOCUMENT),
        ("a.json", '[{"a": {"term": 1, "translations": 2}}]', DOCUMENT),
    ],
)
def test_kinds_of_tables(tmp_path: Path, name: str, content: str, kind: TableKind) -> None:
    """The heading tells; what can't be read is a document, whose reader says why."""
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    assert table_kind(path) is kind


@pytest.mark.parametrize(
    ("heading", "kind"),
    [(["term", "de"], GLOSSARY), (["path"], MANIFEST), (["Name", None, 3], DOCUMENT)],
)
def test_kinds_of_workbooks(tmp_path: Path, heading: list[str], kind: TableKind) -> None:
    """Of a workbook the first row of the first sheet tells."""
    workbook = openpyxl.Workbook()
    assert workbook.active is not None
    workbook.active.append(heading)
    workbook.save(tmp_path / "a.xlsx")
    assert table_kind(tmp_path / "a.xlsx") is kind
