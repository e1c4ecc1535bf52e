"""Trials of models that assess: kept by judge, for as long as they count, and for analysts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from domain.errors import LakeError
from domain.judge.trial import Trial
from domain.judge.verdict import Tally
from storage.lake import Lake
from storage.layout.trials import Trials
from storage.readmodel.catalog import write_catalog
from storage.verify.verifying import verify

NOW = datetime(2026, 3, 6, 22, tzinfo=UTC)
DAY = timedelta(days=1)
ONE = Trial(
    "019cc307-7c00-7000-8000-000000000001",
    "a" * 64,
    "night-1",
    "job",
    "claude",
    "claude-haiku-5-5",
    "en",
    "de",
    False,
    NOW,
    Tally(8, 6, 8, 1, told=5, passed=2),
)
ANOTHER = replace(
    ONE, trial_id="019cc307-7c00-7000-8000-000000000002", ended_at=NOW + DAY, tally=Tally(2, 2, 2)
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with two trials of one judge and one of another's."""
    Lake.create(tmp_path).close()
    for trial in (ANOTHER, ONE, replace(ONE, judge="b" * 64, target_lang="fr")):
        Trials(tmp_path).add(trial)
    return tmp_path


def test_those_of_a_judge_that_count(home: Path) -> None:
    """Of one judge, the oldest first, and none from before."""
    assert Trials(home).of(ONE.judge, NOW) == [ONE, ANOTHER]
    assert Trials(home).of(ONE.judge, NOW + DAY) == [ANOTHER]
    assert Trials(home).of("c" * 64, NOW) == []


def test_what_analysts_see(home: Path) -> None:
    """The share of planted errors that was found, by model and language pair."""
    with duckdb.connect(str(write_catalog(home)), read_only=True) as connection:
        columns = "model, target_lang, trials, planted, found, found_share, right_ones, alarms"
        rows = connection.execute(f"SELECT {columns} FROM judges ORDER BY target_lang").fetchall()
    assert rows == [
        ("claude-haiku-5-5", "de", 2, 10, 8, 0.8, 10, 1),
        ("claude-haiku-5-5", "fr", 1, 8, 6, 0.75, 8, 1),
    ]


def test_a_damaged_one_is_told(home: Path) -> None:
    """A file that was changed is named by what reads it, and by a check of the home."""
    (path,) = (home / "trials").glob(f"{ONE.judge}.{ONE.trial_id}.parquet")
    path.write_bytes(path.read_bytes()[:-9] + b"otherwise")

    with pytest.raises(LakeError, match="is damaged"):
        Trials(home).of(ONE.judge, NOW)
    told = [(finding.kind, finding.place) for finding in verify(home, NOW).findings]
    assert told == [("trial", f"trials/{path.name}")]
