"""The catalog, as analysts open it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from conftest import Desk
from lake_samples import NOON, a_call, a_finished_job, a_note, a_segment, an_error, job_id

from domain.errors import InputError
from domain.job.job import JobStatus
from domain.job.night import Left, Night, NightEnd
from storage.lake import Lake
from storage.layout.layout import Layout
from storage.layout.manifest import Manifest, ManifestFile
from storage.layout.nights import Nights
from storage.layout.predictions import keep_predictions
from storage.layout.soundness import sha256_of
from storage.readmodel.catalog import descriptions, write_catalog
from storage.tables.tables import TABLES

DUCKDB = Path(sys.executable).with_name("duckdb")

VIEWS = {
    "jobs": "job_id batch_id owner source_path format source_lang target_lang status current_step"
    " attempt segment_count source_words target_words qa_score input_tokens output_tokens"
    " cache_read_tokens cache_write_tokens cost_eur created_at started_at finished_at",
    "segments": "job_id segment_id status source translation qa_score retry_count origin error",
    "calls": "call_id job_id batch_id stage attempt segment_ids engine model answered_model"
    " transport uncached_input_tokens cache_read_tokens cache_write_5m_tokens cache_write_1h_tokens"
    " output_tokens cost_usd cost_eur eur_per_usd price_version latency_ms stop_reason"
    " request_id started_at",
    "notes": "job_id segment_id type message step created_at",
    "errors": "job_id segment_id type message step created_at",
    "night_jobs": "batch_id job_id status simulated calls cost_usd cost_eur",
    "nights": "batch_id began_at ended_at ended_as simulated jobs calls cost_usd cost_eur",
    "estimates": "job_id estimated_eur",
    "judges": "model source_lang target_lang planted found found_share simulated",
    "cost_by_day": "day cost_usd cost_eur",
    "cost_by_model": "model cost_usd cost_eur",
    "cost_by_language": "source_lang target_lang cost_usd cost_eur",
    "cost_by_stage": "stage cost_usd cost_eur",
    "cost_by_job": "job_id cost_usd cost_eur",
}
"""The views that analysts rely on, and columns they have at least."""


async def two_jobs(desk: Desk) -> None:
    """One job that is sealed and one that is live."""
    desk.take(1, 2)
    for number in (1, 2):
        await desk.lake.commit(
            job_id(number),
            job=a_finished_job(number),
            segments=[a_segment(number)],
            calls=[a_call(number)],
            notes=[
                a_note(number),
                a_note(number, "untrue"),
                a_note(number, "untrue", retracted=True),
            ],
            errors=[an_error(number)],
        )
    desk.lake.seal([job_id(1)])


def ask(home: Path, statement: str, *parameters: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(home / "catalog.duckdb"), read_only=True) as connection:
        return connection.execute(statement, parameters).fetchall()


@pytest.mark.parametrize("view", VIEWS)
async def test_a_view_has_its_columns(desk: Desk, view: str) -> None:
    """A view has the columns that analysts rely on, all with a comment, as it has itself."""
    about, comments = descriptions()[view]
    columns = dict(
        ask(
            desk.home,
            "SELECT column_name, comment FROM duckdb_columns()"
            " WHERE schema_name = 'main' AND table_name = ?",
            view,
        )
    )

    assert set(VIEWS[view].split()) <= columns.keys()
    assert columns == dict(comments)
    found = ask(
        desk.home,
        "SELECT comment FROM duckdb_views() WHERE view_name = ? AND schema_name = 'main'",
        view,
    )
    assert found == [(about,)]


def test_nothing_is_without_a_comment(desk: Desk) -> None:
    """Every view for analysts and every column of one has a comment."""
    columns = "SELECT table_name, column_name FROM duckdb_columns()"
    views = "SELECT view_name FROM duckdb_views() WHERE NOT internal AND schema_name = 'main'"

    assert {(view,) for view in VIEWS} == set(ask(desk.home, views))
    assert [] == ask(desk.home, f"{views} AND coalesce(comment, '') = ''")
    assert [] == ask(
        desk.home,
        f"{columns} WHERE NOT internal AND schema_name = 'main' AND coalesce(comment, '') = ''",
    )


async def test_estimates_are_those_of_jobs(desk: Desk) -> None:
    """What was estimated stands beside its job, at once and exactly; no other job has a row."""
    assert [] == ask(desk.home, "SELECT * FROM estimates")
    await two_jobs(desk)
    keep_predictions(desk.home, {"key-2": Decimal("0.000000000000000001"), "key-9": Decimal("1.5")})

    assert [(job_id(2), Decimal("0.000000000000000001"))] == ask(
        desk.home, "SELECT job_id, estimated_eur FROM estimates"
    )


async def test_rows_are_there_once_sealed_or_live(desk: Desk) -> None:
    """Each view shows sealed and live rows, each once, before and after a sweep."""
    await two_jobs(desk)

    for _ in range(2):
        for view in ("jobs", "segments", "calls", "notes", "errors", "cost_by_job"):
            assert [(job_id(1),), (job_id(2),)] == ask(
                desk.home, "SELECT job_id FROM query_table(?) ORDER BY job_id", view
            )
        desk.lake.sweep(timedelta(0), datetime.now(UTC) + timedelta(hours=1))


async def test_calls_of_an_older_version_name_no_night(desk: Desk) -> None:
    """A sealed file from before calls named their night is read beside newer ones."""
    await two_jobs(desk)
    _drop_columns(desk.home, "calls", ["batch_id", "answered_model"])
    named = {"batch_id": "night-2", "answered_model": "claude-sonnet-5-5-20260901"}
    await desk.lake.commit(job_id(2), calls=[a_call(2, 1, **named)])
    write_catalog(desk.home)

    assert [(job_id(1), None, None), (job_id(2), None, None), (job_id(2), *named.values())] == ask(
        desk.home, "SELECT job_id, batch_id, answered_model FROM calls ORDER BY call_id"
    )


def _drop_columns(home: Path, table: str, names: list[str]) -> None:
    """Have the sealed files of a table be such as an earlier version wrote."""

    def without(manifest: Manifest) -> Manifest:
        groups = []
        for group in manifest.groups:
            file = group.files[table]
            rows = pq.read_table(home / file.path).drop_columns(names)
            pq.write_table(rows, home / file.path)
            older = replace(file, columns=rows.num_columns, sha256=sha256_of(home / file.path))
            groups.append(replace(group, files={**group.files, table: older}))
        return replace(manifest, version=manifest.version + 1, groups=tuple(groups))

    ManifestFile(Layout.of(home)).change(without)


async def test_a_night_has_what_it_asked(desk: Desk) -> None:
    """A job that two nights worked on counts in each with what that one asked; the sum is whole."""
    desk.take(1, 2)
    nights = Nights(desk.home)
    first = Night("night-1", NOON, "claude", "messages", simulated=False)
    nights.begin(first)
    await desk.lake.commit(job_id(1), calls=[a_call(1, 0, batch_id="night-1")])
    left = (Left(job_id(1), JobStatus.FAILED),)
    over = {"ended_at": NOON + timedelta(hours=1), "ended_as": NightEnd.OVER_BUDGET}
    nights.end(replace(first, left=left, reason="the budget is up", **over))
    nights.begin(replace(first, batch_id="night-2", began_at=NOON + timedelta(days=1)))
    done = a_finished_job(1, batch_id="night-2")
    cheap = {"cost_usd": Decimal("0.0002"), "cost_eur": Decimal("0.0001")}
    await desk.lake.commit(job_id(1), job=done, calls=[a_call(1, 1, batch_id="night-2", **cheap)])
    await desk.lake.commit(job_id(2), job=a_finished_job(2, batch_id="night-2"))
    desk.lake.seal([job_id(1)])

    assert [
        ("night-1", 1, "over_budget", "the budget is up", Decimal("0.0014")),
        ("night-2", 2, None, None, Decimal("0.0001")),
    ] == ask(desk.home, "SELECT batch_id, jobs, ended_as, reason, cost_eur FROM nights")
    assert [
        ("night-1", job_id(1), "failed", 1),
        ("night-2", job_id(1), "completed", 1),
        ("night-2", job_id(2), "completed", 0),
    ] == ask(desk.home, "SELECT batch_id, job_id, status, calls FROM night_jobs ORDER BY ALL")


async def test_calls_that_name_no_night(desk: Desk) -> None:
    """They count for the night that took their job up last, unless that is one of the recorded."""
    desk.take(1, 2)
    Nights(desk.home).begin(Night("night-9", NOON, "claude", "messages", simulated=False))
    for number, night in ((1, "night-1"), (2, "night-9")):
        job = a_finished_job(number, batch_id=night)
        await desk.lake.commit(job_id(number), job=job, calls=[a_call(number)])

    assert [("night-1", 1, 1), ("night-9", 1, 0), (None, 1, 1)] == ask(
        desk.home, "SELECT batch_id, jobs, calls FROM nights"
    )


async def test_costs_by_language_count_words_once(desk: Desk) -> None:
    """Words and jobs of a language pair are counted once, however many calls were made."""
    await two_jobs(desk)
    await desk.lake.commit(job_id(2), calls=[a_call(2, 1)])

    assert [("de", "en", 2, 16, 3, 3600, 2400, Decimal("0.0042"))] == ask(
        desk.home,
        "SELECT source_lang, target_lang, jobs, source_words, calls, input_tokens, output_tokens,"
        " cost_eur FROM cost_by_language",
    )


async def test_a_day_of_the_catalog_is_one_of_utc(desk: Desk) -> None:
    """A day of `cost_by_day` is one of UTC, whatever zone the analyst is in."""
    desk.take(1)
    late = NOON + timedelta(hours=11, minutes=59)
    await desk.lake.commit(job_id(1), calls=[a_call(started_at=late)])

    with duckdb.connect(str(desk.home / "catalog.duckdb"), read_only=True) as connection:
        connection.execute("SET TimeZone = 'Pacific/Auckland'")
        assert connection.execute("SELECT day::VARCHAR FROM cost_by_day").fetchone() == (
            "2026-03-06",
        )


async def test_the_shell_opens_it_from_anywhere(desk: Desk, tmp_path: Path) -> None:
    """DuckDB's own shell opens it read-only, from any folder, while jobs are written."""
    await two_jobs(desk)

    done = subprocess.run(  # noqa: ASYNC221 - the shell of our own environment
        [
            DUCKDB,
            "-readonly",
            "-json",
            desk.home / "catalog.duckdb",
            "SELECT job_id, cost_eur::VARCHAR AS cost FROM cost_by_job",
        ],
        cwd=tmp_path,
        capture_output=True,
        check=True,
        text=True,
    )

    cost = "0.001400000000000000"
    assert [{"job_id": job_id(n), "cost": cost} for n in (1, 2)] == json.loads(done.stdout)


