"""Which requests went out in which batch, so that no process sends one again that is paid for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from domain.batch import RESULTS_KEPT, BatchRecord
from storage.control import Control

_CHUNK = 500


class BatchLog:
    """The batches of one lake; safe for threads and processes, durable when a method returns.

    A batch stays entered as long as its results can be fetched, its requests until the job they
    belong to has ended: then all that was learned from them is in the lake.
    """

    def __init__(self, home: Path) -> None:
        self._control = Control(home)

    def close(self) -> None:
        """Let go of the database."""
        self._control.close()

    def begin(self, key: str, items: Mapping[str, str], now: datetime) -> dict[str, BatchRecord]:
        """Enter a batch that is about to go out, of those requests that no batch has yet.

        Args:
            key: our name for the batch; it is not entered where no request is left for it.
            items: the job's id by the request's custom id.
            now: the present time, with its zone.

        Returns:
            The batches of the others, by custom id.
        """
        with self._control.exclusive():
            known = self.find(items)
            left = [(c, job_id, key) for c, job_id in items.items() if c not in known]
            if left:
                self._control.rows(
                    "INSERT INTO batches (key, batch_id, begun_at, count) VALUES (?, NULL, ?, ?)",
                    (key, now.astimezone(UTC).isoformat(), len(left)),
                )
                self._control.many(
                    "INSERT INTO batch_items (custom_id, job_id, key) VALUES (?, ?, ?)", left
                )
                self._control.count()
        return known

    def find(self, custom_ids: Collection[str]) -> dict[str, BatchRecord]:
        """The batches of those requests that are entered, by custom id."""
        return {
            custom_id: record
            for chunk in _chunks(custom_ids)
            for custom_id, record in self._batches_of(chunk)
        }

    def name(self, key: str, batch_id: str | None) -> None:
        """Enter the vendor's id of a batch; None where the one entered turned out wrong."""
        self._control.rows("UPDATE batches SET batch_id = ? WHERE key = ?", (batch_id, key))

    def batch_ids(self) -> set[str]:
        """All of the vendor's ids that are entered."""
        found = self._control.rows("SELECT batch_id FROM batches WHERE batch_id IS NOT NULL")
        return {batch_id for (batch_id,) in found}

    def forget_batch(self, key: str) -> None:
        """Forget a batch that was never created, and that its requests went out."""
        with self._control.exclusive():
            self._control.rows("DELETE FROM batch_items WHERE key = ?", (key,))
            self._control.rows("DELETE FROM batches WHERE key = ?", (key,))

    def forget_items(self, custom_ids: Collection[str]) -> None:
        """Forget that these requests went out; asked again, they go out again."""
        self._control.many(
            "DELETE FROM batch_items WHERE custom_id = ?", [(c,) for c in custom_ids]
        )

    def job_ids(self) -> set[str]:
        """The jobs whose requests are entered."""
        return {job_id for (job_id,) in self._control.rows("SELECT job_id FROM batch_items")}

    def forget_jobs(self, job_ids: Collection[str]) -> None:
        """Forget the requests of jobs that have ended."""
        self._control.many("DELETE FROM batch_items WHERE job_id = ?", [(j,) for j in job_ids])

    def forget_old(self, now: datetime) -> None:
        """Forget batches whose results can't be fetched any more."""
        oldest = (now - RESULTS_KEPT).astimezone(UTC).isoformat()
        with self._control.exclusive():
            self._control.rows(
                "DELETE FROM batch_items WHERE key IN (SELECT key FROM batches WHERE begun_at < ?)",
                (oldest,),
            )
            self._control.rows("DELETE FROM batches WHERE begun_at < ?", (oldest,))

    def _batches_of(self, custom_ids: list[str]) -> Iterable[tuple[str, BatchRecord]]:
        marks = ", ".join("?" * len(custom_ids))
        found = self._control.rows(
            "SELECT custom_id, key, batch_id, begun_at, count"  # noqa: S608 - only marks are put in
            f" FROM batch_items JOIN batches USING (key) WHERE custom_id IN ({marks})",
            custom_ids,
        )
        for custom_id, key, batch_id, begun_at, count in found:
            yield custom_id, BatchRecord(key, batch_id, datetime.fromisoformat(begun_at), count)


def _chunks(custom_ids: Iterable[str]) -> Iterable[list[str]]:
    rest = iter(custom_ids)
    while chunk := list(islice(rest, _CHUNK)):
        yield chunk
