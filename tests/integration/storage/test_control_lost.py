"""What is entered in job control can't go, or become another, without a word."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import pytest
from conftest import Desk
from lake_samples import NOON, a_segment, job_id
from test_verifying import look, only, work

from domain.errors import InputError, LakeError, LakeTooNew
from storage.control.batch_log import BatchLog
from storage.control.first_uses import FirstUses, Use
from storage.control.keys import Caller, Keys
from storage.control.leases import Leases
from storage.control.sqlite import Control, ControlLost
from storage.control.steps import STEPS
from storage.control.submissions import Submissions
from storage.control.webhooks import Webhooks
from storage.lake import Lake
from storage.readmodel.readmodel import ReadModel
from storage.verify.control_anew import make_anew
from tests.sent import alone


def removed(home: Path) -> None:
    for path in home.glob("control.sqlite*"):
        path.unlink()


def closed(desk: Desk) -> None:
    desk.lake.close()
    desk.leases.close()


def filled(home: Path) -> None:
    """A row or two of every table."""
    with closing(Keys(home)) as keys:
        keys.add("anna", NOON, owner="anna")
    with closing(Webhooks(home)) as webhooks:
        webhooks.add("anna", "https://example.org", NOON)
    with closing(Leases(home)) as leases:
        leases.open_run("night", NOON)
        leases.take(job_id(1), "night", NOON)
        leases.heartbeat("night", NOON)
    with closing(Submissions(home)) as submissions:
        submissions.claim("anna", {"k": job_id(1)})
    with closing(BatchLog(home)) as log:
        log.begin("batch", alone({"question": job_id(1)}), NOON)
        log.name("batch", "msgbatch_1")
    with closing(FirstUses(home, simulated=False, now=NOON)) as uses:
        uses.settle({"ab": Use("Haus", "a.txt", "k")}, NOON)
        uses.settle({"ab": Use("Heim", "a.txt", "k")}, NOON)
    with closing(Control(home)) as control:
        control.rows("INSERT INTO deliveries (event_id, owner, body) VALUES ('e', 'anna', x'00')")


@pytest.mark.parametrize("entry", ["jobs", "status", "seal"])
async def test_a_database_that_is_gone_is_no_new_one(desk: Desk, entry: str) -> None:
    """Where a home has jobs and no control.sqlite, nothing begins a new one by itself."""
    await work(desk, 1, ended=entry == "seal")
    closed(desk)
    (desk.home / "control.json").unlink()
    removed(desk.home)

    for opened in (Leases, Keys, Submissions, BatchLog, Webhooks, ReadModel):
        with pytest.raises(ControlLost, match="is missing, though the home has"):
            opened(desk.home)
    assert list(desk.home.glob("control.sqlite*")) == []


def test_keys_alone_are_missed_too(tmp_path: Path) -> None:
    """A home without jobs that had keys knows that it had them."""
    with closing(Keys(tmp_path)) as keys:
        keys.add("anna", NOON, owner="anna")
    removed(tmp_path)
    (tmp_path / "control.sqlite").touch()

    with pytest.raises(ControlLost, match="is missing"):
        Keys(tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        lambda home: Keys(home).add("bert", NOON, owner="bert"),
        lambda home: Keys(home).revoke("anna", NOON),
        lambda home: Webhooks(home).add("bert", "https://example.org", NOON),
        lambda home: Webhooks(home).remove("anna"),
        lambda home: Leases(home).open_run("night 2", NOON),
        lambda home: Submissions(home).claim("anna", {"l": job_id(2)}),
        lambda home: BatchLog(home).begin("later", alone({"question 2": job_id(1)}), NOON),
    ],
)
def test_an_older_database_is_refused(tmp_path: Path, change: Callable[[Path], object]) -> None:
    """A copy from before a key, a webhook, a run, a batch or a submission is refused."""
    home, copy = tmp_path / "home", tmp_path / "copy.sqlite"
    filled(home)
    shutil.copy(home / "control.sqlite", copy)
    change(home)
    removed(home)
    shutil.copy(copy, home / "control.sqlite")

    with pytest.raises(ControlLost, match=r"is older than the home: it lacks the last 1 of \d+ ch"):
        Control(home)


def test_what_changed_nothing_is_not_counted(tmp_path: Path) -> None:
    """A submission that was there already leaves a copy from before it as good as the original."""
    filled(tmp_path)
    before = (tmp_path / "control.json").read_bytes()
    with closing(Submissions(tmp_path)) as submissions:
        submissions.claim("anna", {"k": job_id(2)})

    assert (tmp_path / "control.json").read_bytes() == before


def test_every_table_has_sums(tmp_path: Path) -> None:
    """Rows of every table bear their checksum, however they were written, and none is wrong."""
    filled(tmp_path)

    with closing(Control(tmp_path)) as control:
        tables = control.rows("SELECT name FROM sqlite_schema WHERE type = 'table'")
        for (table,) in tables:
            (counted,) = control.rows(f"SELECT count(*), count(sum) FROM {table}")
            assert counted[0] == counted[1] > 0, table
        assert control.faults() == []
        assert len(tables) == 10


CHANGES = {
    "runs": "heartbeat = heartbeat + 1",
    "leases": "fence = fence + 1",
    "keys": "owner = 'bert'",
    "webhooks": "url = 'https://evil.org'",
    "deliveries": "next_at = '2026'",
    "submissions": "job_id = 'another'",
    "batches": "batch_id = NULL",
    "batch_items": "job_id = 'another'",
    "first_uses": "translation = 'Hans'",
    "facts": "value = '99' WHERE name = 'changes'",
}


@pytest.mark.parametrize("table", CHANGES)
async def test_a_row_that_changed_by_itself(desk: Desk, table: str) -> None:
    """A row of job control that is not what was written is a fault, told with table and key."""
    await work(desk, 1, ended=False)
    filled(desk.home)
    with closing(sqlite3.connect(desk.home / "control.sqlite")) as other, other:
        other.execute(f"UPDATE {table} SET {CHANGES[table]}")

    found = [f for f in look(desk).findings if f.is_fault]

    assert found[0].kind == "control"
    assert {f.kind for f in found} == {"control"}
    assert all(f"of {table} is not what was written" in f.what for f in found)


async def test_a_missing_database_is_a_fault(desk: Desk) -> None:
    """Verifying names a control.sqlite that is gone, says what to do, and puts none there."""
    await work(desk, 1, ended=True)
    closed(desk)
    removed(desk.home)

    finding = only(desk)

    assert (finding.kind, finding.place) == ("control", "control.sqlite")
    assert "is missing, though the home has jobs" in finding.what
    assert "nightdesk rebuild control" in finding.advice
    assert list(desk.home.glob("control.sqlite*")) == []


async def test_a_witness(desk: Desk) -> None:
    """What says how far the database had come is named where it is damaged, and written anew."""
    await work(desk, 1, ended=True)
    witness = desk.home / "control.json"
    content = witness.read_bytes()
    witness.write_bytes(content.replace(b'"changes": ', b'"changes": 4'))
    assert (only(desk).kind, only(desk).place, only(desk).is_fault) == (
        "witness",
        "control.json",
        True,
    )
    witness.unlink()
    assert (only(desk).kind, only(desk).is_fault) == ("missing witness", False)
    with closing(Leases(desk.home)) as leases:
        leases.open_run("night 2", NOON)

    assert look(desk).findings == ()


@pytest.mark.parametrize("version", range(1, 8))
def test_sums_for_rows_that_had_none(tmp_path: Path, version: int) -> None:
    """Rows of a version without checksums get them when they are carried over."""
    with closing(sqlite3.connect(tmp_path / "control.sqlite")) as early, early:
        for step in STEPS[:version]:
            early.executescript(step.statements)
        early.execute("INSERT INTO leases (job_id, fence) VALUES ('job-1', 3)")
        early.execute(f"PRAGMA user_version = {version}")

    with closing(Control(tmp_path)) as control:
        assert control.rows("SELECT fence, sum IS NULL FROM leases") == [(3, 0)]
        assert control.faults() == []


def test_a_damaged_database_is_not_carried_over(tmp_path: Path) -> None:
    """What is wrong is told before anything is rewritten."""
    filled(tmp_path)
    with closing(sqlite3.connect(tmp_path / "control.sqlite")) as other, other:
        other.execute("UPDATE leases SET fence = 9")
        other.execute("DROP TABLE facts")
        other.execute("PRAGMA user_version = 6")
    (tmp_path / "control.json").unlink()

    with pytest.raises(
        LakeError, match=r"is damaged: the row .* of leases is not what was written"
    ):
        Control(tmp_path)


def kept_rows(home: Path, table: str, columns: str) -> list[tuple[object, ...]]:
    with closing(Control(home)) as control:
        return control.rows(f"SELECT {columns} FROM {table} ORDER BY 1")


async def test_a_database_made_anew(desk: Desk) -> None:
    """Made anew, job control knows which content is which job, and how far each is written."""
    await work(desk, 1, 2, ended=True)
    await work(desk, 3, ended=False)
    desk.leases.withdraw([job_id(3)])
    fence = desk.leases.take(job_id(3), "night", NOON)
    assert fence == 3
    desk.lake.hold(job_id(3), fence)
    await desk.lake.commit(job_id(3), segments=[a_segment(3, 0)])
    closed(desk)
    removed(desk.home)

    done = make_anew(desk.home, NOON)

    assert asdict(done) == {
        "submissions": 3, "leases": 3, "keys": 0, "webhooks": 0, "batches": 0, "kept": None,
    }  # fmt: skip
    assert kept_rows(desk.home, "submissions", "job_id") == [(job_id(n),) for n in (1, 2, 3)]
    assert kept_rows(desk.home, "leases", "fence") == [(1,), (1,), (3,)]
    assert look(desk).findings == ()
    with closing(Lake.create(desk.home)) as lake, closing(Leases(desk.home)) as leases:
        fence = leases.take(job_id(3), "night", NOON)
        assert fence == 4
        lake.hold(job_id(3), fence)


async def test_an_older_database_made_anew(desk: Desk, tmp_path: Path) -> None:
    """What an older copy still has is taken over, keys among it; the copy is kept."""
    filled(desk.home)
    with closing(Control(desk.home)) as control:
        control.rows(f"VACUUM INTO '{tmp_path}/copy.sqlite'")
    await work(desk, 2, ended=False)
    desk.leases.open_run("night 2", NOON)
    closed(desk)
    removed(desk.home)
    shutil.copy(tmp_path / "copy.sqlite", desk.home / "control.sqlite")
    with pytest.raises(ControlLost, match="is older than the home"):
        Control(desk.home)

    done = make_anew(desk.home, NOON)

    assert (done.keys, done.webhooks, done.batches) == (1, 1, 1)
    assert done.kept == desk.home / "control.sqlite.before-20260306T120000"
    with closing(sqlite3.connect(done.kept)) as copy:
        assert copy.execute("SELECT count(*) FROM submissions").fetchone() == (1,)
    assert kept_rows(desk.home, "submissions", "job_id") == [(job_id(1),), (job_id(2),)]
    assert kept_rows(desk.home, "keys", "name") == [("anna",)]
    assert [f for f in look(desk).findings if f.is_fault] == []


async def test_what_is_whole_of_a_damaged_database(desk: Desk) -> None:
    """A row that is not what was written is left out of the new database, and no other."""
    filled(desk.home)
    with closing(Keys(desk.home)) as keys:
        bert = keys.add("bert", NOON, owner="bert")
    await work(desk, 2, ended=False)
    closed(desk)
    with closing(sqlite3.connect(desk.home / "control.sqlite")) as other, other:
        other.execute("UPDATE keys SET owner = 'bert' WHERE name = 'anna'")

    make_anew(desk.home, NOON)

    assert kept_rows(desk.home, "keys", "name") == [("bert",)]
    with closing(Keys(desk.home)) as keys:
        assert keys.caller_of(bert) == Caller("bert", "bert")


async def test_a_whole_database_is_left_alone(desk: Desk) -> None:
    """There is nothing to rebuild where nothing is wrong, nor in what a newer version wrote."""
    await work(desk, 1, ended=True)
    before = (desk.home / "control.json").read_bytes()
    with pytest.raises(InputError, match="it is whole; there is nothing to rebuild"):
        make_anew(desk.home, NOON)
    assert (desk.home / "control.json").read_bytes() == before
    with closing(Control(desk.home)) as control:
        control.rows("PRAGMA user_version = 99")
    with pytest.raises(LakeTooNew):
        make_anew(desk.home, NOON)


async def test_a_damaged_schema(desk: Desk) -> None:
    """A schema that is no text any more is named and made anew, whatever Python makes of it."""
    await work(desk, 1, ended=False)
    closed(desk)
    path = desk.home / "control.sqlite"
    path.write_bytes(path.read_bytes().replace(b"CREATE TABLE", b"CR\xceATE TABLE"))

    assert (only(desk).kind, only(desk).place) == ("control", "control.sqlite")
    make_anew(desk.home, NOON)
    assert look(desk).findings == ()
