"""Which content was submitted already, so that it becomes one job however often it comes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import partial
from typing import NamedTuple

from storage.control.backends import Store
from storage.control.entries import Entries, Kind, Values

_SUBMISSIONS = Kind("submissions", "content_key", ("job_id",), scope="owner", is_counted=True)


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


class Submissions(Store):
    """Content keys and the jobs they became; safe for threads and processes.

    A claim comes before its job. If its submitter dies in between, the next one with the same
    content is given the same job id and writes the job under it; `Lake.submit` lets the first of
    two writers win. So there is one job, and none is lost.
    """

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
        kept = dict(job_ids)

        def claimed(key: str, there: Values | None) -> Values | None:
            is_known = there is not None and not again
            kept[key] = there["job_id"] if there is not None and is_known else job_ids[key]
            return None if is_known else {"job_id": job_ids[key]}

        self._of(owner).change(job_ids, claimed)
        return kept

    def renew(self, owner: str, offers: Mapping[str, Offer]) -> dict[str, str]:
        """Let content become another job, where it is still one of those to be replaced.

        Returns:
            The job of each content key now; none where the content is not known any more.
        """
        kept: dict[str, str] = {}

        def renewed(key: str, there: Values | None) -> Values | None:
            kept.pop(key, None)
            if there is None:
                return None
            job_id, instead = offers[key]
            is_due = there["job_id"] in instead
            kept[key] = job_id if is_due else there["job_id"]
            return {"job_id": job_id} if is_due else None

        self._of(owner).change(offers, renewed)
        return kept

    def forget(self, submitted: Iterable[Submitted]) -> None:
        """Forget which content became these jobs: handed in again, it is a new one."""
        of_owner: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for owner, content_key, job_id in submitted:
            of_owner[owner][content_key].add(job_id)
        for owner, jobs in of_owner.items():
            self._of(owner).change(jobs, partial(_forgotten, jobs))

    def _of(self, owner: str) -> Entries[str]:
        return self.entries(_SUBMISSIONS, owner)


def _forgotten(
    jobs: Mapping[str, Collection[str]], key: str, there: Values | None
) -> Values | None:
    return {"job_id": None} if there is not None and there["job_id"] in jobs[key] else None
