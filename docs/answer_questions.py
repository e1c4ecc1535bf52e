"""`python docs/answer_questions.py`: writes the questions and their answers into analysts.md."""

from __future__ import annotations

import tempfile
from pathlib import Path

import duckdb
from sample_lake import fill

from storage.readmodel.catalog import write_catalog
from storage.readmodel.questions import NAMES, Question, question

PAGE = Path(__file__).with_name("analysts.md")
MARK = "<!-- questions -->\n"


def section() -> str:
    """Each question with its SQL and its answer over the sample lake, as Markdown."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        fill(home)
        with duckdb.connect(str(write_catalog(home)), read_only=True) as catalog:
            return "\n".join(_shown(question(name), catalog) for name in NAMES)


def _shown(asked: Question, catalog: duckdb.DuckDBPyConnection) -> str:
    done = catalog.execute(asked.sql)
    columns = [column[0] for column in done.description or ()]
    rows = [["" if value is None else str(value) for value in row] for row in done.fetchall()]
    remark = f"{asked.remark}\n\n" if asked.remark else ""
    lines = [columns, ["---"] * len(columns), *rows]
    table = "\n".join("| {} |".format(" | ".join(line)) for line in lines)
    return f"### {asked.title}\n\n{remark}```sql\n{asked.sql}\n```\n\n{table}\n"


def page(text: str) -> str:
    """The page with the answers as they are now."""
    before, _, after = text.split(MARK)
    return f"{before}{MARK}{section()}{MARK}{after}"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
