"""What a night translates in two ways is told, by whichever of its processes."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from tests.e2e.conftest import House

FIRST, SECOND = (
    "Open the dashboard.\n\nDashboard\n\nSettings\n",
    ("Close this dashboard.\n\nDashboards load fast.\n\nThe weather is fine.\n\nSettings\n"),
)
SAID = {
    "Open the": "Öffnen Sie die Übersicht.",
    "^Dashboard$": "Übersicht",
    "Close this": "Schließen Sie diese Tafel.",
    "load fast": "Tafeln laden schnell.",
    "weather": "Das Wetter ist schön.",
}
SCRIPT = "".join(
    f'[[rule]]\ntask = "translate"\nmatch = "{match}"\nevent = "say"\ntext = "{text}"\n{more}'
    for match, text, more in (
        *((match, text, "") for match, text in SAID.items()),
        ("Settings", "Optionen", ""),
        ("Settings", "Einstellungen", "times = 1\n"),  # The last rule that still holds counts.
    )
)


def submitted(house: House, name: str, text: str, tone: str) -> str:
    """Queue a document with a briefing of its own and a term without a translation; the job."""
    house.write(
        {name: text, f"{name}.toml": f'tone = "{tone}"\n', "terms.csv": "term,fr\ndashboard,\n"}
    )
    options = ("--from", "en", "--to", "de", "--briefing", f"{name}.toml")
    found = house.json("submit", name, *options, "--glossary", "terms.csv")
    return str(found["jobs"][0]["job_id"])


def told(house: House, job_id: str) -> list[tuple[int | None, str]]:
    """A job's notes on terminology, as a program reads them."""
    notes = house.json("result", job_id)["delivery_notes"]
    return [(n["segment_id"], n["message"]) for n in notes if n["type"] == "terminology"]


EXPECTED = [
    (None, "The term 'dashboard' is 'Tafel' in this document, but 'Übersicht' in 'a.txt'."),
    (3, "The same text is translated as 'Einstellungen' in 'a.txt'."),
]


def test_two_documents(house: House, simulated: Callable[..., Any]) -> None:
    """A later document that has another word for a term or a label says so."""
    with simulated(SCRIPT):
        first = submitted(house, "a.txt", FIRST, "plain")
        second = submitted(house, "b.txt", SECOND, "warm")
        house.night(NIGHTDESK_MAX_JOBS="1", NIGHTDESK_MAX_IN_FLIGHT="1")

    assert told(house, first) == []
    assert told(house, second) == EXPECTED


def test_a_night_that_was_killed_between(house: House, simulated: Callable[..., Any]) -> None:
    """The same where the night is killed after the first, and the second ends in another run."""
    with simulated(SCRIPT, latency=0.3):
        first = submitted(house, "a.txt", FIRST, "plain")
        second = submitted(house, "b.txt", SECOND, "warm")
        run = house.start("run", NIGHTDESK_MAX_JOBS="1", NIGHTDESK_MAX_IN_FLIGHT="1")
        while house.json("status", first)["status"] != "completed":
            assert run.poll() is None, run.communicate()
            time.sleep(0.02)
        run.kill()
        run.wait()
        assert house.json("status", second)["status"] != "completed"
        house.night()

    assert told(house, second) == EXPECTED
