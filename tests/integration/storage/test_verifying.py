"""Verifying finds what is wrong with a lake, and nothing where nothing is."""

from __future__ import annotations

import asyncio
import hashlib
import threading
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from conftest import Desk
from lake_samples import NOON, a_call, a_finished_job, a_job, a_note, a_segment, an_error, job_id

from domain.errors import InputError
from domain.usage import TokenUsage
from storage.control.batch_log import BatchLog
from storage.files.findings import Finding
from storage.layout.documents import Documents
from storage.layout.layout import Layout
from storage.layout.manifest import ManifestFile, SealedFile
from storage.verify.verifying import Verified, verify
from tests.sent import alone

NOW = datetime.now(UTC)
AN_AGE = timedelta(days=3)


async def work(desk: Desk, *numbers: int, ended: bool) -> None:
    """Bring jobs of two segments on their way, with real documents, or to their end and sealed."""
    store = Documents(desk.home)
    for number in numbers:
        source = store.put(f"Dokument {number}".encode())
        desk.lake.submit([a_job(number, document=source, briefing=store.put(b"a briefing"))])
    desk.take(*numbers)
    for number in numbers:
        make = a_finished_job if ended else a_job
        job = make(
            number,
            supervised=True,
            segment_count=2,
            document=store.put(f"Dokument {number}".encode()),
            briefing=store.put(b"a briefing"),
            output=store.put(f"document {number}".encode()) if ended else None,
        )
        await desk.lake.commit(
            job_id(number),
            job=job,
            segments=[a_segment(number, n) for n in range(2)],
            calls=[a_call(number, n, segment_ids=(n,)) for n in range(2)],
            notes=[a_note(number)],
            errors=[an_error(number), an_error(number)],
        )
    if ended:
        desk.lake.seal([job_id(number) for number in numbers])


def look(desk: Desk, *, after: timedelta = timedelta(0)) -> Verified:
    return verify(desk.home, datetime.now(UTC) + after)


def only(desk: Desk, *, after: timedelta = timedelta(0)) -> Finding:
    """The one thing that is found."""
    (finding,) = look(desk, after=after).findings
    return finding


def sealed(desk: Desk, table: str) -> Path:
    (group,) = ManifestFile(Layout.of(desk.home)).read().groups
    return desk.home / group.files[table].path


def rewrite(desk: Desk, table: str, change: Callable[[pa.Table], pa.Table]) -> None:
    """Change a sealed file, and what the manifest says of its rows."""
    path = sealed(desk, table)
    rows = change(pq.read_table(path))
    pq.write_table(rows, path)
    manifests = ManifestFile(Layout.of(desk.home))
    manifest = manifests.read()
    (group,) = manifest.groups
    file = SealedFile(group.files[table].path, rows.num_rows, rows.num_columns)
    changed = replace(group, files={**group.files, table: file})
    manifests.change(lambda _: replace(manifest, groups=(changed,)))


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 0x10
    path.write_bytes(data)


async def test_a_whole_lake_has_nothing_to_tell(desk: Desk) -> None:
    """Where all is well, nothing is found, and what was looked at is counted."""
    await work(desk, 1, 2, ended=True)
    await work(desk, 3, ended=False)
    desk.lake.compact(NOON)

    assert asdict(look(desk)) == {
        "jobs": 3,
        "segments": 6,
        "calls": 6,
        "documents": 6,
        "findings": (),
    }


@pytest.mark.parametrize("table", ["jobs", "segments", "calls", "notes", "errors"])
async def test_a_flipped_bit_of_any_column(desk: Desk, table: str) -> None:
    """A bit that flipped in any column of a sealed file is a fault, told with its path."""
    await work(desk, 1, ended=True)
    path = sealed(desk, table)
    whole = path.read_bytes()
    columns = pq.read_metadata(path).row_group(0)
    ends = set()
    for number in range(0, columns.num_columns, 6):
        column = columns.column(number)
        first = column.dictionary_page_offset or column.data_page_offset
        ends.add(first + column.total_compressed_size - 1)
    for at in ends:
        flip(path, at)
        finding = only(desk)
        assert ("sealed file", path.relative_to(desk.home).as_posix(), True) == (
            finding.kind,
            finding.place,
            finding.is_fault,
        )
        path.write_bytes(whole)


async def test_a_sealed_file_that_is_gone(desk: Desk) -> None:
    """A sealed file that is not there is a fault; nothing else follows from it."""
    await work(desk, 1, ended=True)
    path = sealed(desk, "calls")
    path.unlink()

    assert only(desk) == Finding(
        "sealed file", path.relative_to(desk.home).as_posix(), None, "it is not there"
    )


async def test_a_sealed_file_that_is_another(desk: Desk) -> None:
    """A sealed file with other content than the manifest says is a fault, though it can be read."""
    await work(desk, 1, ended=True)
    path = sealed(desk, "segments")
    whole = path.read_bytes()
    pq.write_table(pq.read_table(path).slice(1), path)

    digests = [hashlib.sha256(content).hexdigest() for content in (path.read_bytes(), whole)]
    assert only(desk).what == "its content has the hash {}, and the manifest says {}".format(
        *digests
    )


