"""Faults in the work on single jobs of a night, one at each place where there can be one.

    python -m tests.chaos.neighbours [--share N] [--keep]

`--share` takes only every N-th place, and those that no whole run has seen yet; `--keep` writes
down which places this run has seen.

All nights run in this process, on one Prefect server. Each document with a fault has neighbours
without one in its group; what becomes of these is compared with a night that had no faults.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import chdir, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from domain.errors import LakeError
from tests.chaos.elsewhere import ELSEWHERE, HARMLESS, HEALED, MODULES, SEALED
from tests.chaos.places import Faults, Place, installed, key_of, places_in, sources
from tests.scripts import BLOCKED, CORRECTED

SEEN = Path(__file__).with_name("places_seen.txt")
"""The places at which whole runs have set a fault off, by name."""

KINDS: tuple[Callable[[str], BaseException], ...] = (
    IndexError,
    MemoryError,
    RecursionError,
    OSError,
    duckdb.Error,
    LakeError,
    KeyError,
    ZeroDivisionError,
)
"""None of them foreseen."""

SETTINGS = {
    "ANTHROPIC_API_KEY": "sk-sim-neighbours",
    "NIGHTDESK_MAX_ATTEMPTS": "1",
    "NIGHTDESK_BRIEF": "true",
    "NIGHTDESK_SOURCE_REVIEW": "true",
    "NIGHTDESK_JOBS_PER_FLOW": "8",
    "NIGHTDESK_SEGMENTS_PER_TASK": "32",
}
A_GROUP = 8
"""Jobs that go together, half of them without a fault."""

BROKEN = "tasks.session.plans.briefing_of: run.documents.get"
"""Where a job is kept from being taken in hand, so that what follows can be broken too."""


def text_of(name: str) -> str:
    """A document: sentences of its own, plain, corrected and with markup, and one that all have."""
    return (
        f"Sentence {name} is plain.\n\nSentence {name} is corrected once.\n\n"
        f"Sentence {name} about {{name}} is blocked.\n\nThis sentence stands in all of them.\n"
    )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a document.

    Attributes:
        segments: status, score and findings of each.
        notes: in order.
        output: None where there is none.
        errors: what its error log says.
        in_json: the reason that `run --json` names.
        in_report: whether the report names what was set off.
    """

    status: str
    score: float | None
    segments: tuple[tuple[str, float | None, str | None], ...]
    notes: tuple[str, ...]
    output: bytes | None
    errors: tuple[str, ...] = ()
    in_json: str | None = None
    report: str = field(default="", repr=False)

    @property
    def result(self) -> tuple[object, ...]:
        """What a neighbour must not change."""
        return (self.status, self.score, self.segments, self.notes, self.output)


class House:
    """A working folder in which nights are run in this process."""

    def __init__(self, folder: Path, faults: Faults) -> None:
        self.folder = folder
        self.faults = faults
        self.unlisted: dict[str, str] = {}
        (folder / "in").mkdir(parents=True)

    def submit(self, names: Sequence[str]) -> None:
        """Queue documents, in this order."""
        for name in names:
            (self.folder / "in" / f"{name}.txt").write_text(text_of(name), encoding="utf-8")
        paths = [f"in/{name}.txt" for name in names]
        printed = self.called("submit", *paths, "--from", "en", "--to", "de", "--json")
        for job in printed["jobs"]:
            self.faults.names[job["job_id"]] = job["path"]

    def called(self, *words: str) -> Any:
        """What a command prints as JSON."""
        from cli.main import main

        out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
        with chdir(self.folder), redirect_stdout(out):
            code = main([*words])
        out.seek(0)
        printed = out.read()
        if not printed.startswith("{"):
            raise AssertionError(f"{words}: exit {code}: {printed}")
        return {**json.loads(printed), "code": code}

    def night(self) -> dict[str, Outcome]:
        """A night; what became of each document it had."""
        from simulator.replies.script import read_script
        from simulator.running import running
        from simulator.settings import SimulatorSettings

        # One a night, since what it has answered to a text once changes what it answers next.
        with running(SimulatorSettings(rules=read_script(CORRECTED + BLOCKED))) as url:
            os.environ["ANTHROPIC_BASE_URL"] = url
            printed = self.called("run", "--json")
        self.unlisted = {self.faults.names[i]: why for i, why in printed["unreadable"].items()}
        report = (self.folder / printed["outbox"] / "report.md").read_text(encoding="utf-8")
        return self._outcomes(printed, report)

    def _outcomes(self, printed: Any, report: str) -> dict[str, Outcome]:
        from storage.layout.documents import Documents
        from storage.readmodel.readmodel import ReadModel

        home = self.folder / ".nightdesk"
        read_model, documents = ReadModel(home), Documents(home)
        found = {}
        for told in printed["jobs"]:
            record = read_model.record(told["job_id"])
            assert record is not None
            output = record.job.output
            found[told["path"]] = Outcome(
                told["status"],
                told["qa_score"],
                tuple((str(s.status), s.qa_score, s.findings) for s in record.segments),
                tuple(sorted(f"{n.segment_id} {n.type} {n.message}" for n in record.notes)),
                None if output is None else documents.get(output),
                tuple(f"{e.type}: {e.message}" for e in record.errors),
                told["error"],
                report,
            )
        read_model.close()
        return found


