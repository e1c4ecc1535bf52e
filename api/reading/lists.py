"""What is asked of many jobs at once, by programs and by people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from domain.contract.listings import (
    BatchPage,
    BatchSummary,
    JobPage,
    JobSummary,
    UsagePage,
    UsageRow,
)
from domain.job.job import JobStatus
from storage.control.keys import Caller
from storage.readmodel.job_index import JobIndex, Patchy, Share, Wanted
from storage.readmodel.readmodel import ReadModel


class Lists:
    """Lists and sums over the jobs of one home, of those that the caller may read.

    Any thread may ask. All methods raise LakeError where files can't be read.

    Args:
        index: closed along with this.
        read_model: asked for sums of the ledger.
    """

    def __init__(self, index: JobIndex, read_model: ReadModel) -> None:
        self._index = index
        self._read_model = read_model

    def close(self) -> None:
        """Let go of the index."""
        self._index.close()

    def jobs(self, who: Caller, wanted: Wanted, limit: int, cursor: str | None) -> JobPage:
        """Jobs, the latest submitted first.

        Args:
            limit: jobs at most.
            cursor: the last page's; None for the first page.
        """
        if wanted.owner is not None and not who.may_read(wanted.owner):
            return JobPage(jobs=(), next_cursor=None)
        mine = replace(wanted, owner=wanted.owner or who.owner)
        found = self._index.page(mine, limit + 1, cursor)
        jobs = tuple(found[:limit])
        return JobPage(jobs=jobs, next_cursor=jobs[-1].job_id if len(found) > limit else None)

    def batches(
        self, who: Caller, limit: int, cursor: str | None, simulated: bool | None = None
    ) -> BatchPage:
        """Nights, the latest first.

        Args:
            limit: nights at most.
            cursor: the last page's; None for the first page.
            simulated: whether rehearsals, or nights with models; both by default.
        """
        found = self._index.batches(who.owner, limit + 1, cursor, simulated)
        batches = tuple(found[:limit])
        return BatchPage(
            batches=batches, next_cursor=batches[-1].batch_id if len(found) > limit else None
        )

    def batch(self, who: Caller, batch_id: str) -> BatchSummary | None:
        """One night; None where it took up no job that the caller may read."""
        return self._index.batch(who.owner, batch_id)

    def shares(self, batch_id: str, jobs: Sequence[JobSummary]) -> dict[str, Share]:
        """How a night left some of its jobs, and what it spent on each."""
        return self._index.shares(batch_id, [job.job_id for job in jobs])

    def patchy(self, who: Caller, batch_id: str, count: int) -> list[Patchy]:
        """Jobs of a night of whose prose much was not understood, the worst first."""
        return self._index.patchy(who.owner, batch_id, count)

    def kinds(self, who: Caller) -> set[bool]:
        """Whether the caller may read jobs of models (False) and of rehearsals (True)."""
        return self._index.kinds(who.owner)

    def languages(self, who: Caller) -> list[tuple[str, str]]:
        """The language pairs of the jobs that the caller may read, in order."""
        return self._index.languages(who.owner)

    def statuses(self) -> dict[tuple[JobStatus, bool], int]:
        """How many jobs of all owners stand how; rehearsals' apart."""
        return self._index.statuses()

    def spent_by_model(self) -> list[dict[str, Any]]:
        """Rows as `ReadModel.costs` gives them, over all owners, one a model,
        rehearsals apart.
        """
        return self._read_model.costs(("model", "simulated"))

    def usage(
        self,
        who: Caller,
        by: Sequence[str],
        owner: str | None,
        since: date | None,
        until: date | None,
        limit: int,
        start: int,
        simulated: bool | None = None,
    ) -> UsagePage:
        """Sums of the ledger, in the order of what is told apart.

        Args:
            by: what to tell apart, of `COST_DIMENSIONS`.
            owner: whose jobs; None for all that the caller may read.
            since: the first day, in UTC.
            until: the last.
            limit: rows at most.
            start: rows to pass over.
            simulated: whether rehearsals, or what models answered; both by default.
        """
        rows = []
        if owner is None or who.may_read(owner):
            rows = self.costs(by, since, until, owner or who.owner, simulated)
        end = start + limit
        return UsagePage(
            usage=tuple(UsageRow.of(row) for row in rows[start:end]),
            next_cursor=str(end) if end < len(rows) else None,
        )

    def costs(
        self,
        by: Sequence[str],
        since: date | None,
        until: date | None,
        owner: str | None,
        simulated: bool | None = None,
    ) -> list[dict[str, Any]]:
        """As `ReadModel.costs` gives them."""
        return self._read_model.costs(by, since, until, owner=owner, simulated=simulated)
