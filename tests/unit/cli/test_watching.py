"""What a run shows of itself while it is under way."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from rich.console import Console

from cli.night.watching import display, duration, line, watching
from engines.availability import Wait
from tasks.run.progress import Progress, time_left, waited, waiting

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


def test_what_is_waited_for_is_told_until_it_is_over() -> None:
    """While the engine is away it is told, and again when what is told of it changes."""
    first, later = (
        f"waiting for the API since 02:14, asking again at {at}: m: 503: No."
        for at in ("02:15", "02:16")
    )
    away = [
        replace(PROGRESS, elapsed_s=elapsed, waiting=(said,))
        for elapsed, said in ((0.0, first), (5.0, first), (10.0, later))
    ]

    lines = shown(*away, replace(PROGRESS, elapsed_s=15.0))

    assert [first, later] == [text for text in lines if "waiting" in text]
    assert len(lines) == 6
    out = io.StringIO()
    Console(file=out, width=80).print(display(away[0]))
    assert out.getvalue().splitlines()[-1].strip() == first


def test_the_words_for_a_wait() -> None:
    """A stretch without an answer is told by the clock on this machine's wall."""
    begin = datetime(2026, 3, 6, 2, 14).astimezone()
    wait = Wait("claude-x", begin, "503: No.", begin + timedelta(minutes=5))

    assert waiting([wait]) == (
        "waiting for the API since 02:14, asking again at 02:19: claude-x: 503: No.",
    )
    assert waited([wait, replace(wait, until=begin + timedelta(hours=1))]) == (
        "from 02:14 on: claude-x: 503: No.",
        "from 02:14 to 03:14: claude-x: 503: No.",
    )
    assert waiting([replace(wait, until=begin)]) == ()
