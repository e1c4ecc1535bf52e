"""`python -m tests.chaos [--kills N] [--seed S]`: kill nights, and print what came of it."""

from __future__ import annotations

import argparse
import random
import sys
import time

import tests.conftest  # noqa: F401 - no run goes by what this machine has set
from tests.chaos.campaign import killed, nurseries, report
from tests.chaos.killing import Tally


def main() -> int:
    """Kill and print; 1 where anything was wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos")
    parser.add_argument("--kills", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    parser.add_argument("--lanes", type=int, default=2, help="homes side by side")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="begin no home later")
    arguments = parser.parse_args()
    began, shown = time.monotonic(), [0]

    def told(tally: Tally) -> None:
        if tally.kills >= shown[0] + 50 or tally.wrong or tally.half_states:
            shown[0] = tally.kills
            _say(report(tally, arguments.seed, time.monotonic() - began), sys.stderr)

    _say(f"seed {arguments.seed}", sys.stderr)
    with nurseries(arguments.lanes) as lanes:
        tally = killed(
            lanes, arguments.kills, arguments.seed, seconds=60 * arguments.minutes, told=told
        )
    _say(report(tally, arguments.seed, time.monotonic() - began), sys.stdout)
    return 1 if tally.wrong or tally.half_states else 0


def _say(text: str, stream: object) -> None:
    print(text, file=stream, flush=True)


if __name__ == "__main__":
    sys.exit(main())
