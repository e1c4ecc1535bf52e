"""Manifests: what a row says, and what is said about a row that can't be used."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from domain.errors import ManifestError
from tasks.intake.manifest import ManifestRow, read_manifest


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def messages(path: Path) -> list[str]:
    return [str(error) for error in read_manifest(path, where=path.name).rejected]


def test_csv_rows_carry_paths_relative_to_the_manifest(tmp_path: Path) -> None:
    """A CSV row's path is taken from the manifest's folder, its languages apart."""
    path = written(
        tmp_path, "m.csv", 'path,source_lang,target_lang,tone\na.md,de,"en, fr|it",friendly\n'
    )

    manifest = read_manifest(path)

    assert (
        ManifestRow(
            number=2,
            path=tmp_path / "a.md",
            text=None,
            texts=None,
            name=None,
            fields={"source_lang": "de", "target_lang": ("en", "fr", "it"), "tone": "friendly"},
        ),
    ) == manifest.rows
    assert () == manifest.rejected


def test_empty_cells_are_not_given(tmp_path: Path) -> None:
    """An empty or blank cell is as if its column were not there; NA is text."""
    path = written(tmp_path, "m.csv", "text,target_lang,tone,domain\nHallo,en,  ,NA\n")

    assert {"target_lang": ("en",), "domain": "NA"} == read_manifest(path).rows[0].fields


def test_a_bad_row_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    """A bad row is reported with its line and field; good rows before and after it stay."""
    path = written(
        tmp_path,
        "m.csv",
        "path,text,target_lang,metadata\n"
        "a.md,,en,\n"
        "a.md,Hallo,en,\n"
        ",,en,\n"
        "b.md,,en,{broken\n"
        "c.md,,en,,extra\n"
        'd.md,,en,"{""order"": 17}"\n',
    )

    manifest = read_manifest(path, where="m.csv")

    assert [2, 7] == [row.number for row in manifest.rows]
    assert {"target_lang": ("en",), "metadata": {"order": 17}} == manifest.rows[1].fields
    assert [
        "m.csv:3: text: give only one of path and text",
        "m.csv:4: path: give the document as path, text or texts",
        "m.csv:5: metadata: write an object as JSON: Expecting property name enclosed in double "
        "quotes: line 1 column 2 (char 1)",
        "m.csv:6: there is a cell that no column's heading stands over",
    ] == [str(error) for error in manifest.rejected]


def test_lines_are_counted_through_quoted_newlines(tmp_path: Path) -> None:
    """A row after a cell of three lines and a blank line is named by its line in the file."""
    path = written(tmp_path, "m.csv", 'text,target_lang\n"a\nb\nc",en\n\n,en\n')

    assert ["m.csv:6: path: give the document as path, text or texts"] == messages(path)


def test_a_path_that_no_file_can_have_is_named(tmp_path: Path) -> None:
    """A NUL or half a character in a path spoils its own row only."""
    lines = '{"path": "a\\u0000.md"}\n{"path": "\\ud800.md"}\n{"path": "a.md"}\n'
    path = written(tmp_path, "m.jsonl", lines)

    manifest = read_manifest(path, where="m.jsonl")

    assert [3] == [row.number for row in manifest.rows]
    assert [
        "m.jsonl:1: path: no file's name has a NUL character",
        "m.jsonl:2: path: no file can have this name",
    ] == [str(error) for error in manifest.rejected]


def test_a_quote_left_open_loses_no_row_without_a_word(tmp_path: Path) -> None:
    """Rows before an open quote are read, and the row it is in is named."""
    path = written(tmp_path, "m.csv", 'text,target_lang\nEins,en\n"Zwei,en\nDrei,en\n')

    manifest = read_manifest(path, where="m.csv")

    assert ["Eins"] == [row.text for row in manifest.rows]
    assert ["m.csv:3: the row can't be read: unexpected end of data"] == [
        str(error) for error in manifest.rejected
    ]


def test_a_row_with_stray_quotes_spoils_no_other(tmp_path: Path) -> None:
    """Text behind a closing quote is an error of its own row."""
    path = written(tmp_path, "m.csv", 'text,target_lang\n"Eins" x,en\nZwei "so",en\n')

    manifest = read_manifest(path, where="m.csv")

    assert [(3, 'Zwei "so"')] == [(row.number, row.text) for row in manifest.rows]
    assert ["m.csv:2: the row can't be read: ',' expected after '\"'"] == [
        str(error) for error in manifest.rejected
    ]


def test_a_cell_may_hold_a_whole_document(tmp_path: Path) -> None:
    """A cell of half a million characters is read, and the row after it too."""
    text = "Ein Satz. " * 50_000
    path = written(tmp_path, "m.csv", f'text,target_lang\n"{text}",en\nZwei,en\n')

    assert [text, "Zwei"] == [row.text for row in read_manifest(path).rows]


def test_an_object_nested_without_end_spoils_its_own_row(tmp_path: Path) -> None:
    """JSON that is nested too deep to be read is an error of its row."""
    deep = "[" * 100_000
    path = written(tmp_path, "m.csv", f"text,target_lang,metadata\nEins,en,{deep}\nZwei,en,\n")

    manifest = read_manifest(path)

    assert ["Zwei"] == [row.text for row in manifest.rows]
    assert [2] == [error.line for error in manifest.rejected]


def test_semicolons_and_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    """A CSV as a German Excel saves it is read."""
    path = written(tmp_path, "m.csv", b"\xef\xbb\xbfpath;target_lang\r\na.md;en,fr\r\n")

    row = read_manifest(path).rows[0]

    assert (tmp_path / "a.md", ("en", "fr")) == (row.path, row.fields["target_lang"])


def test_an_unknown_column_is_an_error_that_names_the_known(tmp_path: Path) -> None:
    """An unknown column stops a table with a heading, once, and the known are named."""
    path = written(tmp_path, "m.csv", "path,target_lang,tonne\na.md,en,x\nb.md,en,y\n")

    with pytest.raises(ManifestError) as raised:
        read_manifest(path, where="m.csv")

    assert (
        "m.csv:1: tonne: unknown column; known are id, path, text, texts, source_lang, "
        "target_lang, domain, tone, text_type, instructions, style_reference, glossary, "
        "glossary_ids, constraints, source_review, alone, dialect, paths, by_key, "
        "protect, notes, metadata"
    ) == str(raised.value)


def test_jsonl_keeps_types_and_reports_broken_lines(tmp_path: Path) -> None:
    """A JSONL row may hold lists and objects as they are; a broken line is named."""
    path = written(
        tmp_path,
        "m.jsonl",
        '{"texts": ["Öffnen", 7], "target_lang": ["en", "fr"], "id": 12, '
        '"constraints": [{"type": "max_chars", "value": 20}], "source_review": true}\n'
        "\n{oops\n[1]\n"
        '{"text": "x", "colour": "red"}\n',
    )

    manifest = read_manifest(path, where="m.jsonl")

    assert (
        ManifestRow(
            number=1,
            path=None,
            text=None,
            texts=("Öffnen", "7"),
            name="12",
            fields={
                "target_lang": ("en", "fr"),
                "constraints": [{"type": "max_chars", "value": 20}],
                "source_review": True,
            },
        ),
    ) == manifest.rows
    assert [
        "m.jsonl:3: the line is no JSON: Expecting property name enclosed in double quotes: "
        "line 1 column 2 (char 1)",
        'm.jsonl:4: each line must be an object, such as {"path": "a.md"}',
    ] == [str(error) for error in manifest.rejected[:2]]
    assert (5, "colour") == (manifest.rejected[2].line, manifest.rejected[2].field)


def test_excel_rows_are_numbered_as_the_spreadsheet_shows_them(tmp_path: Path) -> None:
    """Excel rows bear the sheet's own numbers, and a number in a text column is text."""
    path = tmp_path / "m.xlsx"
    pd.DataFrame(
        [
            ["text", "target_lang", "domain", "source_review"],
            [2024, "en", 3.0, True],
            [None, None, None, None],
            [None, "en", None, None],
        ]
    ).to_excel(path, header=False, index=False)

    manifest = read_manifest(path, where="m.xlsx")

    assert [(2, "2024", {"target_lang": ("en",), "domain": "3", "source_review": True})] == [
        (row.number, row.text, row.fields) for row in manifest.rows
    ]
    assert ["m.xlsx:4: path: give the document as path, text or texts"] == [
        str(error) for error in manifest.rejected
    ]


