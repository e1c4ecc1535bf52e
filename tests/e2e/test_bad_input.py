"""Bad input among good: it is told, and the rest of the night goes on."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import Any

from tests.e2e.conftest import House

LONG_AGO = 1_700_000_000


def test_a_night_tells_what_it_did_not_take_in(house: House, simulated: Callable[..., Any]) -> None:
    """Unusable inputs stand in report, JSON and standard error; the rest is done; exit code 2."""
    house.write(
        {
            "inbox/briefing.toml": 'source_lang = "de"\ntarget_lang = "en"\n',
            "inbox/good.md": "Guten Tag, liebe Leute.\n",
            "inbox/junk.txt": "ab\0\0\0cd",
            "inbox/m.csv": "text,target_lang\nWelt,fr\nMond,klingonisch\n",
        }
    )
    for path in (house.folder / "inbox").iterdir():
        os.utime(path, (LONG_AGO, LONG_AGO))

    with simulated():
        process = house.start_fresh("run", "--json")
        out, err = process.communicate()

    report = json.loads(out)
    assert 2 == process.returncode, err
    assert ["en", "fr"] == sorted(job["target_lang"] for job in report["jobs"])
    assert {"completed"} == {job["status"] for job in report["jobs"]}
    assert [("inbox/m.csv", "3", "target_lang"), ("inbox/junk.txt", "1", "a NUL character")] == [
        tuple(part.strip() for part in line.split(":")[:3]) for line in report["rejected"]
    ]
    assert [f"error: {line}" for line in report["rejected"]] == [
        line for line in err.splitlines() if line.startswith("error: ")
    ]
    told = (house.folder / "outbox" / report["night"] / "report.md").read_text()
    assert "## Not taken in\n\n- inbox/m.csv:3: target\\_lang: " in told
