"""The sums of a campaign that is run in parts, in a file."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.chaos.killing import AT, Tally

NUMBERED = ("in_flight", "uncommitted")


@dataclass
class Sums:
    """What came of all runs so far.

    Attributes:
        kind: where the homes were; runs of several kinds are not summed.
        seeds: of each run, in order.
        seconds: all runs took.
        tally: their sums.
    """

    kind: str
    seeds: list[int] = field(default_factory=list)
    seconds: float = 0
    tally: Tally = field(default_factory=Tally)

    def with_run(self, seed: int, seconds: float, tally: Tally) -> Sums:
        """The same with one run more; a seed that was there draws its homes again."""
        whole = Tally()
        for part in (self.tally, tally):
            add(whole, part)
        return Sums(self.kind, [*self.seeds, seed], self.seconds + seconds, whole)


def read_sums(path: Path | None, kind: str) -> Sums:
    """The sums in a file; none where there is no file.

    Raises:
        ValueError: they are of another kind.
    """
    if path is None or not path.exists():
        return Sums(kind)
    found = json.loads(path.read_text(encoding="utf-8"))
    if found["kind"] != kind:
        raise ValueError(f"{path} sums up runs on {found['kind']}, not on {kind}")
    return Sums(kind, found["seeds"], found["seconds"], _tally(found["tally"]))


def write_sums(path: Path | None, sums: Sums) -> None:
    """Put the sums into a file, if there is one to be."""
    if path is None:
        return
    aside = path.with_name(path.name + ".new")
    # Not by `asdict`, which makes counters of pairs of the counters in it.
    values = {**vars(sums), "tally": vars(sums.tally)}
    aside.write_text(json.dumps(values), encoding="utf-8")
    aside.replace(path)


def add(whole: Tally, part: Tally) -> None:
    """Add some sums to others."""
    for name, value in vars(part).items():
        if name == "at":
            for kind in AT:
                whole.at[kind].update(part.at[kind])
        elif isinstance(value, Counter):
            getattr(whole, name).update(value)
        else:
            setattr(whole, name, getattr(whole, name) + value)


def _tally(values: dict[str, Any]) -> Tally:
    at = {kind: Counter(counts) for kind, counts in values.pop("at").items()}
    numbered = {
        name: Counter({int(number): count for number, count in values.pop(name).items()})
        for name in NUMBERED
    }
    return Tally(**values, **numbered, at=at)
