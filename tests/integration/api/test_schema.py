"""Random requests to the running server, checked by schemathesis against its OpenAPI document."""

from __future__ import annotations

from pathlib import Path

from tests.fuzz.asking import home_served, outcome, start


def test_no_answer_outside_the_schema(tmp_path: Path) -> None:
    """Whatever is asked, no answer is a 5xx or another than the OpenAPI document says."""
    with home_served(tmp_path) as (address, key):
        report = tmp_path / "report"
        asking = start(
            address, key, report, examples=10, seed=1, phases="examples,coverage,fuzzing,stateful"
        )
        asked, found = outcome(asking, report)

    assert found == ""
    assert asked > 300
