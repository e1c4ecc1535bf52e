"""`python -m tests.fuzz`: at least so many random requests to a server of its own.

The exit code is 1 where an answer was a 5xx or another than the OpenAPI document says.
"""

from __future__ import annotations

import argparse
import secrets
import sys
import tempfile
import time
from pathlib import Path

from tests.fuzz.asking import home_served, outcome, start

_OPERATIONS = 6
"""Those with parameters, which can be asked any number of different things."""


def main() -> int:
    """Ask, and print what was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--cases", type=int, default=50_000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000))
    parser.add_argument("--phases", default="examples,coverage,fuzzing,stateful")
    given = parser.parse_args()
    examples = given.cases // (_OPERATIONS * given.processes) + 1
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, home_served(Path(folder)) as (address, key):
        runs = []
        for number in range(given.processes):
            place = Path(folder) / f"run{number}"
            seed = given.seed + number
            runs.append(
                (
                    start(address, key, place, examples=examples, seed=seed, phases=given.phases),
                    place,
                )
            )
        results = [outcome(process, place) for process, place in runs]
    asked = sum(count for count, _ in results)
    faults = [text for _, text in results if text]
    print(*faults, sep="\n")  # noqa: T201
    took = time.monotonic() - began
    print(f"{asked:,} cases, seed {given.seed}, {took:.0f} s; {len(faults)} runs found faults")  # noqa: T201
    return 1 if faults or asked < given.cases else 0


if __name__ == "__main__":
    sys.exit(main())
