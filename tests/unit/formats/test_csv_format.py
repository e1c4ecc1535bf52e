"""CSV: cells in and out."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import DocumentError
from formats.data.csv_cells import LONGEST_CELL, CsvFormat

CSV = CsvFormat()

ROUND = [
    "title\nHello\n",
    "title\nHello",
    "id,title\r\n1,Hello\r\n",
    'id,title\n1,"Hello, you"\n',
    'id,title\n1,"say ""hi"" now"\n',
    'id,title\n1,"two\nlines"\n',
    "id;title\n1;Hello\n",
    "id\ttitle\n1\tHello\n",
    "id,title\n\n1,Hello\n\n\n2,You\n",
    "id,title,\n1,Hello,\n",
    ",title\n,Hello\n",
    "id,title\n1,Hello,more words\n",
    "id,title\n1\n2,Hello\n",
    "id,title\n1, spaced \n",
    'id,title\n1,in "the" middle\n',
    "title\n\x20\nHello\n",
    'title\n""\nHello\n',
    "title\rHello\rYou\r",
    "\ufefftitle\nHello\n",
    "title\n=SUM(A1)\nHello\n",
]


@pytest.mark.parametrize("text", ROUND)
def test_its_own_texts_give_it_back(text: str) -> None:
    """The texts of a table's units, put in again, are the table to the byte."""
    data = text.encode()
    units = CSV.extract(data, "de")
    assert units
    assert CSV.assemble(data, [unit.text for unit in units], "de") == data


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)


@settings(max_examples=100)
@given(
    st.lists(st.lists(CELLS, min_size=2, max_size=2), min_size=1, max_size=5),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from(["\n", "\r\n"]),
    CELLS,
)
def test_any_table(rows: list[list[str]], quoting: int, end: str, word: str) -> None:
    """What the csv module writes goes round, and takes any text without losing a cell."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=quoting, lineterminator=end)  # type: ignore[arg-type]
    writer.writerows([["id", "title"], *rows, ["1", "a word"]])
    data = out.getvalue().encode()
    units = CSV.extract(data, "de")
    assert CSV.assemble(data, [unit.text for unit in units], "de") == data
    output = CSV.assemble(data, [f"x{word}"] * len(units), "de")
    assert CSV.same_structure(data, output) is None
    last = list(csv.reader(io.StringIO(output.decode(), newline="")))[-1]
    assert last == ["1", f"x{word}".strip()]


def test_columns_are_paths() -> None:
    """Cells below the heading are units, each with what heads its column; numbers are none."""
    data = b"id,Title ,text\n1,Hello,12.50\n2,,See it\n3,=SUM(A1),\n"
    assert [(unit.path, unit.text) for unit in CSV.extract(data, "de")] == [
        ("Title", "Hello"),
        ("text", "See it"),
    ]
    assert CSV.assemble(data, ["Hallo, du", 'Sieh "es"'], "de") == (
        b'id,Title ,text\n1,"Hallo, du",12.50\n2,,"Sieh ""es"""\n3,=SUM(A1),\n'
    )


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'a\n"open', "2: this is not CSV: unexpected end of data"),
        (b'a\n"x"y z', "2: this is not CSV"),
        (b"a,b\n1,2\n", "there is no text to translate"),
        (b"only,a heading\n", "there is no text to translate"),
        (b"a\n" + b"x " * LONGEST_CELL, "2: a cell has more than 32,767 characters"),
    ],
)
def test_what_is_no_table(data: bytes, message: str) -> None:
    """Where it goes wrong and why is told."""
    with pytest.raises(DocumentError) as caught:
        CSV.extract(data, "de")
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("after", "message"),
    [
        (b"a,b\nx y,=cmd|'/c calc'!A1\n", "row 2: a cell would be read as a formula"),
        (b"a,b\nx y\n", "row 2: 2 cells became 1"),
        (b"a,b\nx y,z w\nmore,rows\n", "2 rows became 3"),
    ],
)
def test_differences_are_told(after: bytes, message: str) -> None:
    """Rows, cells and what a spreadsheet would run are a table's structure."""
    assert (CSV.same_structure(b"a,b\nx y,z w\n", after) or "").startswith(message)