async def test_it_can_be_published_under_open_readers(desk: Desk) -> None:
    """Publishing it anew disturbs nobody who has it open; its mode keeps writers out."""
    with duckdb.connect(str(desk.home / "catalog.duckdb"), read_only=True) as before:
        await two_jobs(desk)
        assert before.execute("SELECT count(*) FROM jobs").fetchone() == (2,)

    assert (desk.home / "catalog.duckdb").stat().st_mode & 0o777 == 0o400
    assert list(desk.home.glob("*.tmp")) == []


async def test_it_can_be_written_elsewhere(desk: Desk, tmp_path: Path) -> None:
    """It can be written to a file of the analyst's choice, and reads the same."""
    await two_jobs(desk)

    file = write_catalog(desk.home, tmp_path / "mine.duckdb")

    with duckdb.connect(str(file), read_only=True) as connection:
        assert connection.execute("SELECT count(*) FROM jobs").fetchone() == (2,)


async def test_it_takes_no_other_files_place(desk: Desk, tmp_path: Path) -> None:
    """A file that is no catalog stays, be it a document or a database; a catalog is replaced."""
    document, database = tmp_path / "thesis.md", tmp_path / "mine.duckdb"
    document.write_text("Years of work")
    with duckdb.connect(str(database)) as connection:
        connection.execute("CREATE TABLE years AS SELECT 'of work' AS work")

    for file in (document, database, tmp_path):
        with pytest.raises(InputError, match="there is something else at this place"):
            write_catalog(desk.home, file)
    with pytest.raises(InputError, match="there is no folder"):
        write_catalog(desk.home, tmp_path / "none" / "c.duckdb")

    assert "Years of work" == document.read_text()
    with duckdb.connect(str(database), read_only=True) as connection:
        assert connection.execute("SELECT work FROM years").fetchone() == ("of work",)
    write_catalog(desk.home, tmp_path / "c.duckdb")
    write_catalog(desk.home, tmp_path / "c.duckdb")


