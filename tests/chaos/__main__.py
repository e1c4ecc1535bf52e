"""`python -m tests.chaos [--kills N] [--seed S] [--bucket]`: kill nights; print what came of it.

A campaign can be run in parts: with `--sums FILE` each run adds to the sums in the file, and
prints those of all.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import tests.conftest  # noqa: F401 - no run goes by what this machine has set
from tests.chaos.campaign import FOLDER, killed, nurseries, report
from tests.chaos.killing import Tally
from tests.chaos.sums import read_sums, write_sums
from tests.s3 import BUCKET, Endpoint, endpoint_at, s3


def main() -> int:
    """Kill and print; 1 where anything was wrong."""
    arguments = _arguments()
    kind = _kind(arguments)
    before = read_sums(arguments.sums, kind)
    began, shown = time.monotonic(), [0]

    def told(tally: Tally) -> None:
        now = before.with_run(arguments.seed, time.monotonic() - began, tally)
        write_sums(arguments.sums, now)
        if tally.kills >= shown[0] + 50 or tally.wrong or tally.half_states:
            shown[0] = tally.kills
            _say(report(now.tally, now.seeds, now.seconds, kind), sys.stderr)

    _say(f"seed {arguments.seed}", sys.stderr)
    with _bucket(arguments) as bucket, nurseries(arguments.lanes) as lanes:
        tally = killed(
            lanes,
            arguments.kills,
            arguments.seed,
            bucket=bucket,
            seconds=60 * arguments.minutes,
            told=told,
        )
    whole = before.with_run(arguments.seed, time.monotonic() - began, tally)
    write_sums(arguments.sums, whole)
    _say(report(whole.tally, whole.seeds, whole.seconds, kind), sys.stdout)
    return 1 if whole.tally.wrong or whole.tally.half_states else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos")
    parser.add_argument("--kills", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    parser.add_argument("--lanes", type=int, default=2, help="homes side by side")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="begin no home later")
    parser.add_argument("--sums", type=Path, help="a file that sums up several runs")
    parser.add_argument(
        "--bucket",
        nargs="?",
        const=BUCKET,
        metavar="NAME",
        help="homes in a bucket, in folders else",
    )
    parser.add_argument(
        "--endpoint",
        metavar="URL",
        help="an S3 endpoint on this machine that has the bucket, with the keys that AWS_… name;"
        " else one is started",
    )
    arguments = parser.parse_args()
    if arguments.endpoint and not arguments.bucket:
        arguments.bucket = BUCKET
    return arguments


def _kind(arguments: argparse.Namespace) -> str:
    if not arguments.bucket:
        return FOLDER
    return f"a bucket at {arguments.endpoint or 'moto'}"


@contextlib.contextmanager
def _bucket(arguments: argparse.Namespace) -> Iterator[Endpoint | None]:
    """The endpoint with the bucket, which this process then reaches too; None for folders."""
    if not arguments.bucket:
        yield None
        return
    with contextlib.ExitStack() as opened:
        if arguments.endpoint:
            endpoint = endpoint_at(arguments.endpoint, arguments.bucket)
        else:
            endpoint = opened.enter_context(s3())
        os.environ.update(endpoint.environ)
        yield endpoint


def _say(text: str, stream: object) -> None:
    print(text, file=stream, flush=True)


if __name__ == "__main__":
    sys.exit(main())