ALWAYS = (BROKEN, "flows.sealing.seal_ended: run.lake.seal")
"""Places that are needed to come to others."""


def path_of(name: str) -> str:
    """A document as a job names it."""
    return f"in/{name}.txt"


class Campaign:
    """Sets a fault off at each place, and says what was wrong."""

    def __init__(self, folder: Path, faults: Faults, share: int) -> None:
        self.folder = folder
        self.faults = faults
        self.wrong: list[str] = []
        self.met: Counter[str] = Counter()
        self.healed = 0
        self.expected: dict[str, Outcome] = {}
        self.places = [
            place
            for place in places_in(sources())
            if place.name not in ELSEWHERE and place.module not in MODULES
        ]
        known = set(SEEN.read_text(encoding="utf-8").splitlines())
        self.places = [
            place
            for number, place in enumerate(self.places)
            if number % share == 0 or place.name not in known or place.name in ALWAYS
        ]
        self.broken: set[str] = set()
        self._houses = 0

    def house(self) -> House:
        """A new one."""
        self._houses += 1
        return House(self.folder / f"house-{self._houses}", self.faults)

    def run(self) -> None:
        """All nights."""
        some = self.places
        neighbours = [f"n{number:03d}" for number in range(len(some))]
        house = self.house()
        house.submit(neighbours)
        self.expected = house.night()
        self._each("a night", some, {})
        self._each("a night after one that did not seal", self._unmet(), {}, is_second=True)
        trigger = next(p for p in some if p.name == BROKEN)
        self._each("a job that is put down", self._unmet(), {key_of(trigger): "both"})
        self._estimate(self._unmet())
        self.wrong += [
            f"{place.name}: never met" for place in self._unmet() if place.name not in HARMLESS
        ]

    def _unmet(self) -> list[Place]:
        done = self.broken | {key for key, met in self.faults.met.items() if met}
        return [place for place in self.places if key_of(place) not in done]

    def _each(
        self,
        what: str,
        places: Sequence[Place],
        triggers: Mapping[str, str],
        *,
        is_second: bool = False,
    ) -> None:
        """A night with a document for each place."""
        if not places:
            return
        house = self.house()
        targets = {f"t{number:03d}": place for number, place in enumerate(places)}
        neighbours = [f"n{number:03d}" for number in range(len(places))]
        names = [n for pair in zip(neighbours, targets, strict=True) for n in pair]
        house.submit(names)
        sealing = next(key_of(p) for p in self.places if p.what == "run.lake.seal")
        if is_second:
            self._set_off(house, {sealing: names})
            house.night()
        wanted: dict[str, list[str]] = {}
        for name, place in targets.items():
            for key in (key_of(place), *triggers):
                wanted.setdefault(key, []).append(name)
        self._set_off(house, wanted)
        try:
            found = house.night()
        except BaseException as error:
            # Whatever ends a night for all is what this is about; the others are tried without it.
            key = str(error).strip("'\"").rpartition("set off at ")[2]
            left = [place for place in places if key_of(place) != key]
            if len(left) == len(places):
                raise
            self.wrong.append(f"{what}: {key} ends the night for all")
            self.broken.add(key)
            for place in places:
                self.faults.met.pop(key_of(place), None)
            self._each(what, left, triggers, is_second=is_second)
            return
        finally:
            self.faults.set_off.clear()
        for name in neighbours:
            outcome = found.get(path_of(name))
            if outcome is None or outcome.result != self.expected[path_of(name)].result:
                self.wrong.append(f"{what}: neighbour {name} {self._differs(name, outcome)}")
        for name, place in targets.items():
            if path_of(name) in self.faults.met.get(key_of(place), ()):
                self.met[what] += 1
                if path_of(name) in house.unlisted:
                    continue  # What could not even be entered is named apart.
                self._judge(what, place, found.get(path_of(name)), is_logged=not triggers)

    def _differs(self, name: str, outcome: Outcome | None) -> str:
        expected = self.expected[path_of(name)]
        if outcome is None:
            return "is not told of"
        pairs = zip(outcome.result, expected.result, strict=True)
        return "; ".join(f"is {was!r:.200} for {e!r:.200}" for was, e in pairs if was != e)

    def _set_off(self, house: House, wanted: Mapping[str, Sequence[str]]) -> None:
        self.faults.set_off.clear()
        for number, (key, names) in enumerate(wanted.items()):
            kind = KINDS[number % len(KINDS)]
            self.faults.set_off[key] = {path_of(name): kind for name in names}

    def _judge(self, what: str, place: Place, outcome: Outcome | None, *, is_logged: bool) -> None:
        if place.name in HARMLESS:
            return
        said = f"set off at {key_of(place)}"
        if outcome is None:
            self.wrong.append(f"{what}: {place.name}: its job is not told of")
            return
        if place.name in HEALED and outcome.in_json is None and outcome.output is not None:
            self.healed += 1
            return
        lacks = []
        is_logged = is_logged and place.name not in SEALED
        if is_logged and not any(said in error for error in outcome.errors):
            lacks.append(f"its error log, which has {outcome.errors}")
        if "set off at" not in (outcome.in_json or ""):
            lacks.append(f"run --json, which has {outcome.in_json}")
        if is_logged and said.replace("_", r"\_").split("[")[0] not in outcome.report:
            lacks.append("the report")
        if lacks:
            self.wrong.append(f"{what}: {place.name}: not in {'; '.join(lacks)}")

    def _estimate(self, places: Sequence[Place]) -> None:
        """An estimate with a document for each place."""
        house = self.house()
        names = [f"t{number:03d}" for number in range(len(places))]
        for name in (*names, "n000", "n001", "n002"):
            (house.folder / "in" / f"{name}.txt").write_text(text_of(name), encoding="utf-8")
        self._set_off(
            house, {key_of(place): [name] for name, place in zip(names, places, strict=True)}
        )
        printed = house.called("estimate", "in", "--from", "en", "--to", "de", "--json")
        self.faults.set_off.clear()
        met = sum(bool(self.faults.met.get(key_of(place))) for place in places)
        self.met["an estimate"] += met
        told = [p for p in places if self.faults.met.get(key_of(p)) and p.name not in HARMLESS]
        if printed["total"]["jobs"] != len(names) + 3 - len(told):
            self.wrong.append(
                f"an estimate has {printed['total']['jobs']} jobs, {len(told)} broken"
            )


def main() -> int:
    """Run all, print what was seen; 1 where something was wrong."""
    options = argparse.ArgumentParser()
    options.add_argument("--share", type=int, default=1)
    options.add_argument("--keep", action="store_true")
    given = options.parse_args()
    faults = installed()
    with tempfile.TemporaryDirectory(prefix="neighbours-") as name:
        from flows.prefect.server import server_for

        os.environ.update(SETTINGS)
        with server_for(Path(name) / "server", os.environ) as api_url:
            os.environ["PREFECT_API_URL"] = api_url
            campaign = Campaign(Path(name), faults, given.share)
            try:
                campaign.run()
            except Exception as error:
                campaign.wrong.append(f"it broke off: {type(error).__name__}: {error}")
    if given.keep:
        names = sorted({p.name for p in campaign.places if faults.met.get(key_of(p))})
        SEEN.write_text("\n".join(names) + "\n", encoding="utf-8")
    facts = {
        "places": len(campaign.places),
        "elsewhere": len(ELSEWHERE),
        "met": dict(campaign.met),
        "healed": campaign.healed,
        "wrong": campaign.wrong,
    }
    print(json.dumps(facts, indent=1))  # noqa: T201 - what was seen
    return 1 if campaign.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
