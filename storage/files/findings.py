"""What a check of a lake can find, how grave each kind is, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

REMEDY = "restore it from a backup, or `nightdesk rebuild control` makes it anew: docs/backup.md"
"""What to do about a database of job control that can't be used."""

REBUILD = "`nightdesk rebuild manifest` makes it anew from the sealed files"
"""What to do about a manifest that can't be used."""


class Gravity(StrEnum):
    """A fault is something lost or wrong; a leftover takes room and nothing else."""

    FAULT = "fault"
    LEFTOVER = "leftover"


class Kind(NamedTuple):
    """What is known of all findings of a kind: how grave they are, and what to do."""

    gravity: Gravity
    advice: str


_RESTORE = "restore it from a backup: docs/backup.md"
_AGAIN = "restore it from a backup (docs/backup.md), or submit its document with --again"
_ROWS = "restore the files from a backup, and report it: Nightdesk should not have written this"
_SWEPT = "nothing: `nightdesk compact` takes it away"
_HARMLESS = "nothing: it does no harm, and may be removed"

KINDS: Mapping[str, Kind] = {
    "manifest": Kind(Gravity.FAULT, f"{REBUILD}; or restore the home from a backup"),
    "control": Kind(Gravity.FAULT, REMEDY),
    "control object": Kind(
        Gravity.FAULT,
        "put back the version before it, or that of a backup (docs/backup.md); one below"
        " control/runs or control/first_uses may be removed",
    ),
    "sentinel": Kind(Gravity.FAULT, "remove it: the next command puts it there anew"),
    "witness": Kind(Gravity.FAULT, "remove it: the next change to control.sqlite writes it anew"),
    "catalog": Kind(Gravity.FAULT, "`nightdesk catalog` makes it anew"),
    "sealed file": Kind(
        Gravity.FAULT,
        f"{_RESTORE}; or, where its jobs are in other files too,"
        " `nightdesk rebuild manifest` does without it",
    ),
    "live file": Kind(
        Gravity.FAULT,
        "restore it from a backup (docs/backup.md); or move the job's folder to a place outside the"
        " home, and submit its document with --again",
    ),
    "import": Kind(Gravity.FAULT, "remove it, and import its translation memory again"),
    "night": Kind(
        Gravity.FAULT,
        f"{_RESTORE}; or remove it, and `nightdesk rebuild manifest` does without it: no sum is"
        " lost with it, but when the night began and how it ended",
    ),
    "doubled job": Kind(Gravity.FAULT, _ROWS),
    "doubled segments": Kind(Gravity.FAULT, _ROWS),
    "doubled calls": Kind(Gravity.FAULT, _ROWS),
    "doubled rows": Kind(Gravity.FAULT, _ROWS),
    "rows without a job": Kind(Gravity.FAULT, _ROWS),
    "segment count": Kind(Gravity.FAULT, _ROWS),
    "ledger": Kind(Gravity.FAULT, _ROWS),
    "calls without segments": Kind(Gravity.FAULT, _ROWS),
    "missing document": Kind(Gravity.FAULT, _AGAIN),
    "damaged document": Kind(Gravity.FAULT, _AGAIN),
    "unnamed sealed file": Kind(Gravity.LEFTOVER, _SWEPT),
    "late catalog": Kind(
        Gravity.LEFTOVER, "`nightdesk catalog` makes it anew, and so does the next night"
    ),
    "temporary file": Kind(Gravity.LEFTOVER, _SWEPT),
    "unreferenced document": Kind(Gravity.LEFTOVER, _SWEPT),
    "missing witness": Kind(
        Gravity.LEFTOVER, "nothing: the next change to control.sqlite writes it anew"
    ),
    "stray folder": Kind(Gravity.LEFTOVER, _HARMLESS),
    "lease": Kind(Gravity.LEFTOVER, _HARMLESS),
    "batch request": Kind(Gravity.LEFTOVER, "nothing: it is forgotten with its batch"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be.

    Attributes:
        kind: of `KINDS`.
        place: the file or folder it was found in, from home; empty where it has none.
        job_id: the job it concerns, or the first of several; None where it concerns none.
        what: what is wrong, in words.
    """

    kind: str
    place: str
    job_id: str | None
    what: str

    @property
    def is_fault(self) -> bool:
        return KINDS[self.kind].gravity is Gravity.FAULT

    @property
    def advice(self) -> str:
        return KINDS[self.kind].advice

    def concerns(self, other: Finding) -> bool:
        """Whether both are the same thing, though compaction may have moved it in between."""
        if self.kind != other.kind:
            return False
        return self.place == other.place or (
            self.job_id is not None and self.job_id == other.job_id
        )
