"""`python -m tests.bench.archive HOME [--jobs N] [--segments N] [--days N]`: a lake of a long time.

It has what a hundred nights leave: a compacted part a day, some sealed groups of the last, and
jobs that are live in several files each. All is written as the lake writes it, but straight away.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from domain.job.job import Job, JobStatus, Step
from domain.job.segment import Segment, SegmentStatus
from storage.control.leases import Leases
from storage.lake import Lake
from storage.layout.documents import Documents
from storage.layout.layout import Layout
from storage.layout.manifest import Group, Manifest, ManifestFile
from storage.readmodel.catalog import publish_catalog
from storage.readmodel.views import put_sentinels
from storage.sealed.sealed_files import write_sealed
from storage.tables.database import arrow_table
from storage.tables.schemas import sealed_schema
from storage.tables.tables import SORTED_BY, TABLES, sealed_columns

FIRST = datetime(2026, 3, 6, 20, tzinfo=UTC)
OWNERS = ("newsroom", "shop", "support")
PACK = 12
"""Segments a request covers; two stages ask for each."""
LIVE_JOBS = 64
LIVE_FILES = 6
LIVE_RUN = "archive"

_ID = (
    "format('{:08x}-{:04x}-7{:03x}-8{:03x}-{:012x}', ms // 65536, ms % 65536,"
    " (n % 4096)::BIGINT, ((n * 7919) % 4096)::BIGINT, n)"
)
_JOBS = f"""
CREATE TABLE made AS
WITH numbers AS (SELECT unnest(range($first, $first + $jobs)) AS n),
moments AS (SELECT n, $ms + 30 * (n - $first) AS ms FROM numbers)
SELECT {_ID} AS job_id, n, ms, make_timestamp(ms * 1000)::TIMESTAMP AT TIME ZONE 'UTC' AS born,
    ['de', 'fr', 'es', 'it', 'pl'][1 + n % 5] AS lang,
    ['newsroom', 'shop', 'support'][1 + n % 3] AS owner
FROM moments
"""
_TABLES = {
    "jobs": """
SELECT job_id, owner, format('docs/{}/page-{}.md', lang, n) AS source_path,
    format('docs/page-{}.md', n) AS output_path, 'markdown' AS format, 'en' AS source_lang,
    lang AS target_lang, $briefing AS briefing, $document AS document,
    sha256(job_id || 'key') AS content_key, born AS created_at, FALSE AS source_review,
    $night AS batch_id,
    CASE WHEN n % 50 = 0 THEN 'needs_review' WHEN n % 70 = 0 THEN 'completed_with_blocks'
        ELSE 'completed' END AS status,
    NULL AS step, 1 AS attempt, FALSE AS attempt_open, NULL AS brief, TRUE AS supervised,
    TRUE AS finalized, $output AS output, $per AS segment_count, 12 * $per AS source_words,
    13 * $per AS target_words, 90 + n % 10 AS qa_score, spent.*,
    TRUE AS simulated, born + INTERVAL 1 HOUR AS started_at, born + INTERVAL 2 HOUR AS finished_at,
    0 AS seq
FROM made JOIN (
    SELECT job_id AS id, sum(uncached_input_tokens) AS uncached_input_tokens,
        sum(cache_read_tokens) AS cache_read_tokens,
        sum(cache_write_5m_tokens) AS cache_write_5m_tokens,
        sum(cache_write_1h_tokens) AS cache_write_1h_tokens,
        sum(output_tokens) AS output_tokens, sum(cost_eur) AS cost_eur
    FROM called GROUP BY ALL
) AS spent ON id = job_id
""",
    "segments": """
SELECT job_id, s AS segment_id,
    CASE WHEN s = 0 AND n % 50 = 0 THEN 'qa_failed' WHEN s = 0 AND n % 70 = 0 THEN 'blocked'
        ELSE 'done' END AS status,
    format('Sentence {} of page {} says how the machine is cleaned, and when, and why.', s, n)
        AS source,
    12 AS words,
    format('Satz {} von Seite {} sagt, wie die Maschine gereinigt wird, wann und warum.', s, n)
        AS translation,
    NULL AS answer, NULL AS candidate,
    CASE WHEN s = 0 AND n % 50 = 0 THEN 60 ELSE 96 END AS qa_score,
    '[]' AS findings, 0 AS retry_count, TRUE AS settled, FALSE AS reviewed, 'claude' AS origin,
    NULL AS error, sha256(format('{} {}', n, s)) AS memory_key, s AS seq
