"""Leases: one owner a job."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import psutil
import pytest
from lake_samples import NOON

from domain.errors import LeaseLost
from storage.control.leases import Leases
from storage.control.sqlite import Control

ROOT = Path(__file__).parents[3]


@pytest.fixture
def leases(tmp_path: Path) -> Iterator[Leases]:
    leases = Leases(tmp_path)
    leases.open_run("night", NOON)
    yield leases
    leases.close()


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Leases]:
    """The same leases as another machine sees them."""
    leases = Leases(tmp_path, host="elsewhere")
    leases.open_run("other", NOON)
    yield leases
    leases.close()


def test_a_job_is_taken_once(leases: Leases) -> None:
    """A job that a living run has is not given out again, not even to that run."""
    leases.open_run("second", NOON)

    assert leases.take("j", "night", NOON) == 1
    assert leases.take("j", "second", NOON) is None
    assert leases.take("j", "night", NOON) is None
    assert leases.held(["j", "k"], NOON) == {"j"}


def test_a_fence_rises_with_every_take(leases: Leases) -> None:
    """The fence rises each time a job is taken, also by the same run."""
    leases.take("j", "night", NOON)
    leases.release("j", "night")

    assert leases.held(["j"], NOON) == set()
    assert leases.take("j", "night", NOON) == 2


def test_another_runs_job_is_not_released(leases: Leases) -> None:
    """A run that has lost a job can't give it back in its successor's place."""
    leases.take("j", "night", NOON)

    leases.release("j", "second")

    assert leases.held(["j"], NOON) == {"j"}


def test_an_ended_run_holds_nothing(leases: Leases) -> None:
    """When a run ends all its jobs are free."""
    leases.take("j", "night", NOON)

    leases.close_run("night")

    assert leases.held(["j"], NOON) == set()


def test_a_run_elsewhere_lives_by_its_heartbeat(leases: Leases, elsewhere: Leases) -> None:
    """A run on another machine is dead after 60 seconds without a heartbeat, not before."""
    elsewhere.take("j", "other", NOON)
    assert leases.take("j", "night", NOON + timedelta(seconds=59)) is None
    elsewhere.heartbeat("other", NOON + timedelta(seconds=50))
    assert leases.take("j", "night", NOON + timedelta(seconds=109)) is None

    assert leases.take("j", "night", NOON + timedelta(seconds=110)) == 2
    with pytest.raises(LeaseLost):
        elsewhere.check("j", 1)


def test_a_silent_run_here_is_dead_too(leases: Leases) -> None:
    """A run whose process is there but has not beaten for 60 seconds holds nothing any more."""
    leases.take("j", "night", NOON)
    assert leases.held(["j"], NOON + timedelta(seconds=59)) == {"j"}

    assert leases.held(["j"], NOON + timedelta(seconds=60)) == set()


def test_dead_runs_are_told_from_strangers(leases: Leases) -> None:
    """Dead are runs of this lake that ended or fell silent; a name it does not know is not."""
    leases.open_run("ended", NOON)
    leases.close_run("ended")
    leases.open_run("silent", NOON - timedelta(minutes=2))

    assert leases.dead(["night", "ended", "silent", "stranger"], NOON) == {"ended", "silent"}


HOLD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from storage.control.leases import Leases

leases = Leases(Path(sys.argv[1]))
leases.open_run("killed", datetime(2026, 3, 6, 12, tzinfo=UTC))
print(leases.take("j", "killed", datetime(2026, 3, 6, 12, tzinfo=UTC)), flush=True)
sys.stdin.read()
"""


def test_a_killed_run_holds_nothing_at_once(leases: Leases, tmp_path: Path) -> None:
    """A run whose process was killed on this machine holds nothing from that moment."""
    with started(HOLD, tmp_path) as run:
        assert run.stdout is not None
        assert run.stdout.readline() == "1\n"
        assert leases.take("j", "night", NOON) is None

        run.send_signal(signal.SIGKILL)
        # A process nobody has waited for yet is dead all the same.
        while leases.held(["j"], NOON):
            pass
        assert leases.take("j", "night", NOON) == 2


