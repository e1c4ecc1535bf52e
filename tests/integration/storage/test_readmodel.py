"""What programs ask of a lake."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from conftest import Desk
from lake_samples import NOON, a_call, a_finished_job, a_job, a_segment, job_id

import storage
from domain.errors import InputError, LakeError
from domain.job.job import JobStatus
from domain.usage import TokenUsage
from storage.layout.documents import Documents
from storage.layout.layout import Layout
from storage.readmodel.readmodel import ReadModel
from storage.readmodel.views import create_lake_views, put_sentinels

SQL = Path(storage.__file__).parent / "sql"


async def a_night(desk: Desk) -> None:
    """Two jobs into two languages, one of them sealed, and one job queued."""
    desk.take(1, 2, 3)
    opus = TokenUsage(100, 20, 3, 4, 50)
    await desk.lake.commit(
        job_id(1),
        job=a_finished_job(1),
        calls=[a_call(1, 0), a_call(1, 1, started_at=NOON + timedelta(hours=11, minutes=59))],
    )
    await desk.lake.commit(
        job_id(2),
        job=a_job(2, target_lang="fr", status=JobStatus.PROCESSING, attempt=1),
        segments=[a_segment(2)],
        calls=[
            a_call(2, stage="qa", model="claude-haiku-5-5", cost_eur=Decimal("0.1"), usage=opus),
            a_call(2, 1, started_at=NOON + timedelta(hours=12)),
        ],
    )
    desk.lake.seal([job_id(1)])


@pytest.mark.parametrize(
    "text", ["nope", "", "..", "../../etc/passwd", "a/b", "x" * 5000, "*", "a\0b", "\ud800", "'"]
)
def test_an_id_that_is_none_is_not_found(reads: ReadModel, text: str) -> None:
    """An id that no job bears, or can bear, is not found and raises nothing."""
    assert reads.record(text) is None
    assert not reads.held(text)


async def test_jobs_are_listed_sealed_and_live(desk: Desk, reads: ReadModel) -> None:
    """All jobs are listed, sealed and live, with their money; or those of one status."""
    await a_night(desk)

    jobs = reads.jobs()

    assert [job_id(1), job_id(2), job_id(3)] == [job.job_id for job in jobs]
    assert [Decimal("0.0028"), Decimal("0.1014"), Decimal(0)] == [job.cost_eur for job in jobs]
    assert TokenUsage(900, 420, 3, 4, 850) == jobs[1].usage
    assert [jobs[1]] == reads.jobs(JobStatus.PROCESSING)
    assert [a_job(3)] == reads.jobs(JobStatus.QUEUED)


async def test_costs_are_summed_by_what_is_asked(desk: Desk, reads: ReadModel) -> None:
    """Costs are sums over the ledger, by the dimensions asked for and in their order."""
    await a_night(desk)

    assert [
        {
            "target_lang": "en",
            "model": "claude-sonnet-5-5",
            "calls": 2,
            "input_tokens": 2400,
            "output_tokens": 1600,
            "cache_read_tokens": 800,
            "cache_write_tokens": 0,
            "cost_usd": Decimal("0.003228364"),
            "cost_eur": Decimal("0.0028"),
        },
        {
            "target_lang": "fr",
            "model": "claude-haiku-5-5",
            "calls": 1,
            "input_tokens": 127,
            "output_tokens": 50,
            "cache_read_tokens": 20,
            "cache_write_tokens": 7,
            "cost_usd": Decimal("0.001614182"),
            "cost_eur": Decimal("0.1"),
        },
        {
            "target_lang": "fr",
            "model": "claude-sonnet-5-5",
            "calls": 1,
            "input_tokens": 1200,
            "output_tokens": 800,
            "cache_read_tokens": 400,
            "cache_write_tokens": 0,
            "cost_usd": Decimal("0.001614182"),
            "cost_eur": Decimal("0.0014"),
        },
    ] == reads.costs(["target_lang", "model"])


async def test_a_lake_without_live_jobs_reads_the_same(desk: Desk, reads: ReadModel) -> None:
    """Jobs and costs of sealed jobs are the same beside a live one, and without any."""
    await a_night(desk)
    beside = reads.jobs()[0], reads.costs(["job", "stage"])
    for number in (2, 3):
        await desk.lake.commit(job_id(number), job=a_finished_job(number))
        await desk.lake.let_go(job_id(number))

    desk.lake.seal([job_id(2), job_id(3)])

    assert [] == desk.lake.live_ids()
    assert [job_id(1), job_id(2), job_id(3)] == [job.job_id for job in reads.jobs()]
    assert beside == (reads.jobs()[0], reads.costs(["job", "stage"]))


async def test_a_day_of_costs_is_one_of_utc(desk: Desk, reads: ReadModel) -> None:
    """A day is one of UTC, and `since` leaves out what was before it."""
    await a_night(desk)

    by_day = reads.costs(["day"])
    assert [(date(2026, 3, 6), 3), (date(2026, 3, 7), 1)] == [
        (row["day"], row["calls"]) for row in by_day
    ]
    assert [by_day[1]] == reads.costs(["day"], since=date(2026, 3, 7))
    assert [row["calls"] for row in reads.costs()] == [4]


def test_an_unknown_dimension_is_an_error(reads: ReadModel) -> None:
    """What costs can't be told apart by is an error that names what they can."""
    with pytest.raises(InputError, match="'weather' is not known; known are day, model"):
        reads.costs(["day", "weather"])