FROM made, unnest(range($per)) AS numbers(s)
""",
    "calls": "SELECT * FROM called",
    "notes": """
SELECT job_id, 0 AS segment_id, 'low_confidence' AS type, 'Two meanings.' AS message,
    'translator' AS step, born AS created_at, FALSE AS retracted, 0 AS seq
FROM made WHERE n % 5 = 0
""",
    "errors": """
SELECT job_id, 0 AS segment_id, 'overloaded_error' AS type, 'Overloaded' AS message,
    'translator' AS step, born AS created_at, 0 AS seq
FROM made WHERE n % 20 = 0
""",
}
_CALLED = """
CREATE TABLE called AS
SELECT format('{}-{}-{}', job_id, stage, pack) AS call_id, job_id, $night AS batch_id, stage,
    CASE stage WHEN 'qa' THEN 'assess' ELSE 'translate' END AS task, 1 AS attempt,
    range(pack * $pack, least((pack + 1) * $pack, $per)) AS segment_ids, 'claude' AS engine,
    CASE stage WHEN 'qa' THEN 'claude-haiku-5-5' ELSE 'claude-sonnet-5-5' END AS model,
    NULL::VARCHAR AS answered_model, 'messages' AS transport,
    400 + n % 100 AS uncached_input_tokens, 3000 AS cache_read_tokens,
    0 AS cache_write_5m_tokens, 0 AS cache_write_1h_tokens, 500 + n % 77 AS output_tokens,
    (0.0105 + (n % 100) / 100000)::DECIMAL(38, 18) AS cost_usd,
    ((0.0105 + (n % 100) / 100000) * 0.8673)::DECIMAL(38, 18) AS cost_eur,
    0.8673::DECIMAL(38, 18) AS eur_per_usd, 'genai-prices 0.2.3' AS price_version,
    repeat('c', 16) AS prompt_version, 2100 + n % 500 AS latency_ms, 'end_turn' AS stop_reason,
    'ok' AS outcome, 'req_' || n AS request_id, TRUE AS simulated,
    born + INTERVAL 1 HOUR AS started_at, row_number() OVER (PARTITION BY job_id) AS seq
