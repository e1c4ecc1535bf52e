"""How `control.sqlite` came to have its tables: one named step from each version to the next.

The version of a file is SQLite's `user_version`: how many of these steps it has seen. A file of an
earlier version is carried over by the steps that it lacks, in one transaction. A step that is on
the main branch never changes, since there are files that have seen it: what is to be otherwise is
one step more. Each table has a last column `sum`, a BLOB: see `storage.control.row_sums`.
"""

from __future__ import annotations

from typing import NamedTuple


class Step(NamedTuple):
    """A step: what it brought, in words, and the statements that bring it."""

    name: str
    statements: str


STEPS = (
    Step(
        "leases, keys and submissions",
        """
        CREATE TABLE IF NOT EXISTS runs (
            run_id TEXT PRIMARY KEY,
            host TEXT NOT NULL,
            pid INTEGER NOT NULL,
            process_started REAL NOT NULL,
            heartbeat REAL NOT NULL,
            closed INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        CREATE TABLE IF NOT EXISTS leases (
            job_id TEXT PRIMARY KEY,
            fence INTEGER NOT NULL,
            run_id TEXT
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS leases_of_run ON leases (run_id) WHERE run_id IS NOT NULL;
        CREATE TABLE IF NOT EXISTS keys (
            hash BLOB PRIMARY KEY,
            name TEXT NOT NULL,
            created_at TEXT NOT NULL,
            revoked_at TEXT
        ) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX IF NOT EXISTS key_of_name ON keys (name) WHERE revoked_at IS NULL;
        CREATE TABLE IF NOT EXISTS submissions (
            owner TEXT NOT NULL,
            content_key TEXT NOT NULL,
            job_id TEXT NOT NULL,
            PRIMARY KEY (owner, content_key)
        ) STRICT, WITHOUT ROWID
        """,
    ),
    Step(
        "the log of batches",
        """
        CREATE TABLE batches (
            key TEXT PRIMARY KEY,
            batch_id TEXT,
            begun_at TEXT NOT NULL,
            count INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE batch_items (
            custom_id TEXT PRIMARY KEY,
            job_id TEXT NOT NULL,
            key TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX batch_items_of_job ON batch_items (job_id);
        CREATE INDEX batch_items_of_batch ON batch_items (key)
        """,
    ),
    Step("owners of keys", "ALTER TABLE keys ADD COLUMN owner TEXT"),
    Step(
        "webhooks",
        """
        CREATE TABLE webhooks (
            owner TEXT PRIMARY KEY,
            url TEXT NOT NULL,
            secret TEXT NOT NULL,
            created_at TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE deliveries (
            event_id TEXT PRIMARY KEY,
            owner TEXT NOT NULL,
            body BLOB NOT NULL,
            tries INTEGER NOT NULL DEFAULT 0,
            tried_at TEXT,
            next_at TEXT,
            error TEXT
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX deliveries_due ON deliveries (next_at) WHERE next_at IS NOT NULL
        """,
    ),
    Step(
        "terms of a night",
        """
        CREATE TABLE terms (
            night TEXT NOT NULL,
            owner TEXT NOT NULL,
            source_lang TEXT NOT NULL,
            target_lang TEXT NOT NULL,
            domain TEXT NOT NULL,
            term TEXT NOT NULL,
            translation TEXT NOT NULL,
            document TEXT NOT NULL,
            at REAL NOT NULL,
            PRIMARY KEY (night, owner, source_lang, target_lang, domain, term)
        ) STRICT, WITHOUT ROWID
        """,
    ),
    Step(
        "first uses of terms and texts, in the place of terms of a night",
        """
        DROP TABLE IF EXISTS terms;
        CREATE TABLE first_uses (
            key BLOB PRIMARY KEY,
            translation TEXT NOT NULL,
            document TEXT NOT NULL,
            content_key TEXT NOT NULL,
            at REAL NOT NULL
        ) STRICT, WITHOUT ROWID
        """,
    ),
    Step(
        "facts about the lake",
        """
        CREATE TABLE facts (
            name TEXT PRIMARY KEY,
            value TEXT NOT NULL
        ) STRICT, WITHOUT ROWID
        """,
    ),
    Step(
        "a checksum of each row, and the newest file of a job that was let go",
        """
        ALTER TABLE leases ADD COLUMN tip TEXT;
        ALTER TABLE runs ADD COLUMN sum BLOB;
        ALTER TABLE leases ADD COLUMN sum BLOB;
        ALTER TABLE keys ADD COLUMN sum BLOB;
        ALTER TABLE webhooks ADD COLUMN sum BLOB;
        ALTER TABLE deliveries ADD COLUMN sum BLOB;
        ALTER TABLE submissions ADD COLUMN sum BLOB;
        ALTER TABLE batches ADD COLUMN sum BLOB;
        ALTER TABLE batch_items ADD COLUMN sum BLOB;
        ALTER TABLE first_uses ADD COLUMN sum BLOB;
        ALTER TABLE facts ADD COLUMN sum BLOB
        """,
    ),
    Step(
        "a run's process by what no setting of the clock moves",
        """
        ALTER TABLE runs DROP COLUMN process_started;
        ALTER TABLE runs ADD COLUMN process TEXT
        """,
    ),
    Step(
        "kills that a job was under way at, without a commit between them",
        "ALTER TABLE leases ADD COLUMN kills INTEGER",
    ),
    Step(
        "questions about several documents in one request of a batch",
        "ALTER TABLE batch_items ADD COLUMN sent TEXT",
    ),
)

VERSION = len(STEPS)
"""The version of the files that this Nightdesk writes, and the highest it can read."""
