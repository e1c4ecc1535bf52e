"""What each way of installing takes: bytes, and seconds from a warm cache, in a bare environment.

    python -m tests.bench.installs [--before FOLDER] [WAY …]

Each way has a copy of what is committed, an empty home and nothing else of this environment but
the caches of pip and uv, which a first round fills. A way ends with `nightdesk demo`, or, of
`make test`, with the collection of all tests and a handful that run. `before` is a checkout of
another commit, of which `make demo` is measured side by side: each in turn, in the same run.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
NIGHTDESK = "nightdesk demo --home night"
WAYS: Mapping[str, Sequence[str]] = {
    "make demo": ("make .venv/.ready", "make demo"),
    "make test": (
        "make .venv/.tested",
        ".venv/bin/python -m pytest --collect-only -qq",
        ".venv/bin/python -m pytest tests/unit/test_layers.py",
    ),
    "pip": ("{python} -m venv venv && venv/bin/pip install -q .", f"venv/bin/{NIGHTDESK}"),
    "editable": (
        "{python} -m venv venv && venv/bin/pip install -q -e .",
        f"venv/bin/{NIGHTDESK}",
    ),
    "uv tool": ("uv tool install -q .", f"$HOME/.local/bin/{NIGHTDESK}"),
    "pipx": ("pipx install -q .", f"$HOME/.local/bin/{NIGHTDESK}"),
}
"""The commands of each: the first installs."""


class Taken(NamedTuple):
    """What a way took.

    Attributes:
        megabytes: that lie in its folder and its home once it is installed, compiled code aside.
        seconds: of the installation.
        cpu_s: CPU time of the installation.
        whole_s: CPU time of all commands.
    """

    megabytes: float
    seconds: float
    cpu_s: float
    whole_s: float


def taken(checkout: Path, commands: Sequence[str], caches: Path) -> Taken:
    """Go a way in a fresh copy of a checkout, with a fresh home.

    Raises:
        SystemExit: a command failed.
    """
    with tempfile.TemporaryDirectory() as place:
        folder, home = Path(place) / "checkout", Path(place) / "home"
        home.mkdir()
        subprocess.run(["git", "clone", "-q", checkout, folder], check=True)
        before = size(folder)
        seconds, cpu_s = run(commands[0], folder, home, caches)
        megabytes = (size(folder) + size(home) - before) / 1e6
        rest = sum(run(command, folder, home, caches)[1] for command in commands[1:])
        return Taken(megabytes, seconds, cpu_s, cpu_s + rest)


def size(folder: Path) -> int:
    """The bytes of all files under a folder but compiled ones, each file once."""
    found = {}
    for place, _, names in os.walk(folder):
        for name in names:
            told = (Path(place) / name).lstat()
            if not name.endswith(".pyc"):
                found[told.st_ino] = told.st_size
    return sum(found.values())


def run(command: str, folder: Path, home: Path, caches: Path) -> tuple[float, float]:
    """Run a command with nothing of this environment: its seconds, and its CPU time's.

    Raises:
        SystemExit: it failed.
    """
    tools = [str(Path(found).parent) for found in map(shutil.which, ("uv", "pipx")) if found]
    # What says where packages come from is the machine's, not the environment's.
    said = ("PIP_", "UV_", "SSL_", "REQUESTS_", "CURL_", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
    environ = {name: text for name, text in os.environ.items() if name.upper().startswith(said)}
    environ |= {
        "HOME": str(home),
        "PATH": os.pathsep.join(["/usr/bin", "/bin", *tools]),
        "PIP_CACHE_DIR": str(caches / "pip"),
        "UV_CACHE_DIR": str(caches / "uv"),
        "PYTHON": base_python(),
        "PIPX_DEFAULT_PYTHON": base_python(),
        "UV_PYTHON": base_python(),
    }
    words = command.replace("{python}", base_python())
    began, cpu = time.perf_counter(), _children_s()
    done = subprocess.run(
        ["/bin/sh", "-c", words], cwd=folder, env=environ, capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(f"{words}: exit {done.returncode}\n{done.stdout}\n{done.stderr}")
    return time.perf_counter() - began, _children_s() - cpu


def base_python() -> str:
    """The interpreter that this environment was made of."""
    return str(Path(sys.base_prefix) / "bin" / "python3")


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Print a line for each way."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.installs")
    parser.add_argument("ways", nargs="*", help=f"of {', '.join(WAYS)}; all where none is named")
    parser.add_argument("--before", type=Path, help="a checkout of another commit")
    asked = parser.parse_args()
    if unknown := set(asked.ways) - WAYS.keys():
        parser.error(f"no such way: {', '.join(sorted(unknown))}")
    ways = {f"{name}, here": (ROOT, WAYS[name]) for name in asked.ways or WAYS}
    if asked.before:
        ways["make demo, before"] = (asked.before, WAYS["make demo"])
    print(f"{'':20} {'MB':>8} {'seconds':>8} {'CPU s':>8} {'with demo':>10}", flush=True)  # noqa: T201
    with tempfile.TemporaryDirectory() as caches:
        for name, (checkout, commands) in ways.items():
            taken(checkout, commands[:1], Path(caches))
            found = taken(checkout, commands, Path(caches))
            print(  # noqa: T201
                f"{name:20} {found.megabytes:8.0f} {found.seconds:8.1f} {found.cpu_s:8.1f}"
                f" {found.whole_s:10.1f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
