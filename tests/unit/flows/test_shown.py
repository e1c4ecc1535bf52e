"""What a flow run's progress artifact says of the weather."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from engines.availability import Wait
from flows.prefect.progress_artifact import said_of

BEGIN = datetime(2026, 3, 6, 2, 14).astimezone()
WAIT = Wait("m", BEGIN, "503: No.", BEGIN + timedelta(minutes=1))


def test_said_of_the_weather() -> None:
    """As long as the API is away that is said, then when it was, and nothing where it never was."""
    over = replace(WAIT, until=BEGIN + timedelta(minutes=7))
    assert said_of([]) == ()
    assert said_of([over, WAIT]) == (
        "waiting for the API since 02:14, asking again at 02:15: m: 503: No.",
    )
    assert said_of([over]) == ("the API was away from 02:14 to 02:21: m: 503: No.",)
