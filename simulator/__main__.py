"""`python -m simulator`: serve one on this machine."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from simulator.misbehaviour.faults import BATCH_FAULTS, FAULTS
from simulator.misbehaviour.outage import read_phase
from simulator.replies.judging import JUDGES
from simulator.replies.script import read_script
from simulator.running import DEFAULT_PORT, serve
from simulator.settings import SimulatorSettings


def _parser() -> argparse.ArgumentParser:
    default = SimulatorSettings()
    parser = argparse.ArgumentParser(
        prog="python -m simulator",
        description="A strict stand-in for the APIs of Anthropic and OpenAI.",
    )
    add = parser.add_argument
    add("--host", default="127.0.0.1")
    add("--port", type=_port, default=DEFAULT_PORT, help="0 takes any free one")
    add("--key", help="a key to take beside those that begin with sk-sim-")
    add("--latency", type=_seconds, default=default.latency, help="seconds until an answer")
    add("--jitter", type=_seconds, default=default.jitter, help="seconds added to it at most")
    add("--rpm", type=_positive, default=default.requests_per_minute, help="requests a minute")
    add(
        "--itpm",
        type=_positive,
        default=default.input_tokens_per_minute,
        help="input tokens a minute",
    )
    add(
        "--otpm",
        type=_positive,
        default=default.output_tokens_per_minute,
        help="output tokens a minute",
    )
    add("--burst-seconds", type=_seconds, default=default.burst_seconds)
    add("--batch-seconds", type=_seconds, default=default.batch_seconds, help="until a batch ends")
    add("--outage", action="append", default=[], metavar="HOW:SECONDS", help="a phase, as 503:60")
    add("--outage-after", type=_whole, default=0, help="answers before the first phase")
    add("--retired", action="append", default=[], metavar="MODEL", help="a model that is retired")
    add("--cache-minimum", type=_whole, help="tokens a prefix needs to be cached")
    add("--retry-after", type=_whole, default=default.retry_after, help="seconds, of a drawn 429")
    add("--seed", type=int, default=default.seed)
    add("--judge", choices=tuple(JUDGES), default=default.judge, help="how it assesses")
    add("--judge-of", action="append", default=[], type=_judge_of, metavar="MODEL=NAME")
    add("--script", type=Path, help="a TOML file of rules, see docs/simulator.md")
    for fault in BATCH_FAULTS:
        name = f"--batch-{fault.replace('_', '-')}"
        add(name, type=_whole, default=0, dest=f"batch_{fault}", help="so many times")
    for fault in FAULTS:
        add(f"--rate-{fault.replace('_', '-')}", type=float, default=0, dest=f"rate_{fault}")
    return parser


def _judge_of(text: str) -> tuple[str, str]:
    model, _, name = text.rpartition("=")
    if not model or name not in JUDGES:
        known = ", ".join(JUDGES)
        raise argparse.ArgumentTypeError(f"write it as MODEL=NAME; the names are {known}")
    return model, name


def _port(text: str) -> int:
    return int(_within(int(text), 0, 65535))


def _positive(text: str) -> int:
    return int(_within(int(text), 1))


def _whole(text: str) -> int:
    return int(_within(int(text), 0))


def _seconds(text: str) -> float:
    return _within(float(text), 0)


def _within(value: float, least: float, most: float = sys.maxsize) -> float:
    # A comparison that NaN fails.
    if not least <= value <= most:
        limit = f"at least {least}" if most == sys.maxsize else f"from {least} to {most}"
        raise argparse.ArgumentTypeError(f"{value} can't be used; it must be {limit}")
    return value


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
    batch_faults = {fault: getattr(arguments, f"batch_{fault}") for fault in BATCH_FAULTS}
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
        judge=arguments.judge,
        judges=dict(arguments.judge_of),
        batch_seconds=arguments.batch_seconds,
        batch_faults={fault: times for fault, times in batch_faults.items() if times},
        outage=tuple(read_phase(text) for text in arguments.outage),
        outage_after=arguments.outage_after,
        retired=frozenset(arguments.retired),
        cache_minimum=arguments.cache_minimum,
    )


def _greet(url: str) -> None:
    sys.stderr.write(f"The simulator answers on {url}. Its translations are pseudo-translations.\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until interrupted; 2 for options that can't be used, 3 for a port that is taken."""
    arguments = _parser().parse_args(argv)
    try:
        settings = _settings(arguments)
    except (ValueError, OSError) as error:
        sys.stderr.write(f"simulator: {error}\n")
        return 2
    try:
        serve(arguments.port, settings, host=arguments.host, told=_greet)
    except OSError as error:
        sys.stderr.write(f"simulator: {error}\n")
        return 3
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
