"""Nights over one home, killed again and again, then one to the end; and what is checked."""

from __future__ import annotations

import contextlib
import json
import random
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cli.terminal.exits import WRONG_ENVIRONMENT
from domain.settings import Settings
from simulator.replies.script import read_script
from simulator.running import running
from simulator.settings import SimulatorSettings
from storage.files.durable import TEMPORARY
from storage.files.home import Home, RemoteHome, home_of
from tests.chaos.accounts import Asked, Kept, asked, kept, lost_since, page, paid_again, settled
from tests.chaos.faults import PHASES, Faults
from tests.chaos.nursery import Nursery
from tests.s3 import Endpoint

KILLS_A_HOME = 8
NIGHT_S = 360
KEY = "sk-sim-chaos"
CORRECTED = '[[rule]]\ntask = "assess"\nmatch = "weak"\nevent = "error"\ntimes = 1\neach = true\n'


@dataclass
class Tally:
    """What came of many kills; all of it adds up.

    Attributes:
        at: when the kills hit, by how they were set off, stage and phase of a write.
        in_flight: requests the simulator was at work on at each kill.
        uncommitted: requests asked and not durable at each kill, those in flight among them.
        again: segments asked for again, with an answer or two that no ledger holds.
        wrong: what must not be.
        half_states: what readers saw and must not.
    """

    kills: int = 0
    homes: int = 0
    nights: int = 0
    jobs: int = 0
    segments: int = 0
    requests: int = 0
    calls: int = 0
    at: dict[str, Counter[str]] = field(default_factory=lambda: {n: Counter() for n in AT})
    in_flight: Counter[int] = field(default_factory=Counter)
    uncommitted: Counter[int] = field(default_factory=Counter)
    again: int = 0
    looks: int = 0
    wrong: list[str] = field(default_factory=list)
    half_states: list[str] = field(default_factory=list)


WAYS = {"moment": 2, "answers": 4, "write": 6, "control": 1, "full": 1, "slow": 2}
WAYS_IN_A_BUCKET = {"moment": 2, "answers": 4, "write": 2, "objects": 6, "store": 2}
COUNTED = ("write", "control", "objects")
"""What sets off kills by the number of a call."""
AT = ("set off by", "stage", "write")


class House:
    """A working folder whose nights are forked from a nursery.

    Args:
        nursery: forks them.
        folder: empty.
        url: the simulator's.
        settings: variables of all that works here.
        bucket: where the home is, in a place named as the folder; None: in the folder.
    """

    def __init__(
        self,
        nursery: Nursery,
        folder: Path,
        url: str,
        settings: dict[str, str],
        bucket: Endpoint | None = None,
    ) -> None:
        self.nursery, self.folder, self.bucket = nursery, folder, bucket
        self.environ = {"ANTHROPIC_API_KEY": KEY, "ANTHROPIC_BASE_URL": url, **settings}
        self.home: Home = folder / ".nightdesk"
        self.outbox = folder / "outbox"
        self.written = (folder / ".nightdesk", self.outbox)
        self.out = folder / "out.txt"
        if bucket is not None:
            place = bucket.home(folder.name)
            cache = folder / "cache"
            own = {"NIGHTDESK_HOME": place, "NIGHTDESK_CACHE": str(cache)}
            self.environ |= {**bucket.environ, **own}
            # Looked at as from another machine, which has nothing but what is in the bucket.
            self.home = home_of(Settings(home=place, cache=str(folder / "watching")))
            self.written = (cache, self.outbox)

    @property
    def place(self) -> str:
        """The home as a setting names it."""
        return self.home.url if isinstance(self.home, RemoteHome) else str(self.home)

    def write(self, documents: dict[str, str]) -> None:
        """Put documents into the folder `in`, and queue them into German."""
        (self.folder / "in").mkdir()
        for name, text in documents.items():
            (self.folder / "in" / name).write_text(text, encoding="utf-8")
        self.ended("submit", "in", "--from", "en", "--to", "de")

    def start(self, *words: str, faults: Faults | None = None, out: Path | None = None) -> int:
        """Start a process; its number."""
        return self.nursery.start(words, self.folder, self.environ, out or self.out, faults)

    def ended(self, *words: str, code: int | None = 0, faults: Faults | None = None) -> str:
        """What a process prints that must end, with this code unless it is None."""
        found = self.await_end(self.start(*words, faults=faults))
        printed = self.out.read_text(encoding="utf-8")
        assert code in (None, found), f"{words}: exit {found}\n{printed}"
        return printed

    def await_end(self, pid: int, seconds: float = NIGHT_S) -> int:
        """The exit code of a process that ends in time; one that does not is killed."""
        until = time.monotonic() + seconds
        while (code := self.nursery.poll(pid)) is None:
            if time.monotonic() > until:
                self.nursery.kill(pid)
                raise AssertionError(f"no end after {seconds} s\n{self.out.read_text()}")
            time.sleep(0.02)
        return code

    def found_no_server(self, code: int) -> bool:
        """Whether a night did not begin because Prefect's server took too long to answer.

        It may on a machine that is busy with all these nights; no night begins without it.
        """
        return code == WRONG_ENVIRONMENT and "no Prefect server" in self.out.read_text()

    def faults(self, **what: object) -> Faults:
        """Faults that befall what is written here."""
        roots = tuple(str(path.resolve()) for path in self.written)
        return Faults(roots, str(self.folder / "note.txt"), **what)

    def temporary(self) -> list[str]:
        """What half written files are left, below home or cache, and outbox."""
        found = [path for folder in self.written for path in folder.rglob(f"*{TEMPORARY}")]
        return sorted(str(path.relative_to(self.folder)) for path in found)


