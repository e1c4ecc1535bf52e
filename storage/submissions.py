"""Which content was submitted already, so that it becomes one job however often it comes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from storage.control import Control

_KEEP = (
    "INSERT INTO submissions (owner, content_key, job_id) VALUES (?, ?, ?)"
    " ON CONFLICT (owner, content_key) DO NOTHING"
)
_REPLACE = (
    "INSERT INTO submissions (owner, content_key, job_id) VALUES (?, ?, ?)"
    " ON CONFLICT (owner, content_key) DO UPDATE SET job_id = excluded.job_id"
)
_FORGET = "DELETE FROM submissions WHERE owner = ? AND content_key = ? AND job_id = ?"


class Submitted(NamedTuple):
    """A content key of an owner, and the job it became."""

    owner: str
    content_key: str
    job_id: str


class Offer(NamedTuple):
    """A job that content is to become in the place of others.

    Attributes:
        job_id: the new one.
        instead: those in whose place it is.
    """

    job_id: str
    instead: frozenset[str]


class Submissions:
    """Content keys and the jobs they became; safe for threads and processes.

    A claim comes before its job. If its submitter dies in between, the next one with the same
    content is given the same job id and writes the job under it; `Lake.submit` lets the first of
    two writers win. So there is one job, and none is lost.
    """

    def __init__(self, home: Path) -> None:
        self._control = Control(home)

    def close(self) -> None:
        """Let go of the database."""
        self._control.close()

    def claim(
        self, owner: str, job_ids: Mapping[str, str], *, again: bool = False
    ) -> dict[str, str]:
        """The job id of each content key: the one it has, or the one offered if it has none.

        Args:
            owner: whose submission it is; owners never share a job.
            job_ids: a new job id by content key.
            again: the ids offered count, whatever was submitted before.

        Returns:
            The job ids by content key; `Lake.submit` says which of them are new.
        """
        with self._control.exclusive():
            kept = {}
            for content_key, job_id in job_ids.items():
                self._control.rows(_REPLACE if again else _KEEP, (owner, content_key, job_id))
                kept[content_key] = self._control.rows(
                    "SELECT job_id FROM submissions WHERE owner = ? AND content_key = ?",
                    (owner, content_key),
                )[0][0]
            if any(kept[content_key] == job_id for content_key, job_id in job_ids.items()):
                self._control.count()
            return kept

    def renew(self, owner: str, offers: Mapping[str, Offer]) -> dict[str, str]:
        """Let content become another job, where it is still one of those to be replaced.

        Returns:
            The job of each content key now; none where the content is not known any more.
        """
        with self._control.exclusive():
            kept = {}
            for content_key, (job_id, instead) in offers.items():
                found = self._control.rows(
                    "SELECT job_id FROM submissions WHERE owner = ? AND content_key = ?",
                    (owner, content_key),
                )
                if found and found[0][0] in instead:
                    self._control.rows(_REPLACE, (owner, content_key, job_id))
                    kept[content_key] = job_id
                elif found:
                    kept[content_key] = found[0][0]
            return kept

    def forget(self, submitted: Iterable[Submitted]) -> None:
        """Forget which content became these jobs: handed in again, it is a new one."""
        self._control.many(_FORGET, list(submitted))
