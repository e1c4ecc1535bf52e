"""What the lake keeps of a night: that it began, how it ended, what it left."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain.job.job import JobStatus
from domain.job.night import Left, Night, NightEnd
from storage.layout.nights import Nights
from tests.integration.conftest import Sessions

EVENING = datetime(2026, 3, 6, 22, tzinfo=UTC)


def nights(tmp_path: Path) -> list[Night]:
    return Nights(tmp_path / "home").all()


async def test_a_night_that_went_to_its_end(in_session: Sessions, tmp_path: Path) -> None:
    """While it is under way it has no end; then it has one, and what it left open is named."""
    async with in_session("One.") as session:
        (under_way,) = nights(tmp_path)
        failed = replace(session.row(), batch_id="run", status=JobStatus.FAILED)
        session.run.ended[failed.job_id] = failed
    (over,) = nights(tmp_path)

    assert ("run", "claude", "messages", True) == (
        under_way.batch_id,
        under_way.engine,
        under_way.transport,
        under_way.simulated,
    )
    assert (None, None) == (under_way.ended_at, under_way.ended_as)
    assert (NightEnd.DONE, None) == (over.ended_as, over.reason)
    assert over.ended_at is not None
    assert over.ended_at >= over.began_at == under_way.began_at
    assert (Left(failed.job_id, JobStatus.FAILED),) == over.left


async def test_how_a_night_ended(in_session: Sessions, tmp_path: Path) -> None:
    """A budget, a wish, a halt and an error each end it in their own way."""
    async with in_session("One.") as session:
        session.run.halted, session.run.is_over_budget = "the budget is up", True
    assert [(NightEnd.OVER_BUDGET, "the budget is up")] == _ends(tmp_path)
    async with in_session("Two.") as session:
        session.run.end("ended by SIGTERM")
    assert [(NightEnd.TOLD_TO_END, "ended by SIGTERM")] == _ends(tmp_path)
    async with in_session("Three.") as session:
        session.run.halted = "the key is wrong"
    assert [(NightEnd.HALTED, "the key is wrong")] == _ends(tmp_path)
    with pytest.raises(IndexError):
        async with in_session("Four."):
            raise IndexError("what this says may hold a key")
    assert [(NightEnd.FAILED, "IndexError")] == _ends(tmp_path)


def _ends(tmp_path: Path) -> list[tuple[NightEnd | None, str | None]]:
    return [(night.ended_as, night.reason) for night in nights(tmp_path)]


async def test_a_night_that_was_killed(in_session: Sessions, tmp_path: Path) -> None:
    """The next night enters it as interrupted; one that lives, or ended, stays as it is."""
    async with in_session("One.") as session:
        now, begun = session.run.clock.now(), Nights(tmp_path / "home")
        an_hour = timedelta(hours=1)
        for name, beat in (("dead", now - an_hour), ("living", now + an_hour)):
            session.run.leases.open_run(name, beat)
            begun.begin(Night(name, EVENING, "claude", "messages", simulated=False))
    async with in_session("Two."):
        found = {night.batch_id: night for night in nights(tmp_path)}

    assert {
        "dead": (EVENING, None, NightEnd.INTERRUPTED),
        "living": (EVENING, None, None),
    } == {
        name: (night.began_at, night.ended_at, night.ended_as)
        for name, night in found.items()
        if name != "run"
    }


def test_the_word_of_a_night_itself_counts(tmp_path: Path) -> None:
    """One that was taken for dead while it stood still, and ended well later, ended well."""
    kept = Nights(tmp_path / "home")
    night = Night("n", EVENING, "claude", "batches", simulated=False)
    kept.begin(night)
    ended = replace(night, ended_at=EVENING + timedelta(hours=1), ended_as=NightEnd.DONE)
    kept.end(ended)
    kept.interrupted(night)

    assert [ended] == kept.all()
    assert [] == kept.open()
