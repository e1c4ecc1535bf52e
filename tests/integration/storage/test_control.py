"""Keys, submissions and documents."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from conftest import Desk
from lake_samples import NOON, a_job, job_id

from domain.errors import InputError, LakeError
from storage.control.facts import Facts
from storage.control.keys import Caller, KeyRecord, Keys, hash_of
from storage.control.row_sums import keep_sums, teach
from storage.control.sqlite import Control
from storage.control.steps import STEPS, VERSION
from storage.control.submissions import Submissions
from storage.layout.documents import Documents

ROOT = Path(__file__).parents[3]
HELLO = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"


def test_a_key_opens_for_its_owner(tmp_path: Path) -> None:
    """A key tells its name and its owner; anything else tells nothing."""
    keys = Keys(tmp_path)
    anna = keys.add("anna's", NOON, owner="anna")
    bert = keys.add("bert's", NOON, owner=None)

    assert keys.caller_of(anna) == Caller("anna's", "anna")
    assert keys.caller_of(bert) == Caller("bert's", None)
    for wrong in ("", anna[:-1], anna + "x", anna.upper(), "nd_", "\ud800"):
        assert keys.caller_of(wrong) is None
    keys.close()


def test_a_key_is_256_bits_and_not_kept(tmp_path: Path) -> None:
    """A key has 256 random bits, and no file of the lake holds it."""
    keys = Keys(tmp_path)
    key = keys.add("anna", NOON, owner="anna")
    keys.close()

    assert len(key) == len("nd_") + 43
    assert [path for path in tmp_path.iterdir() if key.encode() in path.read_bytes()] == []


def test_a_revoked_key_opens_nothing(tmp_path: Path) -> None:
    """A revoked key is worthless at once, for who reads too; its name is free again."""
    keys, reader = Keys(tmp_path), Keys(tmp_path)
    key = keys.add("anna", NOON, owner="anna")
    assert reader.caller_of(key) == Caller("anna", "anna")

    keys.revoke("anna", NOON + timedelta(hours=1))

    assert reader.caller_of(key) is None
    keys.add("anna", NOON + timedelta(hours=2), owner=None)
    assert reader.list() == [
        KeyRecord("anna", "anna", NOON, NOON + timedelta(hours=1)),
        KeyRecord("anna", None, NOON + timedelta(hours=2), None),
    ]
    keys.close()
    reader.close()


def test_a_name_bears_one_key(tmp_path: Path) -> None:
    """A second key of a name, one without a name, and revoking none are errors."""
    keys = Keys(tmp_path)
    keys.add("anna", NOON, owner="anna")

    with pytest.raises(InputError, match="there is a key named 'anna'"):
        keys.add("anna", NOON, owner="bert")
    with pytest.raises(InputError, match="NAME: a key needs a name"):
        keys.add(" ", NOON, owner="anna")
    with pytest.raises(InputError, match="--owner: a key needs a name and an owner"):
        keys.add("bert", NOON, owner="")
    with pytest.raises(InputError, match="can't be printed"):
        keys.add("an\nna\udcff", NOON, owner="anna")
    with pytest.raises(InputError, match="no key is named 'bert'"):
        keys.revoke("bert", NOON)
    keys.close()


def test_keys_made_before_there_were_owners(tmp_path: Path) -> None:
    """A key of an earlier version, which read the jobs of all, is an operator's."""
    with closing(sqlite3.connect(tmp_path / "control.sqlite")) as early:
        for step in STEPS[:2]:
            early.executescript(step.statements)
        row = (hash_of("nd_early"), "early", NOON.isoformat())
        early.execute("INSERT INTO keys VALUES (?, ?, ?, NULL)", row)
        early.execute("PRAGMA user_version = 2")
        early.commit()

    with closing(Keys(tmp_path)) as keys, closing(Keys(tmp_path)) as again:
        assert keys.caller_of("nd_early") == Caller("early", None)
        assert again.list() == [KeyRecord("early", None, NOON, None)]


