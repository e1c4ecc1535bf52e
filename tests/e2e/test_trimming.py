"""Prefect's server trims its own database."""

from __future__ import annotations

import json
import os
import sqlite3
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.prefect import server_process

TABLES = ("flow_run", "flow_run_state", "task_run", "log", "artifact")
OLD = 40
ROOM = "x" * 20_000


@pytest.fixture
def trimmed(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A server that looks every second for what is too old: its API and its database."""
    environ = {**os.environ, "PREFECT_SERVER_SERVICES_DB_VACUUM_LOOP_SECONDS": "1"}
    server = server_process.start(tmp_path, None, environ, owner=None)
    yield server.url, tmp_path / "prefect" / "prefect.db"
    server_process.stop(tmp_path, server)


def put(url: str, body: Any) -> Any:
    request = urllib.request.Request(
        url, json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    while True:
        try:
            with urllib.request.urlopen(request, timeout=120) as reply:
                text = reply.read()
        except urllib.error.HTTPError as error:
            if error.code != 503:
                raise
            # Its database is busy; Prefect's own client asks again too.
            time.sleep(0.5)
        else:
            return json.loads(text) if text else None


def a_run(api: str, flow_id: str) -> str:
    """A flow run that ended, with a task run, a log line and an artifact."""
    run = {"flow_id": flow_id, "state": {"type": "COMPLETED"}}
    run_id: str = put(f"{api}/flow_runs/", run)["id"]
    task = {"flow_run_id": run_id, "task_key": "t", "dynamic_key": "0"}
    put(f"{api}/task_runs/", task)
    put(f"{api}/artifacts/", {"flow_run_id": run_id, "type": "markdown", "data": ROOM})
    moment = datetime.now(UTC).isoformat()
    line = {"name": "x", "level": 20, "message": "m", "timestamp": moment, "flow_run_id": run_id}
    put(f"{api}/logs/", [line])
    return run_id


def rows(database: Path) -> dict[str, int]:
    with closing(sqlite3.connect(database, timeout=120)) as connection:
        return {
            table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in TABLES
        }


def pragma(database: Path, name: str) -> int:
    with closing(sqlite3.connect(database, timeout=120)) as connection:
        return int(connection.execute(f"PRAGMA {name}").fetchone()[0])


def age(database: Path, *run_ids: str) -> None:
    """Let runs have ended 40 days ago."""
    ended = datetime.now(UTC) - timedelta(days=OLD)
    changes = [(ended.strftime("%Y-%m-%d %H:%M:%S.%f"), id_) for id_ in run_ids]
    with closing(sqlite3.connect(database, timeout=120)) as connection, connection:
        connection.executemany("UPDATE flow_run SET end_time = ? WHERE id = ?", changes)


def awaited(database: Path, *tables: str, count: int) -> None:
    """Wait until each of these tables has so many rows."""
    while {count} != {rows(database)[table] for table in tables}:
        time.sleep(0.25)


def test_old_runs_go(trimmed: tuple[str, Path]) -> None:
    """Runs that ended a month ago go with all that is theirs; others stay, and room is reused."""
    api, database = trimmed
    flow_id = put(f"{api}/flows/", {"name": "a-flow"})["id"]
    old = [a_run(api, flow_id) for _ in range(20)]
    a_run(api, flow_id)
    awaited(database, "flow_run", "task_run", "log", "artifact", count=21)

    age(database, *old)
    awaited(database, *TABLES, count=1)

    pages, free = pragma(database, "page_count"), pragma(database, "freelist_count")
    assert free * pragma(database, "page_size") > 20 * len(ROOM) * 0.8
    for _ in range(10):
        a_run(api, flow_id)
    awaited(database, "log", count=11)
    assert pragma(database, "page_count") == pages
