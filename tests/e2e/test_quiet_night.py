"""A night in which nothing waits."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.job.night import NightEnd
from domain.settings import Settings
from flows.quiet import nothing_waits
from storage.control.leases import Leases
from storage.layout.nights import Nights
from tests.e2e.conftest import House

HEAVY = {"prefect", "anthropic", "lxml"}
RUN = """
import sys
from cli.main import main
code = main(["run", "--json"])
print(code, *({names!r} & set(sys.modules)), file=sys.stderr)
"""


def waits_nothing(house: House) -> bool:
    settings = Settings(home=str(house.home), inbox=str(house.folder / "inbox"))
    return nothing_waits(settings, house.home)


def test_a_night_in_which_nothing_waits(house: House) -> None:
    """It starts no server, makes no folder in the outbox, and leaves its record."""
    house.environ.pop("PREFECT_API_URL")
    for documents in ({}, {"inbox/briefing.toml": 'target_lang = ["de"]\n'}):
        house.write(documents)
        ended = subprocess.run(
            [sys.executable, "-c", RUN.format(names=HEAVY)],
            cwd=house.folder,
            env=house.environ,
            capture_output=True,
            check=True,
            timeout=300,
        )
        assert b"0\n" == ended.stderr
        report = json.loads(ended.stdout)
        assert ([], None, []) == (report["jobs"], report["prefect_url"], report["rejected"])
        assert not (house.folder / "outbox").exists()
        assert not (house.home / "prefect").exists()
        (night,) = [n for n in Nights(house.home).all() if n.batch_id == report["night"]]
        assert NightEnd.DONE == night.ended_as


def test_what_lacks_a_key_is_said(house: House) -> None:
    """Also where nothing waits: who runs it by a timer learns it before something does."""
    house.environ.pop("ANTHROPIC_API_KEY")
    _, err = house.called("run", code=3)
    assert "ANTHROPIC_API_KEY is not set" in err


def test_what_is_no_quiet_night(
    house: House, simulated: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What lies in the inbox, waits, is to be taken up with models, or is a dead night's."""
    assert waits_nothing(house)
    house.write({"inbox/a.txt": "One sentence."})
    assert not waits_nothing(house)
    (house.folder / "inbox" / "a.txt").unlink()
    assert waits_nothing(house)

    house.write({"in/one.txt": "Only this sentence is here."})
    house.submit()
    assert not waits_nothing(house)
    with simulated():
        house.night()
    monkeypatch.setenv("ANTHROPIC_API_KEY", house.environ["ANTHROPIC_API_KEY"])
    assert waits_nothing(house)
    monkeypatch.setenv("ANTHROPIC_API_KEY", "a key of models")
    assert not waits_nothing(house)

    monkeypatch.setenv("ANTHROPIC_API_KEY", house.environ["ANTHROPIC_API_KEY"])
    nights = Nights(house.home)
    (night,) = nights.all()
    nights.begin(type(night)(**{**_fields(night), "batch_id": "a-dead-one"}))
    with closing(Leases(house.home)) as leases:
        leases.open_run("a-dead-one", datetime.now(UTC) - timedelta(days=1))
        leases.close_run("a-dead-one")
    assert not waits_nothing(house)


def _fields(night: Any) -> dict[str, Any]:
    return {name: getattr(night, name) for name in night.__dataclass_fields__} | {
        "ended_at": None,
        "ended_as": None,
    }
