"""What is remembered of batches."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from conftest import Desk
from lake_samples import NOON, a_finished_job, job_id

from domain.requests.batch import BatchRecord, Entered, Sent
from domain.requests.joined import Part
from storage.control.batch_log import BatchLog
from storage.control.steps import STEPS
from storage.ended_batches import forget_ended
from tests.sent import alone


@pytest.fixture
def log(tmp_path: Path) -> Iterator[BatchLog]:
    with closing(BatchLog(tmp_path)) as log:
        yield log


def test_a_request_goes_out_once(log: BatchLog, tmp_path: Path) -> None:
    """A request that a batch has is not entered again; whoever asks is told its batch."""
    assert log.begin("k1", alone({"a": "j1", "b": "j1"}), NOON) == {}

    with closing(BatchLog(tmp_path)) as other:
        known = other.begin("k2", alone({"b": "j1", "c": "j2"}), NOON + timedelta(hours=1))
        assert known == {"b": Entered(BatchRecord("k1", None, NOON, 2), Sent("j1", "b"))}
        log.name("k1", "msgbatch_1")
        # Nothing was entered, since one of them was known.
        assert other.begin("k2", alone({"c": "j2"}), NOON + timedelta(hours=1)) == {}
        known = other.find(["a", "c", "d"])

    assert known == {
        "a": Entered(BatchRecord("k1", "msgbatch_1", NOON, 2), Sent("j1", "a")),
        "c": Entered(BatchRecord("k2", None, NOON + timedelta(hours=1), 1), Sent("j2", "c")),
    }


def test_questions_in_one_request(log: BatchLog) -> None:
    """How they travel is found again by each of them; the batch counts requests."""
    parts = (Part((3, 4), 120), Part((0,), 80))
    sent = {
        "a": Sent("j1", "a", parts, 0),
        "b": Sent("j2", "a", parts, 1),
        "c": Sent("j3", "c"),
    }
    assert log.begin("k1", sent, NOON) == {}
    record = BatchRecord("k1", None, NOON, 2)
    assert log.find("abc") == {name: Entered(record, how) for name, how in sent.items()}


def test_many_requests(log: BatchLog) -> None:
    """Thousands of requests are entered and found again."""
    items = {f"{number:040x}": "j1" for number in range(3_000)}
    assert log.begin("k1", alone(items), NOON) == {}
    assert log.begin("k2", alone(items), NOON).keys() == items.keys()


def test_what_is_forgotten(log: BatchLog) -> None:
    """Forgotten requests, batches that never were and ended jobs leave the rest as it is."""
    log.begin("k1", alone({"a": "j1", "b": "j1", "c": "j2"}), NOON)
    log.name("k1", "msgbatch_1")
    log.begin("k2", alone({"d": "j3"}), NOON)

    log.forget_items(["a"])
    log.forget_jobs(["j2"])
    log.forget_batch("k2")

    assert log.job_ids() == {"j1"}
    assert log.begin("k3", alone(dict.fromkeys("abcd", "j")), NOON).keys() == {"b"}


def test_a_batch_is_known_longer_than_its_requests(log: BatchLog) -> None:
    """A batch counts as known while its results can be fetched."""
    log.begin("k1", alone({"a": "j1"}), NOON)
    log.name("k1", "msgbatch_1")
    log.forget_jobs(["j1"])

    log.forget_old(NOON + timedelta(days=29))
    assert log.batch_ids() == {"msgbatch_1"}

    log.forget_old(NOON + timedelta(days=29, seconds=1))
    assert log.batch_ids() == set()


def test_old_requests_go_with_their_batch(log: BatchLog) -> None:
    """A request whose results can't be fetched any more goes out again."""
    log.begin("k1", alone({"a": "j1"}), NOON)
    log.forget_old(NOON + timedelta(days=30))
    assert log.begin("k2", alone({"a": "j1"}), NOON) == {}


def test_an_older_home(tmp_path: Path) -> None:
    """A home that was made before there were batches gets the tables it lacks."""
    with closing(sqlite3.connect(tmp_path / "control.sqlite")) as old, old:
        old.executescript(STEPS[0].statements)

    with closing(BatchLog(tmp_path)) as log:
        assert log.begin("k1", alone({"a": "j1"}), NOON) == {}


async def test_jobs_that_have_ended(desk: Desk) -> None:
    """What went out for a job is forgotten once it has ended, sealed or not, and no sooner."""
    desk.take(1, 2, 3)
    with closing(BatchLog(desk.home)) as log:
        log.begin("k1", alone({f"item {number}": job_id(number) for number in (1, 2, 3)}), NOON)
        for number in (1, 2):
            await desk.lake.commit(job_id(number), job=a_finished_job(number))
        desk.lake.seal([job_id(1)])

        forget_ended(desk.home, desk.lake, NOON)

        assert log.job_ids() == {job_id(3)}
