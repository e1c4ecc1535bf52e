"""`nightdesk verify`: whether the lake is whole."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import groupby

import typer

from cli.terminal.doing import doing
from cli.terminal.exits import DONE, JOB_FAILED
from cli.terminal.lines import on_one_line
from cli.terminal.options import AsJson, Home, home_at
from cli.terminal.printing import print_json
from storage.files.findings import Finding
from storage.verify.verifying import Verified, verify

SHOWN = 20
"""Findings of one kind that are told one by one to people; programs are told all."""

app = typer.Typer()


@app.command(name="verify")
def verify_command(home: Home = None, as_json: AsJson = False) -> None:
    """Check all files, keys, sums and documents of the lake, and say what is wrong or left over.

    Nothing is changed, and nights may be at work meanwhile. Exit code 1 where there is a fault;
    leftovers are none.
    """
    doing("reading the lake")
    done = verify(home_at(home), datetime.now(UTC))
    if as_json:
        print_json(_facts(done))
    else:
        _tell(done)
    raise typer.Exit(JOB_FAILED if done.faults else DONE)


def _tell(done: Verified) -> None:
    for kind, of_kind in groupby(done.findings, key=lambda finding: finding.kind):
        found = list(of_kind)
        for finding in found[:SHOWN]:
            gravity = "fault" if finding.is_fault else "leftover"
            typer.echo(on_one_line(f"{gravity}: {_words(finding)}").encode())
        if len(found) > SHOWN:
            typer.echo(f"… and {len(found) - SHOWN:,} more: {kind}")
        typer.echo(f"  what to do: {found[0].advice}")
    faults, left = len(done.faults), len(done.findings) - len(done.faults)
    typer.echo(
        f"{done.jobs:,} jobs, {done.segments:,} segments, {done.calls:,} calls and"
        f" {done.documents:,} documents: {_counted(faults, 'fault')}, {_counted(left, 'leftover')}"
    )


def _words(finding: Finding) -> str:
    job = None if finding.job_id is None else f"job {finding.job_id}"
    return ": ".join(part for part in (finding.kind, finding.place, job, finding.what) if part)


def _counted(count: int, name: str) -> str:
    return f"{count or 'no'} {name}{'' if count == 1 else 's'}"


def _facts(done: Verified) -> dict[str, object]:
    def listed(findings: Sequence[Finding]) -> list[dict[str, object]]:
        return [
            {
                "kind": finding.kind,
                "place": finding.place or None,
                "job_id": finding.job_id,
                "what": finding.what,
                "advice": finding.advice,
            }
            for finding in findings
        ]

    return {
        "jobs": done.jobs,
        "segments": done.segments,
        "calls": done.calls,
        "documents": done.documents,
        "faults": listed(done.faults),
        "leftovers": listed([f for f in done.findings if not f.is_fault]),
    }
