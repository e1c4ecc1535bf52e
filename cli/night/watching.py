"""Watching a night: a live display on a terminal, plain lines elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from tasks.run.progress import Progress, time_left

EVERY_S = 5.0
"""Seconds between plain lines."""


@contextmanager
def watching(console: Console) -> Iterator[Callable[[Progress], None]]:
    """Something to tell the night's progress to, shown as long as the block lasts."""
    if not console.is_terminal:
        yield PlainLines(console)
        return
    said: set[str] = set()
    with Live(console=console, refresh_per_second=4, transient=True) as live:

        def show(progress: Progress) -> None:
            say_missing(console, progress, said)
            live.update(display(progress))

        yield show


def say_missing(console: Console, progress: Progress, said: set[str]) -> None:
    """Print what the engine lacks, each sentence once."""
    for sentence in progress.missing:
        if sentence not in said:
            said.add(sentence)
            console.print(sentence, soft_wrap=True, markup=False)


class PlainLines:
    """Prints a line every few seconds of the night's own time."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._due = 0.0
        self._is_over = False
        self._said: set[str] = set()
        self._waiting: tuple[str, ...] = ()

    def __call__(self, progress: Progress) -> None:
        say_missing(self._console, progress, self._said)
        over = 0 < progress.jobs_total == progress.jobs_done
        if self._is_over or (progress.elapsed_s < self._due and not over):
            return
        self._is_over = over
        self._due = progress.elapsed_s + EVERY_S
        self._console.print(line(progress), soft_wrap=True)
        for sentence in progress.waiting:
            if sentence not in self._waiting:
                self._console.print(sentence, soft_wrap=True, markup=False)
        self._waiting = progress.waiting


def line(progress: Progress) -> str:
    """Where a night stands, on one line."""
    return (
        f"{progress.jobs_done:,}/{progress.jobs_total:,} jobs, "
        f"{progress.segments_done:,}/{progress.segments_total:,} segments, "
        f"{progress.input_tokens:,} tokens in, {progress.output_tokens:,} out, "
        f"{progress.cost_eur:.4f} EUR, {left(progress)}"
    )


def display(progress: Progress) -> RenderableType:
    """Where a night stands, for a terminal."""
    table = Table.grid(padding=(0, 2))
    for name, done, total in (
        ("jobs", progress.jobs_done, progress.jobs_total),
        ("segments", progress.segments_done, progress.segments_total),
    ):
        bar = ProgressBar(total=max(total, 1), completed=done, width=40)
        table.add_row(name, bar, f"{done:,} of {total:,}")
    tokens = f"{progress.input_tokens:,} in, {progress.output_tokens:,} out"
    table.add_row("tokens", tokens, "")
    table.add_row("spent", f"{progress.cost_eur:.4f} EUR", left(progress))
    return Group(table, *(Text(sentence) for sentence in progress.waiting))


def left(progress: Progress) -> str:
    """The time left, or that nobody can tell yet."""
    seconds = time_left(progress)
    if seconds is None:
        return "time left unknown"
    return f"{duration(seconds)} left"


def duration(seconds: float) -> str:
    """Seconds as `m:ss`, or `h:mm:ss` from an hour on."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
