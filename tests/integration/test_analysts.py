"""What analysts are told is so: questions, answers and notebook, over the lake of the page."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from storage.readmodel.catalog import write_catalog
from storage.readmodel.questions import NAMES, question

ROOT = Path(__file__).resolve().parents[2]
DOCS, NOTEBOOK = ROOT / "docs", ROOT / "notebooks" / "costs.py"
sys.path.insert(0, str(DOCS))

import answer_questions  # noqa: E402
from sample_lake import fill  # noqa: E402


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of the sample lake."""
    home = tmp_path_factory.mktemp("sample") / "home"
    fill(home)
    return home


@pytest.fixture
def catalog(sample: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(write_catalog(sample)), read_only=True) as connection:
        yield connection


def test_the_page_has_the_answers() -> None:
    """The page shows each question with the SQL and the answer that it has now."""
    text = answer_questions.PAGE.read_text(encoding="utf-8")

    assert text == answer_questions.page(text)


def test_every_question_is_asked() -> None:
    """Each question's file has its place on the page."""
    files = {path.stem for path in (ROOT / "storage/sql/questions").glob("*.sql")}

    assert files == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_an_answer_has_rows_and_decimal_money(
    catalog: duckdb.DuckDBPyConnection, name: str
) -> None:
    """A question has an answer over the sample lake, and its money is decimal."""
    answer = catalog.sql(question(name).sql)

    assert answer.fetchall()
    money = {
        str(kind)
        for column, kind in zip(answer.columns, answer.types, strict=True)
        if column.startswith("eur") or column.endswith("_eur")
    }
    assert not [kind for kind in money if not kind.startswith("DECIMAL")]


@pytest.mark.parametrize("name", NAMES)
def test_no_answer_mixes_nights_and_rehearsals(
    catalog: duckdb.DuckDBPyConnection, name: str
) -> None:
    """A question is asked of nights, or by another word of rehearsals: there are none here."""
    asked = question(name)

    assert asked.sql != asked.of_rehearsals
    assert [] == catalog.execute(asked.of_rehearsals).fetchall()


@pytest.mark.parametrize("name", NAMES)
def test_a_question_to_an_empty_lake_is_no_error(tmp_path: Path, name: str) -> None:
    """Over a lake without jobs a question has an answer without rows, or without numbers."""
    with duckdb.connect(str(write_catalog(tmp_path / "home")), read_only=True) as connection:
        assert connection.execute(question(name).sql).fetchall() == []


@pytest.mark.parametrize("name", NAMES)
def test_no_question_pairs_all_with_all(catalog: duckdb.DuckDBPyConnection, name: str) -> None:
    """No question pairs rows that nothing joins, which no large lake would end."""
    plan = catalog.execute(f"EXPLAIN {question(name).sql}").fetchall()[0][1]

    assert "CROSS_PRODUCT" not in plan
    assert "NESTED_LOOP_JOIN" not in plan


def test_another_mount_point_has_a_catalog_of_its_own(sample: Path, tmp_path: Path) -> None:
    """Where the lake is seen under another path, a catalog that is written there reads it."""
    there = tmp_path / "mnt"
    shutil.copytree(sample, there)

    file = write_catalog(there, tmp_path / "mine.duckdb")

    with duckdb.connect(str(file), read_only=True) as connection:
        asked = "SELECT (SELECT count(*) FROM jobs), (SELECT count(*) FROM segments)"
        assert [(24, 144)] == connection.execute(asked).fetchall()
        (files,) = connection.execute("SELECT string_agg(sql) FROM duckdb_views()").fetchall()
        assert str(sample) not in files[0]


def test_the_notebook_runs(sample: Path, tmp_path: Path) -> None:
    """The notebook is exported without an error, with all questions and charts."""
    page = tmp_path / "costs.html"

    done = _run("-m", "marimo", "export", "html", NOTEBOOK, "-o", page, "--", "--home", sample)

    assert (0, "") == (done.returncode, done.stderr)
    text = page.read_text(encoding="utf-8")
    assert not [name for name in NAMES if question(name).title.split("?")[0] not in text]
    assert text.count("vega-lite/v") >= 10


def test_the_notebook_says_what_it_lacks(tmp_path: Path) -> None:
    """Without a catalog the notebook ends with what to do about it."""
    done = _run(NOTEBOOK, "--home", tmp_path)

    assert done.returncode != 0
    assert f"there is no catalog {tmp_path / 'catalog.duckdb'}" in done.stderr


def _run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