async def test_a_sealed_file_without_a_hash_that_is_another(desk: Desk) -> None:
    """Where a manifest has no hash, a file with other rows than it says is a fault all the same."""
    await work(desk, 1, ended=True)
    rewrite(desk, "segments", lambda rows: rows)
    path = sealed(desk, "segments")
    pq.write_table(pq.read_table(path).slice(1), path)

    assert only(desk).what == "it has 1 rows, and the manifest says 2"


async def test_a_damaged_live_file(desk: Desk) -> None:
    """A live file that can't be read is a fault of its job."""
    await work(desk, 1, ended=False)
    name = desk.live_files()[-1]
    path = desk.home / "live" / job_id(1) / name
    flip(path, 40)

    finding = only(desk)

    assert (finding.kind, finding.place) == ("live file", f"live/{job_id(1)}/{name}")
    assert finding.job_id == job_id(1)


@pytest.mark.parametrize(
    ("table", "kind", "what"),
    [
        ("segments", "doubled segments", "1 of its segments have more than one row, first 0"),
        ("calls", "doubled calls", "1 calls have more than one row, first call-1-0"),
        ("errors", "doubled rows", "1 of its errors have more than one row"),
    ],
)
async def test_a_doubled_row(desk: Desk, table: str, kind: str, what: str) -> None:
    """A row that is there twice is a fault of its job; a doubled call breaks the ledger too."""
    await work(desk, 1, ended=True)
    rewrite(desk, table, lambda rows: pa.concat_tables([rows, rows.slice(0, 1)]))

    found = {finding.kind: finding for finding in look(desk).findings}

    assert found.keys() == {kind, "ledger"} if table == "calls" else {kind}
    assert (found[kind].job_id, found[kind].what) == (job_id(1), what)


async def test_a_job_in_two_places(desk: Desk) -> None:
    """A live folder is no double while a sealed group replaces it, and one when none does."""
    await work(desk, 1, ended=True)
    assert (desk.home / "live" / job_id(1)).is_dir()
    assert look(desk).findings == ()

    manifests = ManifestFile(Layout.of(desk.home))
    manifest = manifests.read()
    manifests.change(lambda _: manifest.with_swept(group.group_id for group in manifest.groups))

    found = look(desk).findings
    assert found[0].kind == "doubled job"
    assert found[0].place == ", ".join(
        [f"live/{job_id(1)}", sealed(desk, "jobs").relative_to(desk.home).as_posix()]
    )
    assert {finding.job_id for finding in found} == {job_id(1)}


async def test_a_changed_cost(desk: Desk) -> None:
    """A call whose cost is not what its job was sealed with is a fault, to the last digit."""
    await work(desk, 1, 2, ended=True)

    def dearer(rows: pa.Table) -> pa.Table:
        at = rows.schema.get_field_index("cost_eur")
        costs = rows["cost_eur"].to_pylist()
        costs[rows["call_id"].to_pylist().index("call-2-1")] += Decimal("0.000000000000000001")
        field = rows.schema.field(at)
        return rows.set_column(at, field, pa.array(costs, field.type))

    rewrite(desk, "calls", dearer)

    finding = only(desk)
    assert (finding.kind, finding.job_id) == ("ledger", job_id(2))
    assert finding.what == (
        "its row says cost_eur 0.002800000000000000, its calls 0.002800000000000001"
    )


async def test_changed_tokens(desk: Desk) -> None:
    """Each of the five token classes of a job must be the sum of its calls."""
    await work(desk, 1, ended=True)

    def more(rows: pa.Table) -> pa.Table:
        for column in asdict(TokenUsage()):
            at = rows.schema.get_field_index(column)
            rows = rows.set_column(at, rows.schema.field(at), pc.add(rows[column], 1))
        return rows

    rewrite(desk, "jobs", more)

    assert only(desk).what == (
        "its row says uncached_input_tokens 1601, its calls 1600;"
        " its row says cache_read_tokens 801, its calls 800;"
        " its row says cache_write_5m_tokens 1, its calls 0;"
        " its row says cache_write_1h_tokens 1, its calls 0;"
        " its row says output_tokens 1601, its calls 1600"
    )


async def test_a_call_of_no_segment(desk: Desk) -> None:
    """A call that names a segment its job does not have is a fault, also of a live job."""
    await work(desk, 1, ended=False)
    await desk.lake.commit(job_id(1), calls=[a_call(1, 7, segment_ids=(1, 9))])

    finding = only(desk)

    assert (finding.kind, finding.job_id) == ("calls without segments", job_id(1))
    assert finding.what == "its calls name 1 segments it does not have, first 9"