FROM made, unnest(['translator', 'qa']) AS stages(stage),
    unnest(range((($per + $pack - 1) // $pack)::BIGINT)) AS packs(pack)
"""


def make(home: Path, jobs: int, segments: int, days: int) -> list[str]:
    """Make the archive; the ids of its sealed jobs.

    Args:
        home: must not be there yet.
        jobs: in sealed files, of all days together.
        segments: of all of them together.
        days: of which the last is not compacted.
    """
    lake = Lake.create(home)
    layout = Layout.of(home)
    put_sentinels(layout)
    stored = stored_in(home)
    groups: list[Group] = []
    for day in range(days):
        count = jobs // days
        at = FIRST + timedelta(days=day)
        made = _day(at, day * count, count, segments // jobs, stored)
        is_last = day == days - 1
        for part in _cut(made, 4 if is_last else 1):
            group = write_sealed(layout, at.date().isoformat(), part)
            groups.append(group if is_last else replace(group, part=True, job_ids=(), swept=True))
    manifest = Manifest(1, tuple(groups))
    ManifestFile(layout).change(lambda _: manifest)
    publish_catalog(layout)
    asyncio.run(_live(lake, home, segments // jobs, stored))
    lake.close()
    with duckdb.connect() as connection:
        files = [str(home / path) for path in manifest.paths("jobs")]
        return [
            row[0]
            for row in connection.execute(
                "SELECT job_id FROM read_parquet($f)", {"f": files}
            ).fetchall()
        ]


def _day(at: datetime, first: int, jobs: int, per: int, stored: dict[str, str]) -> dict[str, Any]:
    wanted: dict[str, Any] = {
        "first": first,
        "jobs": jobs,
        "ms": int(at.timestamp() * 1000),
        "per": per,
        "pack": PACK,
        "night": f"{at.date().isoformat()}-200000-{first % 65536:04x}",
        **stored,
    }
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        _ask(connection, _JOBS, wanted)
        _ask(connection, _CALLED, wanted)
        made = {}
        for table in TABLES:
            columns, order = ", ".join(sealed_columns(table)), ", ".join(SORTED_BY[table])
            source = f"SELECT {columns} FROM ({_TABLES[table]}) ORDER BY {order}"
            rows = arrow_table(connection, source, _named(source, wanted))
            made[table] = rows.cast(sealed_schema(table))
    return made


def _ask(connection: duckdb.DuckDBPyConnection, source: str, wanted: dict[str, Any]) -> Any:
    return connection.execute(source, _named(source, wanted))


def _named(source: str, wanted: dict[str, Any]) -> dict[str, Any]:
    """Those parameters that the statement has."""
    return {name: value for name, value in wanted.items() if f"${name}" in source}


def _cut(made: dict[str, Any], parts: int) -> Sequence[dict[str, Any]]:
    """A day's rows in so many groups of jobs."""
    ids = made["jobs"]["job_id"].to_pylist()
    size = -(-len(ids) // parts)
    bounds = [(ids[at], ids[min(at + size, len(ids)) - 1]) for at in range(0, len(ids), size)]
    found = []
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for first, last in bounds:
            part = {}
            for table, rows in made.items():
                connection.register("rows_of_a_day", rows)
                order = ", ".join(SORTED_BY[table])
                part[table] = arrow_table(
                    connection,
                    "SELECT * FROM rows_of_a_day WHERE job_id BETWEEN $first AND $last"
                    f" ORDER BY {order}",
                    {"first": first, "last": last},
                ).cast(sealed_schema(table))
            found.append(part)
    return found


def stored_in(home: Path) -> dict[str, str]:
    """The documents that all jobs share, put into the home, by what they are."""
    documents = Documents(home)
    return {
        "briefing": documents.put(b"{}"),
        "document": documents.put(b"Sentence.\n\n" * 50),
        "output": documents.put(b"Satz.\n\n" * 50),
    }


def live_id(number: int) -> str:
    """The id of a live job."""
    ms = int((FIRST + timedelta(days=200)).timestamp() * 1000) + number
    return f"{ms >> 16:08x}-{ms & 0xFFFF:04x}-7000-8000-{number:012x}"


async def _live(lake: Lake, home: Path, per: int, stored: dict[str, str]) -> None:
    """Jobs as a run has them: some segments done, some not, in several files each."""
    leases = Leases(home)
    leases.open_run(LIVE_RUN, datetime.now(UTC) + timedelta(days=1))
    for number in range(LIVE_JOBS):
        job = live_job(number, stored)
        lake.submit([job])
        fence = leases.take(job.job_id, LIVE_RUN, datetime.now(UTC))
        assert fence is not None
        lake.hold(job.job_id, fence)
        begun = replace(job, attempt=1, attempt_open=True, supervised=True, segment_count=per)
        begun = replace(begun, status=JobStatus.PROCESSING, step=Step.TRANSLATOR, started_at=FIRST)
        segments = [segment(job.job_id, s, SegmentStatus.PENDING) for s in range(per)]
        await lake.commit(job.job_id, job=begun, segments=segments)
        for at in range(LIVE_FILES):
            done = [segment(job.job_id, s, SegmentStatus.DONE) for s in range(at * 4, at * 4 + 4)]
            await lake.commit(job.job_id, segments=done)
        await lake.let_go(job.job_id)
    leases.close()


def live_job(number: int, stored: dict[str, str]) -> Job:
    """A job that waits."""
    return Job(
        job_id=live_id(number),
        owner=OWNERS[number % 3],
        source_path=f"docs/live-{number}.md",
        output_path=f"docs/live-{number}.md",
        format="markdown",
        source_lang="en",
        target_lang="de",
        briefing=stored["briefing"],
        document=stored["document"],
        content_key=f"live {number}",
        created_at=FIRST + timedelta(days=200),
        source_review=False,
    )


def segment(job_id: str, number: int, status: SegmentStatus) -> Segment:
    """A segment of a live job."""
    done = status is SegmentStatus.DONE
    return Segment(
        job_id=job_id,
        segment_id=number,
        status=status,
        source=f"Sentence {number} says how the machine is cleaned, and when, and why.",
        words=12,
        translation="Der Satz sagt, wie die Maschine gereinigt wird." if done else None,
        qa_score=96.0 if done else None,
    )


def main() -> None:
    """Make one where the command says."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.archive")
    parser.add_argument("home", type=Path)
    parser.add_argument("--jobs", type=int, default=100_000)
    parser.add_argument("--segments", type=int, default=5_000_000)
    parser.add_argument("--days", type=int, default=100)
    arguments = parser.parse_args()
    shutil.rmtree(arguments.home, ignore_errors=True)
    make(arguments.home, arguments.jobs, arguments.segments, arguments.days)


if __name__ == "__main__":
    main()
