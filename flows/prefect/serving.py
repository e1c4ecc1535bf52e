"""`python -P -m flows.prefect.serving …`: Prefect's own command, whose SQLite is waited for less.

Prefect has a connection wait 60 s for another that writes. While one waits, Python may clear away
a cursor of it in the thread of the event loop, which then stands still until the wait is over, and
with it the one that writes: seen with two nights at once, minutes in all. A short wait ends with
503, which clients ask again.
"""

from __future__ import annotations

import os
import runpy

from sqlalchemy import Connection, Engine, event

from flows.prefect.server_end import watch

BUSY_MS = 1_000


@event.listens_for(Engine, "begin")
def _wait_less(connection: Connection) -> None:
    if connection.dialect.name == "sqlite" and "nightdesk_busy_ms" not in connection.info:
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {BUSY_MS}")
        connection.info["nightdesk_busy_ms"] = BUSY_MS


if __name__ == "__main__":
    watch(os.environ)
    runpy.run_module("prefect", run_name="__main__", alter_sys=True)
