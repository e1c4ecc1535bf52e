"""Live files, which no list names, tell of themselves whether they are whole and all there."""

from __future__ import annotations

import random
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import Desk
from lake_samples import NOON, a_finished_job, a_job, a_segment, job_id
from test_verifying import flip, look, only, work

from domain.errors import LakeError
from storage.live.file_sums import NotAsWritten, Told, signed, told_by
from storage.live.listing import BLOCK, LiveFile
from storage.live.live_bytes import live_bytes
from storage.readmodel.views import put_sentinels
from storage.tables.rows import LiveRow

ROWS = [(number, LiveRow("segments", str(number), '{"source": "x"}')) for number in range(9)]


def test_a_signed_file_is_read_like_any_other(tmp_path: Path) -> None:
    """A checksum changes nothing of what Parquet's readers read."""
    plain = live_bytes("job-1", ROWS)
    content = signed(plain, LiveFile(2, 2_000_000, 1_000_001))
    (tmp_path / "signed.parquet").write_bytes(content)

    assert told_by(content) == Told(True, "00000002-000001000001-000002000000.parquet")
    assert told_by(plain) == Told(False, "")
    table = pq.read_table(pa.BufferReader(content))
    assert table.equals(pq.read_table(pa.BufferReader(plain)))
    with duckdb.connect() as connection:
        counted = f"SELECT count(*), max(seq) FROM read_parquet('{tmp_path}/signed.parquet')"
        assert connection.execute(counted).fetchall() == [(9, 8)]


def test_every_bit_counts() -> None:
    """Whatever bit flips in a file, the file says so, or it loses the mark of its checksum only."""
    content = signed(live_bytes("job-1", ROWS), LiveFile(1, 1, 1))
    unnoticed = set()
    for at in range(len(content)):
        damaged = bytearray(content)
        damaged[at] ^= 1 << at % 8
        try:
            assert not told_by(bytes(damaged)).is_signed
            unnoticed.add(at)
        except NotAsWritten:
            pass

    mark = content.index(b"nightdesk-1")
    assert unnoticed == set(range(mark - 1, mark + len("nightdesk-1") + 1))


async def test_flipped_bits_of_live_files(desk: Desk) -> None:
    """A bit that flips in a live file is a fault of that file, and its rows are not read."""
    await work(desk, 1, ended=False)
    chance = random.Random(17)
    paths = [desk.live_folder(1) / name for name in desk.live_files()]
    for _ in range(20):
        path = chance.choice(paths)
        whole = path.read_bytes()
        at = chance.randrange(len(whole))
        if b"nightdesk-1" in whole[max(0, at - 11) : at + 12]:
            continue
        flip(path, at)
        finding = only(desk)
        assert (finding.kind, finding.place) == ("live file", f"live/{job_id(1)}/{path.name}")
        with pytest.raises(LakeError, match="is not what was written"):
            desk.lake.load(job_id(1))
        path.write_bytes(whole)
    assert look(desk).findings == ()


async def test_a_live_file_that_is_gone(desk: Desk) -> None:
    """Each live file of a job is missed, the first, the last and any between them."""
    await work(desk, 1, ended=False)
    for number in range(3):
        await desk.lake.commit(job_id(1), segments=[a_segment(1, 0, retry_count=number)])
    await desk.lake.let_go(job_id(1))
    names = desk.live_files()
    assert len(names) == 5

    for name in names:
        path = desk.live_folder(1) / name
        whole = path.read_bytes()
        path.unlink()
        found = [f for f in look(desk).findings if f.is_fault]
        assert [(f.kind, f.place) for f in found] == [("live file", f"live/{job_id(1)}/{name}")]
        path.write_bytes(whole)
    assert look(desk).findings == ()


async def test_a_job_without_any_file(desk: Desk) -> None:
    """A queued job whose one file is gone is missed by its folder."""
    desk.lake.submit([a_job(1)])
    (desk.live_folder(1) / desk.live_files()[0]).unlink()

    finding = only(desk)

    assert (finding.kind, finding.is_fault) == ("live file", True)
    assert finding.place == f"live/{job_id(1)}/00000000-000000000001-000000000001.parquet"


async def test_folded_files_and_later_owners_are_not_missed(desk: Desk) -> None:
    """What a folded file gathers, and what a later owner writes, leaves no gap."""
    await work(desk, 1, ended=False)
    for number in range(150):
        await desk.lake.commit(job_id(1), segments=[a_segment(1, 0, retry_count=number)])
    await desk.lake.settle()
    desk.ticks.now += 100
    for number in range(70):
        await desk.lake.commit(job_id(1), segments=[a_segment(1, 1, retry_count=number)])
    await desk.lake.let_go(job_id(1))
    assert len(desk.live_files()) < 150
    assert look(desk).findings == ()

    desk.leases.withdraw([job_id(1)])
    fence = desk.leases.take(job_id(1), "night", NOON)
    assert fence is not None
    desk.lake.hold(job_id(1), fence)
    await desk.lake.commit(job_id(1), segments=[a_segment(1, 0, retry_count=1)])
    assert look(desk).findings == ()
    tip = LiveFile.named(desk.live_files()[-1])
    assert tip == LiveFile(fence, BLOCK, 1)


async def test_a_damaged_live_file_is_not_sealed(desk: Desk) -> None:
    """What flipped in a live file never becomes what was sealed."""
    await work(desk, 1, ended=False)
    await desk.lake.commit(job_id(1), job=a_finished_job(1, segment_count=2))
    path = desk.live_folder(1) / desk.live_files()[1]
    whole = path.read_bytes()
    flip(path, whole.index(b"Hello") if b"Hello" in whole else 60)

    with pytest.raises(LakeError, match=path.name):
        desk.lake.seal([job_id(1)])

    path.write_bytes(whole)
    desk.lake.seal([job_id(1)])
    assert desk.lake.load(job_id(1)).job.job_id == job_id(1)


async def test_a_damaged_sentinel(desk: Desk) -> None:
    """A file without rows that all readers read along is named, and put there anew once removed."""
    await work(desk, 1, ended=False)
    for place in ("live/_none/none.parquet", "live/_none/none.json"):
        path = desk.home / place
        flip(path, 1)
        assert (only(desk).kind, only(desk).place) == ("sentinel", place)
        path.unlink()
        put_sentinels(desk.lake._layout)
        assert look(desk).findings == ()
