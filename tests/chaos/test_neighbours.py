"""A fault in the work on one job, at each place where there can be one, touches no other job."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.chaos.elsewhere import ELSEWHERE, HARMLESS, HEALED, MODULES
from tests.chaos.neighbours import SEEN
from tests.chaos.nursery import ROOT
from tests.chaos.places import places_in, sources


def test_no_neighbour_pays(prefect_api: str) -> None:
    """Every place that no whole run has seen, and a sample of the others: none ends the night."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.chaos.neighbours", "--share", "12"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PREFECT_API_URL": prefect_api},
        capture_output=True,
        text=True,
        check=False,
    )
    if not done.stdout:
        pytest.fail(done.stderr[-4000:])
    assert json.loads(done.stdout)["wrong"] == []


def test_what_is_left_out_is_there() -> None:
    """No reason is kept for a place that is gone."""
    there = places_in(sources())
    names = {place.name for place in there}
    assert (ELSEWHERE.keys() | HARMLESS.keys() | HEALED.keys()) - names == set()
    assert MODULES.keys() - {place.module for place in there} == set()
    assert len(there) > 150
    assert len(SEEN.read_text(encoding="utf-8").splitlines()) > 50
