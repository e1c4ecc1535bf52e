"""What a check of a lake can find, how grave each kind is, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

REMEDY = "restore it from a backup, or `nightdesk rebuild control` makes it anew: docs/backup.md"
"""What to do about a database of job control that can't be used."""

REBUILD = "`nightdesk rebuild manifest` makes it anew from the sealed files"
"""What to do about a manifest that can't be used."""


_RESTORE = "restore it from a backup: docs/backup.md"
_AGAIN = "restore it from a backup (docs/backup.md), or submit its document with --again"
_ROWS = "restore the files from a backup, and report it: Nightdesk should not have written this"
_SWEPT = "nothing: `nightdesk compact` takes it away"
_HARMLESS = "nothing: it does no harm, and may be removed"

FAULTS: Mapping[str, str] = {
    "manifest": f"{REBUILD}; or restore the home from a backup",
    "control": REMEDY,
    "control object": (
        "put back the version before it, or that of a backup (docs/backup.md); one below"
        " control/runs or control/first_uses may be removed"
    ),
    "sentinel": "remove it: the next command puts it there anew",
    "witness": "remove it: the next change to control.sqlite writes it anew",
    "catalog": "`nightdesk catalog` makes it anew",
    "sealed file": (
        f"{_RESTORE}; or, where its jobs are in other files too,"
        " `nightdesk rebuild manifest` does without it"
    ),
    "live file": (
        "restore it from a backup (docs/backup.md); or move the job's folder to a place outside the"
        " home, and submit its document with --again"
    ),
    "import": "remove it, and import its translation memory again",
    "night": (
        f"{_RESTORE}; or remove it, and `nightdesk rebuild manifest` does without it: no sum is"
        " lost with it, but when the night began and how it ended"
    ),
    "doubled job": _ROWS,
    "doubled segments": _ROWS,
    "doubled calls": _ROWS,
    "doubled rows": _ROWS,
    "rows without a job": _ROWS,
    "segment count": _ROWS,
    "ledger": _ROWS,
    "calls without segments": _ROWS,
    "missing document": _AGAIN,
    "damaged document": _AGAIN,
}
"""What is lost or wrong: by its kind, what to do about it."""

LEFTOVERS: Mapping[str, str] = {
    "unnamed sealed file": _SWEPT,
    "late catalog": "`nightdesk catalog` makes it anew, and so does the next night",
    "temporary file": _SWEPT,
    "unreferenced document": _SWEPT,
    "missing witness": "nothing: the next change to control.sqlite writes it anew",
    "stray folder": _HARMLESS,
    "lease": _HARMLESS,
    "batch request": "nothing: it is forgotten with its batch",
}
"""What takes room and nothing else."""

ADVICE: Mapping[str, str] = {**FAULTS, **LEFTOVERS}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be.

    Attributes:
        kind: of `ADVICE`.
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
        return self.kind not in LEFTOVERS

    @property
    def advice(self) -> str:
        return ADVICE[self.kind]

    def concerns(self, other: Finding) -> bool:
        """Whether both are the same thing, though compaction may have moved it in between."""
        if self.kind != other.kind:
            return False
        return self.place == other.place or (
            self.job_id is not None and self.job_id == other.job_id
        )