def test_parquet_lists_and_missing_numbers_are_read(tmp_path: Path) -> None:
    """Parquet's lists, structs and nulls come as lists, objects and nothing."""
    path = tmp_path / "m.parquet"
    pd.DataFrame(
        {
            "id": [1, None],
            "texts": [["Auf", "Zu"], None],
            "text": [None, "Hallo"],
            "target_lang": [["en"], ["en", "fr"]],
            "metadata": [{"a": 1}, {"a": 2}],
        }
    ).to_parquet(path)

    rows = read_manifest(path).rows

    assert [
        (1, "1", None, ("Auf", "Zu"), ("en",), {"a": 1}),
        (2, None, "Hallo", None, ("en", "fr"), {"a": 2}),
    ] == [
        (r.number, r.name, r.text, r.texts, r.fields["target_lang"], r.fields["metadata"])
        for r in rows
    ]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("m.csv", b"", "m.csv: the table is empty"),
        ("m.csv", b"path,target_lang\n", "m.csv: the table has no rows"),
        ("m.csv", b"path\n\xff", "m.csv: it is not UTF-8 (byte 5); save it as UTF-8"),
        ("m.csv", b"path,path\na,b\n", "m.csv:1: path: this column is there twice"),
        (
            "m.ods",
            b"",
            "m.ods: a manifest can't end in '.ods'; known are .csv, .jsonl, .parquet, .xlsx",
        ),
        ("m.xlsx", b"junk", "m.xlsx: the workbook can't be read: File is not a zip file"),
    ],
)
def test_an_unreadable_manifest_says_why(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    """A file that can't be read as a table at all is one error that says why."""
    with pytest.raises(ManifestError) as raised:
        read_manifest(written(tmp_path, name, content), where=name)

    assert message == str(raised.value)


def test_broken_parquet_and_missing_files_are_manifest_errors(tmp_path: Path) -> None:
    """Junk named .parquet, and a manifest that is not there, are manifest errors too."""
    with pytest.raises(ManifestError, match="the file is no Parquet"):
        read_manifest(written(tmp_path, "m.parquet", "junk"))
    with pytest.raises(ManifestError, match="No such file"):
        read_manifest(tmp_path / "none.csv")