def test_an_empty_lake_is_empty(tmp_path: Path) -> None:
    """A home that is not there yet reads as an empty lake."""
    reads = ReadModel(tmp_path / "new")

    assert reads.jobs() == []
    assert reads.costs(["day"]) == []
    assert reads.record(job_id(1)) is None
    reads.close()


async def test_a_finished_document_is_read(desk: Desk, reads: ReadModel) -> None:
    """A job's output is its assembled document; there is none before."""
    sha256 = Documents(desk.home).put(b"Quality speaks.")

    assert reads.output(a_job(output=sha256)) == b"Quality speaks."
    assert reads.output(a_job()) is None


async def test_a_held_job_is_known(desk: Desk, reads: ReadModel) -> None:
    """A job that a living run has is held, until it is given back."""
    desk.take(1)
    assert reads.held(job_id(1))
    assert {job_id(1)} == reads.held_of([job_id(1), job_id(2), "no id"])

    desk.leases.release(job_id(1), "night")
    assert not reads.held(job_id(1))


async def test_damaged_files_are_an_error(desk: Desk, reads: ReadModel) -> None:
    """A job whose file is damaged is an error that names the job, not a job that is missing."""
    desk.take(1)
    (file,) = (desk.home / "live" / job_id(1)).iterdir()
    file.write_bytes(b"PAR1 is how it begins, and how it ends PAR1")

    with pytest.raises(LakeError, match=job_id(1)):
        reads.record(job_id(1))


async def test_many_threads_read_at_once(desk: Desk, reads: ReadModel) -> None:
    """One read-model serves many threads at once."""
    await a_night(desk)

    with ThreadPoolExecutor(8) as threads:
        records = list(threads.map(reads.record, [job_id(1), job_id(2), job_id(3)] * 20))

    assert len({record.job.job_id for record in records if record is not None}) == 3
    assert len([record for record in records if record is not None]) == 60


async def test_costs_by_night_and_apart_from_rehearsals(desk: Desk, reads: ReadModel) -> None:
    """Each night has what it asked; rehearsals have rows of their own, or can be left out."""
    desk.take(1)
    await desk.lake.commit(
        job_id(1),
        calls=[
            a_call(1, 0, batch_id="night-1"),
            a_call(1, 1, batch_id="night-2"),
            a_call(1, 2, batch_id="night-2"),
            a_call(1, 3, batch_id="night-3", simulated=True),
        ],
    )

    found = reads.costs(["batch_id", "simulated"])
    assert [("night-1", False, 1), ("night-2", False, 2), ("night-3", True, 1)] == [
        (row["batch_id"], row["simulated"], row["calls"]) for row in found
    ]
    assert [3] == [row["calls"] for row in reads.costs(simulated=False)]


@pytest.mark.parametrize("path", sorted(SQL.glob("*.sql")), ids=lambda path: path.stem)
def test_a_statement_is_understood(tmp_path: Path, path: Path) -> None:
    """DuckDB can explain each statement over an empty lake."""
    text = path.read_text()
    layout = Layout.of(tmp_path)
    layout.make()
    put_sentinels(layout)
    known = {
        "files": [str(layout.home / "live" / "_none" / "none.parquet")],
        "status": None,
        "by": ["day"],
        "since": datetime(2026, 3, 6, tzinfo=UTC),
        "until": None,
        "owner": None,
        "simulated": False,
        "nights": ["night-1"],
    }
    with duckdb.connect() as connection:
        create_lake_views(connection, layout)
        parameters = {name: value for name, value in known.items() if f"${name}" in text}
        plan = connection.execute(f"EXPLAIN {text}", parameters).fetchall()

    assert plan


def stored_in(home: Path, folder: str) -> list[Path]:
    """The files below the folders of a name, in order."""
    return sorted(home.rglob(f"{folder}/**/*.parquet"))


@pytest.mark.parametrize("sealed", [False, True])
async def test_of_anothers_job_nothing_is_read_but_whose_it_is(
    desk: Desk, reads: ReadModel, tmp_path: Path, sealed: bool
) -> None:
    """Another's job is as one that is not there, and takes no reading of what is in it."""
    desk.take(1)
    await desk.lake.commit(job_id(1), job=a_finished_job(1), segments=[a_segment(1)])
    if sealed:
        desk.lake.seal([job_id(1)])
        large = [path for path in stored_in(tmp_path, "sealed") if path.name.startswith("segments")]
    else:
        large = stored_in(tmp_path, job_id(1))[1:]
    assert large
    owner = a_job(1).owner
    found = reads.record(job_id(1), owner=owner)
    assert found is not None
    assert owner == found.job.owner

    for path in large:
        path.write_bytes(b"nothing that can be read")
    fresh = ReadModel(desk.home)
    try:
        assert fresh.record(job_id(1), owner="someone else") is None
        with pytest.raises(LakeError, match="is not what was"):
            fresh.record(job_id(1), owner=owner)
    finally:
        fresh.close()
