"""Nights by the command line, as users have them."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

KEY = "sk-sim-bench"


def environ_of(environ: Mapping[str, str], home: Path) -> dict[str, str]:
    """The environment of a night in a home of its own."""
    own = {"HOME": home, "OUTBOX": home / "outbox", "INBOX": home / "inbox"}
    return {**environ, **{f"NIGHTDESK_{name}": str(place) for name, place in own.items()}}


HERE = (sys.executable, "-m", "cli.main")
"""The program of this checkout."""


def nightdesk(environ: Mapping[str, str], *words: str, program: Sequence[str] = HERE) -> Any:
    """What a command prints as JSON; one of whose jobs failed is a command that went well."""
    command = [*program, *words, "--json"]
    done = subprocess.run(command, env=environ, stdout=subprocess.PIPE, text=True)
    assert done.returncode in (0, 1), f"{command} ended with {done.returncode}"
    return json.loads(done.stdout, parse_float=Decimal)


def night(
    environ: Mapping[str, str],
    pages: Path,
    home: Path,
    targets: Sequence[str] = ("es",),
    program: Sequence[str] = HERE,
) -> Any:
    """The report of a night over some English pages."""
    environ = environ_of(environ, home)
    into = [word for target in targets for word in ("--to", target)]
    nightdesk(environ, "submit", str(pages), "--from", "en", *into, program=program)
    return nightdesk(environ, "run", program=program)


def eur_of(report: Any) -> Decimal:
    """What a night's jobs cost."""
    return sum((Decimal(job["cost_eur"]) for job in report["jobs"]), Decimal(0))


def ledger_of(url: str) -> Any:
    """What a simulator counted."""
    with urllib.request.urlopen(f"{url}/_simulator/ledger", timeout=60) as reply:
        return json.loads(reply.read())
