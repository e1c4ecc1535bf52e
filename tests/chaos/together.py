"""`python -m tests.chaos.together [--jobs N]`: two nights at once over the same jobs."""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import tests.conftest  # noqa: F401 - no run goes by what this machine has set
from simulator.running import running
from simulator.settings import SimulatorSettings
from tests.chaos.accounts import asked, kept, settled
from tests.chaos.campaign import nurseries
from tests.chaos.killing import House
from tests.chaos.nursery import Nursery

SEGMENTS = 3


@dataclass
class Together:
    """What came of two nights.

    Attributes:
        shares: jobs each night worked on, by its own report.
        twice: jobs both worked on.
        statuses: of all jobs.
        questions: segments that were asked about, at both stages.
        again: those of them that were asked about more than once.
        wrong: where ledger and simulator differ.
    """

    shares: list[int]
    twice: int
    statuses: Counter[str]
    questions: int
    again: int
    wrong: list[str]
    seconds: float


def two_nights(nursery: Nursery, jobs: int, *, latency: float = 0.05) -> Together:
    """Two processes, started together, over one home with so many jobs.

    Args:
        latency: seconds an answer takes.
    """
    settings = {"NIGHTDESK_MAX_JOBS": "8"}
    simulator = SimulatorSettings(latency=latency, jitter=0.1)
    with tempfile.TemporaryDirectory(prefix="together-") as name, running(simulator) as url:
        house = House(nursery, Path(name), url, settings)
        house.write({f"{d:04}.txt": _document(d) for d in range(jobs)})
        began = time.monotonic()
        outs = [house.folder / f"night-{n}.json" for n in range(2)]
        pids = [house.start("run", "--json", out=out) for out in outs]
        codes = [house.await_end(pid, seconds=1_800) for pid in pids]
        seconds = time.monotonic() - began
        assert codes == [0, 0], [out.read_text() for out in outs]
        reports = [_report(out) for out in outs]
        worked = [{job["job_id"] for job in report["jobs"]} for report in reports]
        all_kept, all_asked = kept(house.home), asked(url)
        return Together(
            shares=[len(share) for share in worked],
            twice=len(worked[0] & worked[1]),
            statuses=Counter(str(job.status) for job in all_kept.jobs.values()),
            questions=all_asked.times.total(),
            again=sum(all_asked.again(key) for key in all_asked.times),
            wrong=settled(all_kept, all_asked),
            seconds=seconds,
        )


def _document(number: int) -> str:
    return "\n\n".join(f"Sentence {s} of document {number} is here." for s in range(SEGMENTS))


def _report(out: Path) -> dict[str, list[dict[str, str]]]:
    """What `run --json` printed, after what it told of its progress."""
    text = out.read_text(encoding="utf-8")
    found: dict[str, list[dict[str, str]]] = json.loads(text[text.index("{") :])
    return found


def main() -> None:
    """Run both and print what came of it."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.together")
    parser.add_argument("--jobs", type=int, default=500)
    with nurseries(1) as (nursery,):
        print(two_nights(nursery, parser.parse_args().jobs))  # noqa: T201 - for who asked


if __name__ == "__main__":
    main()
