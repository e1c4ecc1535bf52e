"""`python -m simulator`: serve one on this machine."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from simulator.faults import FAULTS
from simulator.running import DEFAULT_PORT, serve
from simulator.script import read_script
from simulator.settings import SimulatorSettings


def _parser() -> argparse.ArgumentParser:
    default = SimulatorSettings()
    parser = argparse.ArgumentParser(
        prog="python -m simulator", description="A strict stand-in for the Anthropic API."
    )
    add = parser.add_argument
    add("--host", default="127.0.0.1")
    add("--port", type=int, default=DEFAULT_PORT)
    add("--key", help="a key to take beside those that begin with sk-sim-")
    add("--latency", type=float, default=default.latency, help="seconds until an answer")
    add("--jitter", type=float, default=default.jitter, help="seconds added to it at most")
    add("--rpm", type=int, default=default.requests_per_minute, help="requests a minute")
    add("--itpm", type=int, default=default.input_tokens_per_minute, help="input tokens a minute")
    add("--otpm", type=int, default=default.output_tokens_per_minute, help="output tokens a minute")
    add("--burst-seconds", type=float, default=default.burst_seconds)
    add("--batch-seconds", type=float, default=default.batch_seconds, help="until a batch ends")
    add("--cache-minimum", type=int, help="tokens a prefix needs to be cached")
    add("--retry-after", type=int, default=default.retry_after, help="seconds, of a drawn 429")
    add("--seed", type=int, default=default.seed)
    add("--script", type=Path, help="a TOML file of rules, see docs/simulator.md")
    for fault in FAULTS:
        add(f"--rate-{fault.replace('_', '-')}", type=float, default=0, dest=f"rate_{fault}")
    return parser


def read_options(argv: Sequence[str]) -> SimulatorSettings:
    """The settings that options give; `--host` and `--port` are no part of them.

    Raises:
        ValueError: a rate or the script can't be used.
        OSError: the script can't be read.
    """
    return _settings(_parser().parse_args(argv))


def _settings(arguments: argparse.Namespace) -> SimulatorSettings:
    script: Path | None = arguments.script
    rates = {fault: getattr(arguments, f"rate_{fault}") for fault in FAULTS}
    return SimulatorSettings(
        key=arguments.key,
        latency=arguments.latency,
        jitter=arguments.jitter,
        requests_per_minute=arguments.rpm,
        input_tokens_per_minute=arguments.itpm,
        output_tokens_per_minute=arguments.otpm,
        burst_seconds=arguments.burst_seconds,
        fault_rates={fault: rate for fault, rate in rates.items() if rate},
        retry_after=arguments.retry_after,
        seed=arguments.seed,
        rules=read_script(script.read_text()) if script else (),
        batch_seconds=arguments.batch_seconds,
        cache_minimum=arguments.cache_minimum,
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until interrupted; 2 for options that can't be used, 3 for a port that is taken."""
    arguments = _parser().parse_args(argv)
    try:
        settings = _settings(arguments)
    except (ValueError, OSError) as error:
        sys.stderr.write(f"simulator: {error}\n")
        return 2
    sys.stderr.write(
        f"The simulator answers on http://{arguments.host}:{arguments.port}. "
        "Its translations are pseudo-translations.\n"
    )
    try:
        serve(arguments.port, settings, host=arguments.host)
    except OSError as error:
        sys.stderr.write(f"simulator: {error}\n")
        return 3
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
