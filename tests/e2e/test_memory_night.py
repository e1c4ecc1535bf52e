"""What was translated once is not asked for again: within a job, a night and across nights."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import duckdb

from storage.readmodel.catalog import write_catalog
from tests.e2e.conftest import House


def origins(house: House) -> Counter[str]:
    """Segments by where their translations are from."""
    with duckdb.connect(str(write_catalog(house.home)), read_only=True) as catalog:
        return Counter(o for (o,) in catalog.execute("SELECT origin FROM segments").fetchall())


def asked(page: Callable[[str], Any], task: str) -> int:
    """How many segments a task was asked about."""
    return sum(row["times"] for row in page("asked") if row["task"] == task)


def test_nothing_is_asked_twice(house: House, simulated: Callable[..., Any]) -> None:
    """Of segments with one text the first is asked, the others take its translation for nothing."""
    twice = "This stands twice.\n\n"
    both = "This stands in both documents.\n\nOpen `{}` now.\n\n" + twice + twice
    house.write({"in/a.md": both.format("a.txt"), "in/b.md": both.format("b.txt")})
    with simulated() as page:
        house.submit()
        first = house.night()
        assert [job["status"] for job in first["jobs"]] == ["completed", "completed"]
        assert (asked(page, "translate"), asked(page, "assess")) == (3, 3)
        assert origins(house) == {"claude": 3, "translation_memory": 5}
        results = [house.json("result", job["job_id"]) for job in first["jobs"]]
        assert ["`a.txt`" in result["translation"] for result in results] == [True, False]
        assert [result["qa_score"] for result in results] == [100.0, 100.0]

        house.write({"in/c.md": both.format("c.txt") + "This is new.\n"})
        house.submit()
        second = house.night()
        assert [job["status"] for job in second["jobs"]] == ["completed"]
        assert (asked(page, "translate"), asked(page, "assess")) == (4, 4)
        assert origins(house) == {"claude": 4, "translation_memory": 9}

        house.called("submit", "in/c.md", "--from", "en", "--to", "de", "--again")
        house.night(NIGHTDESK_FRESH="true")
        assert asked(page, "translate") == 8


def test_a_translation_that_failed_serves_nobody(
    house: House, simulated: Callable[..., Any]
) -> None:
    """Who waited for a segment that did not pass QA is translated after all."""
    script = (
        '[[rule]]\ntask = "assess"\nmatch = "twice"\nevent = "error"\nseverity = "critical"\n'
        'category = "accuracy/mistranslation"\nexplanation = "The opposite."\ntimes = 3\n'
    )
    house.write({"in/a.txt": "This stands twice.\n\nThis stands twice.\n"})
    with simulated(script) as page:
        house.submit()
        night = house.night()
        assert [job["status"] for job in night["jobs"]] == ["needs_review"]
        assert asked(page, "translate") == 2
        segments = house.json("status", night["jobs"][0]["job_id"])["segments"]
        assert [segment["status"] for segment in segments] == ["qa_failed", "done"]