@pytest.mark.parametrize("version", range(VERSION + 1))
def test_a_database_of_an_earlier_version_is_carried_over(tmp_path: Path, version: int) -> None:
    """Step by step a database of any earlier version becomes one of this; its rows stay."""
    with closing(sqlite3.connect(tmp_path / "control.sqlite")) as early, early:
        for step in STEPS[:version]:
            early.executescript(step.statements)
        teach(early)
        keep_sums(early)
        if version:
            early.execute(
                "INSERT INTO submissions (owner, content_key, job_id) VALUES ('anna', 'k', 'job-1')"
            )
        early.execute(f"PRAGMA user_version = {version}")

    with closing(Submissions(tmp_path)) as submissions:
        kept = submissions.claim("anna", {"k": "job-2"})
    with closing(Control(tmp_path)) as control, closing(Control(tmp_path / "new")) as new:
        names = "SELECT name, sql FROM sqlite_schema WHERE type = 'table' ORDER BY name"
        assert control.rows("PRAGMA user_version") == [(VERSION,)]
        assert control.rows(names) == new.rows(names)
    assert kept == {"k": "job-1" if version else "job-2"}


def test_a_database_from_the_future_is_refused(tmp_path: Path) -> None:
    """A database of a later version is not touched, and both versions are named."""
    with closing(Control(tmp_path)) as control:
        control.rows("PRAGMA user_version = 99")

    with pytest.raises(LakeError) as raised:
        Control(tmp_path)

    assert str(raised.value) == (
        f"control.sqlite: it has version 99, and this Nightdesk knows those up to {VERSION};"
        " use the version that wrote it, or a newer one"
    )


def test_facts(tmp_path: Path) -> None:
    """A fact is what it was set to last; one that counts upwards never falls."""
    with closing(Facts(Control(tmp_path))) as facts:
        assert facts.get("generation") is None
        assert facts.raise_to("generation", 9) == 9
        assert facts.raise_to("generation", 12) == 12
        assert facts.raise_to("generation", 10) == 12
        facts.set("catalog", "a")
        facts.set("catalog", "b")
    with closing(Facts(Control(tmp_path))) as facts:
        assert (facts.get("generation"), facts.get("catalog")) == ("12", "b")


def test_a_failed_transaction_leaves_nothing(tmp_path: Path) -> None:
    """What fails halfway through a transaction is undone."""
    keys = Keys(tmp_path)

    def fail_halfway() -> None:
        with closing(Control(tmp_path)) as control, control.exclusive():
            control.rows(
                "INSERT INTO keys (hash, name, created_at) VALUES (x'00', 'half', '2026-03-06')"
            )
            control.rows("SELECT * FROM nowhere")

    with pytest.raises(LakeError, match="no such table: nowhere"):
        fail_halfway()

    assert keys.list() == []
    keys.close()


def test_a_damaged_database_is_said(tmp_path: Path) -> None:
    """A control.sqlite that is none is an error of the lake that names the file."""
    (tmp_path / "control.sqlite").write_text("junk " * 200)

    with pytest.raises(LakeError) as raised:
        Keys(tmp_path)

    assert str(raised.value) == (
        "control.sqlite can't be used: file is not a database; restore it from a backup, or"
        " `nightdesk rebuild control` makes it anew: docs/backup.md"
    )


def test_the_same_content_is_one_job(tmp_path: Path) -> None:
    """The same content again gives the job that is there; another owner's is another job."""
    submissions = Submissions(tmp_path)

    assert submissions.claim("anna", {"k": "1", "l": "2"}) == {"k": "1", "l": "2"}
    assert submissions.claim("anna", {"k": "3", "m": "4"}) == {"k": "1", "m": "4"}
    assert submissions.claim("bert", {"k": "5"}) == {"k": "5"}
    assert submissions.claim("anna", {"k": "6"}, again=True) == {"k": "6"}
    assert submissions.claim("anna", {"k": "7"}) == {"k": "6"}
    submissions.close()


