"""Many kills: a Prefect server, a nursery a lane, homes one after another."""

from __future__ import annotations

import contextlib
import os
import random
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from flows.prefect.server import server_for
from tests.chaos.killing import AT, KILLS_A_HOME, Tally, kill_one_home
from tests.chaos.nursery import Nursery
from tests.chaos.sums import add
from tests.s3 import Endpoint

FOLDER = "a folder"


@contextlib.contextmanager
def nurseries(number: int) -> Iterator[list[Nursery]]:
    """So many nurseries, on one Prefect server of their own."""
    with (
        tempfile.TemporaryDirectory(prefix="chaos-prefect-") as name,
        server_for(Path(name), dict(os.environ)) as url,
        nurseries_at(url, number) as found,
    ):
        yield found


@contextlib.contextmanager
def nurseries_at(api_url: str, number: int) -> Iterator[list[Nursery]]:
    """The same on a Prefect server that is there."""
    environ = {**os.environ, "PREFECT_API_URL": api_url}
    found = [Nursery(environ) for _ in range(number)]
    try:
        yield found
    finally:
        for nursery in found:
            nursery.close()


def killed(
    lanes: list[Nursery],
    kills: int,
    seed: int,
    *,
    bucket: Endpoint | None = None,
    seconds: float = float("inf"),
    told: Callable[[Tally], None] = lambda tally: None,
) -> Tally:
    """So many kills, or as many as the time allows.

    Args:
        lanes: homes side by side, one a nursery.
        kills: at least so many; each lane ends with a whole home.
        seed: of all that is drawn; home n is the same whichever lane takes it up.
        bucket: where the homes are; None: in folders.
        seconds: after which no home is begun.
        told: told the sums after each home.
    """
    whole, lock, until = Tally(), threading.Lock(), time.monotonic() + seconds
    numbers = iter(range(100 * kills + 100))
    promised = 0

    def lane(nursery: Nursery) -> None:
        nonlocal promised
        while time.monotonic() < until:
            with lock:
                most = min(KILLS_A_HOME, kills - whole.kills - promised)
                if most <= 0:
                    return
                promised += most
                number = next(numbers)
            tally = Tally()
            try:
                chance = random.Random(f"{seed} {number}")
                kill_one_home(nursery, chance, most, tally, bucket)
            except Exception as error:  # told as what it is: a find
                tally.wrong.append(f"{type(error).__name__}: {error}")
            tally.wrong = [f"home {number}: {what}" for what in tally.wrong]
            tally.half_states = [f"home {number}: {what}" for what in tally.half_states]
            with lock:
                promised -= most
                add(whole, tally)
                told(whole)

    threads = [threading.Thread(target=lane, args=(nursery,)) for nursery in lanes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return whole


def report(tally: Tally, seeds: Sequence[int], seconds: float, kind: str = FOLDER) -> str:
    """The sums of some runs as Markdown."""
    rows: list[tuple[str, object]] = [
        ("homes in", kind),
        ("kills", tally.kills),
        ("seed" if len(seeds) == 1 else "seeds", ", ".join(map(str, seeds))),
        ("seconds", round(seconds)),
        ("homes", tally.homes),
        ("nights begun", tally.nights),
        ("jobs, segments", f"{tally.jobs:,}, {tally.segments:,}"),
        ("requests the simulator answered", f"{tally.requests:,}"),
        ("of which are in the ledger", f"{tally.calls:,}"),
        ("in flight at the kills (requests: kills)", _spread(tally.in_flight)),
        ("asked and not yet durable at the kills", _spread(tally.uncommitted)),
        ("segments asked for again, all of those", f"{tally.again:,}"),
        *((f"kills by: {kind}", _counts(tally.at[kind])) for kind in AT),
        ("readers' looks", f"{tally.looks:,}"),
        ("half states seen", len(tally.half_states)),
        ("lost, paid again, or wrong otherwise", len(tally.wrong)),
    ]
    lines = ["| | |", "| --- | --- |", *(f"| {name} | {value} |" for name, value in rows)]
    return "\n".join([*lines, "", *tally.wrong, *tally.half_states])


def _spread(counts: Mapping[int, int]) -> str:
    return ", ".join(f"{number}: {counts[number]}" for number in sorted(counts))


def _counts(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {number}" for name, number in counts.most_common())
