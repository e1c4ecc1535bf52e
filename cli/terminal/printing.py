"""Printing: tables for people, JSON for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import typer
from rich.cells import cell_len, set_cell_size

from cli.terminal.lines import on_one_line
from domain.cost.spent import Spent
from domain.job.job import Job

REHEARSALS = "Rehearsals: pseudo-translations by the simulator, at what they would have cost"
"""The heading under which they stand apart."""
_MICRO = Decimal("0.000001")


def print_json(value: Any) -> None:
    """Print a value as JSON on one line; money with six decimals at most, moments in ISO 8601."""
    typer.echo(json.dumps(value, ensure_ascii=False, default=_jsonable).encode())


def print_table(
    columns: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[str] = ()
) -> None:
    """Print a table as wide as it is; where a terminal is narrower, it wraps the lines itself.

    Ids and paths are copied: a table squeezed into the terminal would break them apart.

    Args:
        right: columns of numbers.
    """
    cells = [[on_one_line(cell) for cell in row] for row in (columns, *rows)]
    widths = [max(map(cell_len, column)) for column in zip(*cells, strict=True)]
    is_right = [column in right for column in columns]
    for number, row in enumerate(cells):
        padded = [
            " " * (width - cell_len(cell)) + cell if at_right else set_cell_size(cell, width)
            for cell, width, at_right in zip(row, widths, is_right, strict=True)
        ]
        line = "  ".join(padded).rstrip()
        is_bold = number == 0 and sys.stdout.isatty()
        typer.echo(typer.style(line, bold=True) if is_bold else line.encode())


def job_facts(job: Job) -> dict[str, Any]:
    """What is told of a job in JSON, named as the columns of the view `jobs`."""
    return {
        "job_id": job.job_id,
        "path": job.source_path,
        "output_path": job.output_path,
        "format": job.format,
        "source_lang": job.source_lang,
        "target_lang": job.target_lang,
        "status": str(job.status),
        "current_step": job.step and str(job.step),
        "attempt": job.attempt,
        "segment_count": job.segment_count,
        "source_words": job.source_words,
        "target_words": job.target_words,
        "qa_score": job.qa_score,
        "input_tokens": job.usage.input_tokens,
        "output_tokens": job.usage.output_tokens,
        "cost_eur": job.cost_eur,
        "simulated": job.simulated,
        "created_at": job.created_at,
        "started_at": job.started_at,
        "finished_at": job.finished_at,
    }


def print_jobs(jobs: Sequence[Job], spent: Mapping[str, Spent] | None = None) -> None:
    """Print jobs as a table: what, into which language, how it stands, how good, what it cost.

    Args:
        spent: by job id, what a night spent on it; by default what was spent on it in all.
    """
    rows = [
        (
            job.job_id,
            job.source_path,
            f"{job.source_lang} → {job.target_lang}",
            str(job.status),
            "" if job.qa_score is None else f"{job.qa_score:.1f}",
            f"{job.source_words:,}",
            f"{(job if spent is None else spent.get(job.job_id, Spent())).cost_eur:.4f}",
        )
        for job in jobs
    ]
    columns = ("job", "document", "languages", "status", "score", "words", "EUR")
    print_table(columns, rows, right=("score", "words", "EUR"))


def _jsonable(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value.quantize(_MICRO, rounding=ROUND_HALF_UP))
    return value.isoformat()