def drawn_documents(chance: random.Random) -> dict[str, str]:
    """Some small documents; no sentence stands twice."""
    return {
        f"{d}.txt": "\n\n".join(
            f"Sentence {s} of document {d} is {chance.choice(('plain', 'plain', 'weak'))} here."
            for s in range(chance.randint(3, 8))
        )
        for d in range(chance.randint(2, 5))
    }


def drawn_settings(chance: random.Random) -> dict[str, str]:
    """How a home's nights work: transport, packs, grain."""
    return {
        "NIGHTDESK_TRANSPORT": chance.choices(("messages", "batches"), (4, 1))[0],
        "NIGHTDESK_PACK_SEGMENTS": chance.choice(("1", "2", "40")),
        "NIGHTDESK_MAX_IN_FLIGHT": chance.choice(("2", "8")),
        "NIGHTDESK_JOBS_PER_FLOW": chance.choice(("1", "2")),
        "NIGHTDESK_SEGMENTS_PER_TASK": chance.choice(("1", "4")),
        "NIGHTDESK_SOURCE_REVIEW": chance.choice(("true", "false")),
        "NIGHTDESK_MAX_ATTEMPTS": "50",
    }


def kill_one_home(
    nursery: Nursery,
    chance: random.Random,
    most: int,
    tally: Tally,
    bucket: Endpoint | None = None,
) -> None:
    """Kill nights over a new home, at most so often; then let one come to its end, and check.

    Args:
        bucket: where the home is; None: in a folder.
    """
    simulator = SimulatorSettings(
        latency=chance.choice((0.02, 0.1)),
        jitter=0.15,
        batch_seconds=0.2,
        rules=read_script(CORRECTED),
    )
    with tempfile.TemporaryDirectory(prefix="chaos-") as name, running(simulator) as url:
        house = House(nursery, Path(name), url, drawn_settings(chance), bucket)
        documents = drawn_documents(chance)
        house.write(documents)
        _Home(house, url, chance, tally, len(documents)).work(min(most, KILLS_A_HOME))
    tally.homes += 1