async def test_a_home_of_any_name_opens(tmp_path: Path) -> None:
    """A home whose name holds quotes, braces or what patterns are made of is like any other."""
    desk = Desk(tmp_path / "it's [a] {home} *")
    await two_jobs(desk)

    assert [(job_id(1),), (job_id(2),)] == ask(desk.home, "SELECT job_id FROM jobs ORDER BY 1")
    assert len([desk.lake.load(job_id(number)) for number in (1, 2)]) == 2
    desk.lake.close()
    desk.leases.close()


def test_a_catalog_reads_its_own_home_alone(tmp_path: Path) -> None:
    """Where a process publishes those of several homes, each names the files of its own."""
    homes = [tmp_path / "one", tmp_path / "two"]
    for home in homes:
        Lake.create(home).close()

    for home in homes:
        views = dict(
            ask(home, "SELECT view_name, sql FROM duckdb_views() WHERE schema_name = 'lake'")
        )
        named = {name: re.findall(r"'(/[^']+)'", str(sql)) for name, sql in views.items()}
        reading = {name for name, files in named.items() if files}
        assert reading == {
            "live",
            "nights",
            "estimates",
            "trials",
            *(f"sealed_{table}" for table in TABLES),
        }
        assert [] == [f for files in named.values() for f in files if not f.startswith(f"{home}/")]