async def test_a_claim_without_a_job_is_taken_over(desk: Desk) -> None:
    """A submitter that died between its claim and its job is replaced by the next one."""
    submissions = Submissions(desk.home)
    submissions.claim("anna", {"k": job_id(1)})  # and here it dies

    kept = submissions.claim("anna", {"k": job_id(2)})
    assert desk.lake.submit([a_job(job_id=kept["k"])]) == [job_id(1)]
    again = submissions.claim("anna", {"k": job_id(3)})
    assert desk.lake.submit([a_job(job_id=again["k"])]) == []

    assert [job.job_id for job in desk.lake.live_jobs()] == [job_id(1)]
    submissions.close()


SUBMIT = """
import sys
from dataclasses import replace
from pathlib import Path
from lake_samples import a_job, job_id
from storage.lake import Lake
from storage.control.submissions import Submissions

home, offset = Path(sys.argv[1]), int(sys.argv[2])
lake, submissions = Lake.create(home), Submissions(home)
print("ready", flush=True)
sys.stdin.readline()
for number in range(30):
    kept = submissions.claim("anna", {f"k{number}": job_id(offset + number)})
    print(*lake.submit([a_job(job_id=kept[f"k{number}"])]), flush=True)
lake.close()
"""


async def test_two_submitters_at_once_make_one_job(desk: Desk) -> None:
    """Two processes that submit the same 30 contents at once make 30 jobs, each told once."""
    both = [
        subprocess.Popen(  # noqa: ASYNC220 - started, not waited for
            [sys.executable, "-c", SUBMIT, desk.home, str(offset)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": f"{ROOT}:{Path(__file__).parent}"},
            text=True,
        )
        for offset in (100, 200)
    ]
    for submitter in both:
        assert submitter.stdout is not None
        assert submitter.stdout.readline() == "ready\n"
        assert submitter.stdin is not None
        submitter.stdin.write("go\n")
        submitter.stdin.flush()
    told = [line for submitter in both for line in submitter.communicate()[0].split()]

    assert len(told) == len(set(told)) == 30
    assert sorted(told) == [job.job_id for job in desk.lake.live_jobs()]


def test_a_document_is_stored_by_its_content(tmp_path: Path) -> None:
    """A document is stored under the hash of its content, once, and nothing half beside it."""
    documents = Documents(tmp_path)

    assert documents.put(b"hello") == HELLO
    assert documents.put(b"hello") == HELLO
    assert documents.get(HELLO) == b"hello"
    assert [path.name for path in (tmp_path / "documents" / "2c").iterdir()] == [HELLO]


def test_a_missing_or_damaged_document_is_an_error(tmp_path: Path) -> None:
    """A document that is missing or not what it was is an error, never other bytes."""
    documents = Documents(tmp_path)
    documents.put(b"hello")
    (tmp_path / "documents" / "2c" / HELLO).write_bytes(b"hellO")

    with pytest.raises(LakeError, match="damaged"):
        documents.get(HELLO)
    with pytest.raises(LakeError, match="is not there; restore it"):
        documents.get("0" * 64)
    with pytest.raises(LakeError, match="not the hash"):
        documents.get("../../control.sqlite")


def test_a_second_connection_leaves_the_locks_of_the_first(tmp_path: Path) -> None:
    """While one process has it open, none that closes it takes its write-ahead log away."""
    with closing(Control(tmp_path)) as first:
        first.rows("INSERT INTO facts (name, value) VALUES ('a', '1')")
        with closing(Control(tmp_path)) as second:
            second.rows("INSERT INTO facts (name, value) VALUES ('b', '2')")
        code = "import sys; from pathlib import Path; from storage.control.sqlite import Control;"
        code += "Control(Path(sys.argv[1])).close()"
        subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, check=True)

        assert (tmp_path / "control.sqlite-wal").exists()
        assert [("1",), ("2",)] == first.rows(
            "SELECT value FROM facts WHERE name IN ('a', 'b') ORDER BY name"
        )