class _Home:
    def __init__(
        self, house: House, url: str, chance: random.Random, tally: Tally, jobs: int
    ) -> None:
        self.house, self.url, self.chance, self.tally, self.jobs = house, url, chance, tally, jobs
        self.is_batches = house.environ["NIGHTDESK_TRANSPORT"] == "batches"
        self.kept, self.asked = Kept(), Asked(0, Counter(), Counter(), {})
        self.was_full = False
        self.ways = WAYS if house.bucket is None else WAYS_IN_A_BUCKET

    def work(self, kills: int) -> None:
        with self._reader():
            for _ in range(kills):
                if not self._killed_night():
                    break
            self._last_night()
        self._check_end()

    @contextlib.contextmanager
    def _reader(self) -> Iterator[None]:
        finds = self.house.folder / "finds.json"
        out = self.house.folder / "reader.txt"
        pid = self.house.start("read", self.house.place, str(finds), str(self.jobs), out=out)
        try:
            yield
        finally:
            code = self.house.nursery.kill(pid, signal.SIGTERM)
        if code != 0:
            self._wrong(f"the reader ended with {code}: {out.read_text()}")
            return
        seen = json.loads(finds.read_text())
        self.tally.looks += seen["looks"]
        self.tally.half_states += seen["half_states"]

    def _killed_night(self) -> bool:
        """A night that is killed; False where it came to its end before."""
        chance, house = self.chance, self.house
        (house.folder / "note.txt").unlink(missing_ok=True)
        how = chance.choices(tuple(self.ways), tuple(self.ways.values()))[0]
        faults = house.faults(
            at=how if how in ("control", "objects") else "files",
            kill_at=chance.randint(1, 90) if how in COUNTED else 0,
            phase=chance.choice(PHASES),
            full_from=chance.randint(1, 60) if how == "full" else 0,
            full_for=chance.randint(1, 20),
            sync_s=0.1 if how == "slow" else 0,
        )
        self.was_full = self.was_full or how == "full"
        pid = house.start("run", "--json", faults=faults)
        self.tally.nights += 1
        if how not in COUNTED:
            self._wait(pid, how)
            house.nursery.kill(pid)
        code = house.await_end(pid)
        if house.found_no_server(code):
            time.sleep(1)
            return True
        in_flight = page(self.url, "ledger")["in_flight"]["now"]
        if code == -signal.SIGKILL:
            self.tally.kills += 1
            self.tally.in_flight[in_flight] += 1
            self.tally.at["set off by"][how] += 1
        elif not self._may_end(code, how):
            self._wrong(f"a night ended with {code}: {house.out.read_text()}")
        self._check_kill(was_killed=code == -signal.SIGKILL)
        return code == -signal.SIGKILL

    def _may_end(self, code: int, how: str) -> bool:
        """Whether a night that was not killed ended as it should; a full disk may stop it."""
        if how == "full" and code == 3:
            return "No space left on device" in self.house.out.read_text()
        return code in ((0, 1) if self.was_full else (0,))

    def _wait(self, pid: int, how: str) -> None:
        """Until a random moment, or a random number of answers more."""
        nursery, until = self.house.nursery, time.monotonic() + self.chance.uniform(0.5, 4)
        goal = 0
        if how == "store" and self.house.bucket is not None:
            # Fewer than a request is tried again for, whichever it befalls.
            self.house.bucket.fail(self.chance.randint(1, 3), after=self.chance.random() < 0.5)
        if how == "answers":
            goal, until = self.asked.requests + self.chance.randint(1, 8), until + 10
        while time.monotonic() < until and nursery.poll(pid) is None:
            if goal and page(self.url, "ledger")["totals"]["requests"] >= goal:
                return
            time.sleep(0.02)

    def _look(self) -> tuple[Kept, Asked]:
        """What is kept now, and what was asked once all that was under way is counted."""
        now = kept(self.house.home)
        while True:
            ledger = page(self.url, "ledger")
            batches = ledger["batches"]
            if not ledger["in_flight"]["now"] and batches["created"] == batches["ended"]:
                return now, asked(self.url)
            time.sleep(0.02)

    def _check_kill(self, *, was_killed: bool) -> None:
        now, all_asked = self._look()
        for what in lost_since(self.kept, now):
            self._wrong(f"lost: {what}")
        for what in paid_again(self.kept, self.asked, all_asked):
            self._wrong(f"paid again: {what}")
        open_before = self.asked.requests - len(self.kept.calls)
        if was_killed:
            self.tally.at["stage"][now.stage] += 1
            note = self.house.folder / "note.txt"
            if note.exists():
                self.tally.at["write"][note.read_text()] += 1
            left = all_asked.requests - len(now.calls) - open_before
            self.tally.uncommitted[max(0, left)] += 1
        self.kept, self.asked = now, all_asked

    def _last_night(self) -> None:
        nights = 2 if self.was_full else 1
        while nights:
            pid = self.house.start("run", "--json")
            self.tally.nights += 1
            code = self.house.await_end(pid)
            if self.house.found_no_server(code):
                time.sleep(1)
                continue
            nights = 0 if code == 0 else nights - 1
        if code != 0:
            self._wrong(f"the last night ended with {code}: {self.house.out.read_text()}")
        self._check_kill(was_killed=False)

    def _check_end(self) -> None:
        tally, house = self.tally, self.house
        for job in self.kept.jobs.values():
            if job.status != "completed" or (job.attempt != 1 and not self.was_full):
                self._wrong(f"job {job.job_id} is {job.status} in attempt {job.attempt}")
        for segment in self.kept.segments.values():
            if segment.status != "done":
                self._wrong(f"segment {segment.segment_id} is {segment.status}")
        for what in json.loads(house.ended("verify", "--json", code=None))["faults"]:
            self._wrong(f"verify: {what}")
        for what in settled(self.kept, self.asked):
            self._wrong(f"accounts: {what}")
        again = sum(self.asked.again(key) for key in self.asked.times)
        if again and self.is_batches:
            self._wrong(f"{again} segments went out in a second batch")
        for left in house.temporary():
            self._wrong(f"left over: {left}")
        delivered = list(house.outbox.glob("*/de/in/*.txt"))
        if len({path.name for path in delivered}) != self.jobs:
            self._wrong(f"delivered: {delivered}")
        tally.jobs += self.jobs
        tally.segments += len(self.kept.segments)
        tally.requests += self.asked.requests
        tally.calls += len(self.kept.calls)
        tally.again += again

    def _wrong(self, what: str) -> None:
        self.tally.wrong.append(f"{what} ({self.house.environ['NIGHTDESK_TRANSPORT']})")
