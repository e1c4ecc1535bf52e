"""A process that asks for one job, and ends, reads what all others read."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from conftest import Desk
from lake_samples import NOON, a_call, a_finished_job, a_job, a_note, a_segment, an_error, job_id

from domain.errors import FileDamaged
from domain.job.segment import SegmentStatus
from storage.layout.layout import Layout
from storage.layout.manifest import ManifestFile
from storage.readmodel.readmodel import REMARKS, RESULT, STATUS, ReadModel
from storage.tables.records import EVERYTHING, Columns, JobRecord

WANTED = {"status": STATUS, "result": RESULT, "remarks": REMARKS, "everything": EVERYTHING}

wanted = pytest.mark.parametrize("columns", WANTED.values(), ids=WANTED)


async def two_sealed(desk: Desk) -> None:
    """Two jobs sealed in one group, and one under way."""
    desk.take(1, 2, 3)
    for number in (1, 2, 3):
        await desk.lake.commit(
            job_id(number),
            job=a_finished_job(number) if number < 3 else a_job(number, attempt=1),
            segments=[
                a_segment(number, place, status=SegmentStatus.DONE, translation=f"Ünï {number}")
                for place in range(3)
            ],
            calls=[a_call(number), a_call(number, 1)],
            notes=[a_note(number)],
            errors=[an_error(number)],
        )
        await desk.lake.let_go(job_id(number))
    desk.lake.seal([job_id(1), job_id(2)])


def read(desk: Desk, number: int, columns: Mapping[str, Columns], *, once: bool) -> object:
    """A job as a reader has it, or what the reader is told."""
    with closing(ReadModel(desk.home, clock=lambda: NOON, once=once)) as reads:
        try:
            return reads.record(job_id(number), columns)
        except FileDamaged as error:
            return str(error)


@wanted
async def test_a_job_reads_the_same(desk: Desk, columns: Mapping[str, Columns]) -> None:
    """Sealed, live, or in a day's part, and where there is none."""
    await two_sealed(desk)
    expected = [read(desk, number, columns, once=False) for number in (1, 2, 3, 4)]

    assert [JobRecord, JobRecord, JobRecord, type(None)] == [type(one) for one in expected]
    assert expected == [read(desk, number, columns, once=True) for number in (1, 2, 3, 4)]
    desk.lake.compact(NOON + timedelta(days=2))
    assert expected == [read(desk, number, columns, once=True) for number in (1, 2, 3, 4)]


@wanted
@pytest.mark.parametrize("table", ["jobs", "segments"])
async def test_a_flipped_bit_is_told_of_as_ever(
    desk: Desk, columns: Mapping[str, Columns], table: str
) -> None:
    """Wherever it is: where what is asked for is whole it is read, else the file is named."""
    await two_sealed(desk)
    path = sealed_file(desk, table)
    content = path.read_bytes()
    whole = read(desk, 1, columns, once=True)
    seen = set()

    for at in range(0, len(content), max(1, len(content) // 40)):
        path.write_bytes(content[:at] + bytes([content[at] ^ 0x10]) + content[at + 1 :])
        expected = read(desk, 1, columns, once=False)
        assert expected == read(desk, 1, columns, once=True)
        seen.add(expected == whole)

    assert False in seen


def sealed_file(desk: Desk, table: str) -> Path:
    """The file of a table that has the first job."""
    layout = Layout.of(desk.home)
    group = ManifestFile(layout).read().listed_in(job_id(1))
    assert group is not None
    return layout.home / group.files[table].path
