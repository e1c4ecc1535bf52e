"""What a run shows of itself while it is under way."""

from __future__ import annotations

import io
from dataclasses import replace
from decimal import Decimal

import pytest
from rich.console import Console

from cli.watching import display, duration, line, watching
from tasks.progress import Progress, time_left

PROGRESS = Progress(
    jobs_total=40,
    jobs_done=12,
    segments_total=1200,
    segments_done=300,
    input_tokens=123456,
    output_tokens=7890,
    cost_eur=Decimal("0.12346"),
    elapsed_s=50,
)


def shown(*progress: Progress) -> list[str]:
    out = io.StringIO()
    with watching(Console(file=out, force_terminal=False)) as watch:
        for one in progress:
            watch(one)
    return out.getvalue().splitlines()


def test_a_line_tells_jobs_segments_tokens_money_and_time() -> None:
    """A plain line holds all that a night's watcher asks for."""
    assert (
        "12/40 jobs, 300/1,200 segments, 123,456 tokens in, 7,890 out, 0.1235 EUR, 2:30 left"
    ) == line(PROGRESS)


def test_plain_lines_come_every_five_seconds_and_at_the_end() -> None:
    """Where the output is no terminal, lines are few, and the end is told once."""
    over = replace(PROGRESS, jobs_done=40, segments_done=1200)

    lines = shown(
        *(replace(PROGRESS, elapsed_s=seconds) for seconds in (0.0, 0.5, 4.9, 5.1, 9.0)),
        replace(over, elapsed_s=9.5),
        replace(over, elapsed_s=20),
    )

    assert ["time left unknown", "0:15 left", "0:00 left"] == [
        text.rsplit(", ", 1)[1] for text in lines
    ]


def test_a_terminal_shows_bars_and_numbers() -> None:
    """The live display has a bar for jobs and one for segments, and what was spent."""
    out = io.StringIO()

    Console(file=out, width=80).print(display(PROGRESS))

    bars = "━" * 12, "━" * 10
    text = [" ".join(row.replace("━", "").split()) for row in out.getvalue().splitlines()]
    assert all(bar in out.getvalue() for bar in bars)
    assert [
        "jobs 12 of 40",
        "segments 300 of 1,200",
        "tokens 123,456 in, 7,890 out",
        "spent 0.1235 EUR 2:30 left",
    ] == text


def test_time_left_is_unknown_until_enough_is_done() -> None:
    """Nobody guesses the time left from the first few segments of many."""
    assert time_left(replace(PROGRESS, segments_done=0)) is None
    assert time_left(replace(PROGRESS, segments_done=19)) is None
    assert 0 == time_left(replace(PROGRESS, segments_done=1, segments_total=1))
    assert pytest.approx(150) == time_left(PROGRESS)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0:00"), (59.6, "1:00"), (754, "12:34"), (3661, "1:01:01")]
)
def test_durations_are_read_like_a_clock(seconds: float, text: str) -> None:
    """Minutes and seconds, and hours where there are any."""
    assert text == duration(seconds)


def test_what_the_engine_lacks_is_said_once() -> None:
    """What the night does without is told before anything else, and not again."""
    lacking = replace(PROGRESS, missing=("The server caches nothing.",))

    lines = shown(lacking, replace(lacking, elapsed_s=60))

    assert [
        "The server caches nothing.",
        line(lacking),
        line(replace(lacking, elapsed_s=60)),
    ] == lines