def test_a_process_number_given_out_again_is_another_run(leases: Leases, tmp_path: Path) -> None:
    """A process that bears a dead run's number does not keep it alive."""
    leases.take("j", "night", NOON)
    with closing(Control(tmp_path)) as control:
        control.rows("UPDATE runs SET process = 'another'")

    assert leases.held(["j"], NOON) == set()


def test_a_run_outlives_a_step_of_the_clock(
    leases: Leases, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Setting the clock moves the time at which processes seem to have begun, and no more."""
    leases.take("j", "night", NOON)
    created = psutil.Process.create_time
    monkeypatch.setattr(psutil.Process, "create_time", lambda process: created(process) + 3600)
    monkeypatch.setattr(psutil, "boot_time", lambda: 0.0)

    assert leases.held(["j"], NOON) == {"j"}
    assert leases.take("j", "other", NOON) is None


def test_a_withdrawn_job_has_no_owner(leases: Leases) -> None:
    """No fence given out before a job was withdrawn is good afterwards."""
    fence = leases.take("j", "night", NOON)
    assert fence == 1

    leases.withdraw(["j", "never taken"])

    with pytest.raises(LeaseLost):
        leases.check("j", 1)
    assert leases.take("j", "night", NOON) == 3


TAKE = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from storage.control.leases import Leases

noon = datetime(2026, 3, 6, 12, tzinfo=UTC)
leases = Leases(Path(sys.argv[1]))
leases.open_run(sys.argv[2], noon)
print("ready", flush=True)
sys.stdin.readline()
for number in range(200):
    if leases.take(f"j{number}", sys.argv[2], noon) is not None:
        print(number)
print("done", flush=True)
sys.stdin.readline()
"""


def test_two_runs_at_once_share_no_job(tmp_path: Path) -> None:
    """Of two runs that take the same 200 jobs at once each job goes to exactly one."""
    with started(TAKE, tmp_path / "new", "a") as one, started(TAKE, tmp_path / "new", "b") as two:
        for run in (one, two):
            assert run.stdout is not None
            assert run.stdout.readline() == "ready\n"
        for run in (one, two):
            assert run.stdin is not None
            run.stdin.write("go\n")
            run.stdin.flush()
        # Neither ends before both are through: who has ended holds nothing any more.
        outputs = [until_done(run) for run in (one, two)]
        for run in (one, two):
            run.communicate("end\n")
    taken = Counter(number for output in outputs for number in output)

    assert taken == Counter({str(number): 1 for number in range(200)})


def until_done(run: subprocess.Popen[str]) -> list[str]:
    assert run.stdout is not None
    return [line.strip() for line in iter(run.stdout.readline, "done\n")]


def started(script: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        text=True,
    )


def test_kills_without_a_commit_between_are_counted(leases: Leases) -> None:
    """A job under way at each of several kills is known, until it commits or its run ends well."""
    runs, now = ["night", "second", "third", "fourth"], NOON
    for number, run in enumerate(runs):
        leases.open_run(run, now)
        assert leases.kills(["j", "k"], now) == ({"j": number} if number else {})
        leases.take("j", run, now)
        now += timedelta(minutes=2)
    assert leases.was_killed("fifth", now)
    assert leases.kills(["j"], now) == {"j": 4}

    leases.open_run("fifth", now)
    leases.take("j", "fifth", now)
    leases.progressed("j", "fifth")
    assert leases.kills(["j"], now) == {}
    now += timedelta(minutes=2)
    assert leases.kills(["j"], now) == {"j": 1}

    leases.open_run("sixth", now)
    leases.take("j", "sixth", now)
    leases.close_run("sixth")
    assert leases.kills(["j"], now) == {}
    assert not leases.was_killed("seventh", now)
