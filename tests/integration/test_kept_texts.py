"""Texts that must stay as they are, and that people are told of."""

from __future__ import annotations

import io

import openpyxl

from tasks.finalizing import finalize
from tasks.qa import QA
from tasks.translator import TRANSLATOR
from tests.integration.conftest import Sessions, take_through


def workbook(*rows: list[str]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


async def test_told(in_session: Sessions) -> None:
    """They have no segments, and the job's error log says where they stand and why."""
    rows = [[f"Task number {n}", "Open"] for n in range(7)]
    data = workbook(*rows, ['=COUNTIF(B:B,"Open")'])
    async with in_session(data, name="in.xlsx") as session:
        assert 7 == len(session.segments)
        for number in session.segments:
            await take_through(TRANSLATOR, session, number)
            await take_through(QA, session, number)
        await finalize([session])
        (error,) = session.run.lake.load(session.job.job_id).errors
    assert (None, "kept", "supervisor") == (error.segment_id, error.type, error.step)
    assert error.message == (
        "texts that stay as they are: 7 (Sheet!B1, Sheet!B2, Sheet!B3, Sheet!B4, Sheet!B5, …),"
        " for formulas, drop-downs, conditional formats or filters name them"
    )


async def test_words_in_angle_brackets(in_session: Sessions) -> None:
    """A word in angle brackets that Markdown has a use for stays, and the job comes to its end."""
    text = "Run docker pull <image> first. Then follow the <link> to the container."
    async with in_session(text, name="in.txt") as session:
        for number in session.segments:
            await take_through(TRANSLATOR, session, number)
            await take_through(QA, session, number)
        await finalize([session])
        assert session.job.finalized
        output = session.run.documents.get(session.job.output or "").decode()
    assert ("<image>" in output, "<link>" in output) == (True, True)