async def test_a_lost_segment(desk: Desk) -> None:
    """A job with fewer segments than its row says is a fault."""
    await work(desk, 1, ended=True)
    await work(desk, 2, ended=False)
    await desk.lake.commit(job_id(2), job=a_job(2, supervised=True, segment_count=3))

    found = [f for f in look(desk).findings if f.kind == "segment count"]

    assert [(f.job_id, f.what) for f in found] == [
        (job_id(2), "it has 2 segments, and its row says 3")
    ]


async def test_rows_of_no_job(desk: Desk) -> None:
    """Rows of a job that has no row of its own are a fault."""
    await work(desk, 1, 2, ended=True)
    rewrite(desk, "jobs", lambda rows: rows.slice(0, 1))

    found = [f for f in look(desk).findings if f.is_fault]

    assert {(f.kind, f.job_id) for f in found} == {("rows without a job", job_id(2))}
    assert len(found) == 4


async def test_documents(desk: Desk) -> None:
    """A document that is missing or has other content is a fault, told with who needs it."""
    await work(desk, 1, 2, ended=True)
    store = Documents(desk.home)
    source, briefing = store.put(b"Dokument 2"), store.put(b"a briefing")
    (desk.home / "documents" / source[:2] / source).unlink()
    (desk.home / "documents" / briefing[:2] / briefing).write_bytes(b"another")

    found = {finding.kind: finding for finding in look(desk).findings}

    assert found.keys() == {"missing document", "damaged document"}
    assert found["missing document"].job_id == job_id(2)
    assert found["missing document"].place == f"documents/{source[:2]}/{source}"
    assert "2 jobs refer to it" in found["damaged document"].what


async def test_what_is_left_over(desk: Desk) -> None:
    """What nothing refers to is a leftover once it is old, and no fault."""
    await work(desk, 1, ended=True)
    orphan = desk.home / "sealed" / "2026-03-06" / "jobs-x.parquet"
    orphan.write_bytes(b"")
    (desk.home / "staging" / "broken-off.tmp").mkdir()
    (desk.home / "live" / "not a job").mkdir()
    document = Documents(desk.home).put(b"nobody's")
    desk.leases.withdraw([job_id(9)])
    log = BatchLog(desk.home)
    log.begin("night-1", alone({"question-1": job_id(9)}), NOON)
    log.close()

    young = {f.kind for f in look(desk).findings}
    done = look(desk, after=AN_AGE)

    assert young == {"stray folder", "lease", "batch request"}
    assert done.faults == []
    assert {(f.kind, f.place) for f in done.findings} == {
        ("unnamed sealed file", "sealed/2026-03-06/jobs-x.parquet"),
        ("temporary file", "staging/broken-off.tmp"),
        ("stray folder", "live/not a job"),
        ("unreferenced document", f"documents/{document[:2]}/{document}"),
        ("lease", ""),
        ("batch request", ""),
    }


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("manifest.json", "manifest"),
        ("catalog.duckdb", "catalog"),
        ("memory/x.parquet", "import"),
    ],
)
async def test_other_files(desk: Desk, name: str, kind: str) -> None:
    """A damaged manifest, catalog or import is a fault."""
    await work(desk, 1, ended=True)
    path = desk.home / name
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    path.write_bytes(b"{")

    finding = only(desk)

    assert (finding.kind, finding.place, finding.is_fault) == (kind, name, True)


async def test_a_damaged_control_database(desk: Desk) -> None:
    """A database of job control that is none is a fault."""
    await work(desk, 1, ended=True)
    for path in desk.home.glob("control.sqlite*"):
        path.unlink()
    (desk.home / "control.sqlite").write_bytes(b"no database" * 1_000)

    assert only(desk).kind == "control"


async def test_work_at_the_same_time_is_no_fault(desk: Desk) -> None:
    """While jobs are written, folded, sealed, compacted and swept, nothing is found."""
    ended = threading.Event()
    found: list[Verified] = []

    def check() -> None:
        is_last = False
        while not is_last:
            is_last = ended.is_set()
            found.append(look(desk))

    checker = asyncio.create_task(asyncio.to_thread(check))
    while not found:  # noqa: ASYNC110 - a thread is waited for
        await asyncio.sleep(0.01)
    for first in range(1, 25, 4):
        await work(desk, *range(first, first + 4), ended=False)
        await work(desk, *range(first + 100, first + 104), ended=True)
        await asyncio.to_thread(desk.lake.compact, NOON)
        await asyncio.to_thread(desk.lake.sweep, timedelta(seconds=0), datetime.now(UTC))
    ended.set()
    await checker

    assert [done.findings for done in found if done.findings] == []
    assert found[-1].jobs > found[0].jobs
    assert look(desk).findings == ()


def test_no_lake(tmp_path: Path) -> None:
    """Where there is no lake, it is said, and none is made."""
    with pytest.raises(InputError, match="there is no lake here"):
        verify(tmp_path / "nowhere", NOW)
    assert not (tmp_path / "nowhere").exists()
