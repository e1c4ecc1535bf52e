"""Which requests went out in which batch, so that no process sends one again that is paid for."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime

from domain.requests.batch import RESULTS_KEPT, BatchRecord
from storage.control.backends import Store
from storage.control.entries import Entries, Kind, Members, Together, Values
from storage.files.home import Home

_BATCHES = Kind(
    "batches",
    "key",
    ("batch_id", "begun_at", "count"),
    together=Together(dict, dict),
    is_counted=True,
)
_ITEMS = Kind("batch_items", "custom_id", ("job_id", "key"))


class BatchLog(Store):
    """The batches of one home; safe for threads and processes, durable when a method returns.

    A batch stays entered as long as its results can be fetched, its requests until the job they
    belong to has ended: then all that was learned from them is in the lake. In an object store the
    requests of a batch are put before the batch is entered, and those of one that is not don't
    count.
    """

    def __init__(self, home: Home) -> None:
        super().__init__(home)
        self._batches: Entries[str] = self.entries(_BATCHES)
        self._items: Members[str] = self.members(_ITEMS, _BATCHES)

    def begin(self, key: str, items: Mapping[str, str], now: datetime) -> dict[str, BatchRecord]:
        """Enter a batch that is about to go out, of those requests that no batch has yet.

        Args:
            key: our name for the batch; it is not entered where no request is left for it.
            items: the job's id by the request's custom id.
            now: the present time, with its zone.

        Returns:
            The batches of the others, by custom id.
        """
        known: dict[str, BatchRecord] = {}

        def begun(_: str, there: Values | None) -> Values | None:
            nonlocal known
            known = self.find(items)
            left = {custom_id: job for custom_id, job in items.items() if custom_id not in known}
            if not left:
                return None
            self._items.put({c: {"job_id": job, "key": key} for c, job in left.items()})
            at = now.astimezone(UTC).isoformat()
            return {"batch_id": None, "begun_at": at, "count": len(left)}

        self._batches.change([key], begun)
        return known

    def find(self, custom_ids: Collection[str]) -> dict[str, BatchRecord]:
        """The batches of those requests that are entered, by custom id."""
        key_of = {c: item["key"] for c, item in self._items.read(custom_ids).items()}
        batches = self._batches.read(set(key_of.values())) if key_of else {}
        records = {
            key: BatchRecord(
                key, batch["batch_id"], datetime.fromisoformat(batch["begun_at"]), batch["count"]
            )
            for key, batch in batches.items()
        }
        return {c: records[key] for c, key in key_of.items() if key in records}

    def name(self, key: str, batch_id: str | None) -> None:
        """Enter the vendor's id of a batch; None where the one entered turned out wrong."""
        self._batches.update(key, {"batch_id": batch_id})

    def batch_ids(self) -> set[str]:
        """All of the vendor's ids that are entered."""
        return self._batches.fields("batch_id") - {None}

    def forget_batch(self, key: str) -> None:
        """Forget a batch that was never created, and that its requests went out."""
        self._forget([key])

    def forget_items(self, custom_ids: Collection[str]) -> None:
        """Forget that these requests went out; asked again, they go out again."""
        self._items.delete(custom_ids)

    def job_ids(self) -> set[str]:
        """The jobs whose requests are entered."""
        return self._items.fields("job_id")

    def forget_jobs(self, job_ids: Collection[str]) -> None:
        """Forget the requests of jobs that have ended."""
        self._items.delete(job_ids, by="job_id")

    def forget_old(self, now: datetime) -> None:
        """Forget batches whose results can't be fetched any more."""
        oldest = (now - RESULTS_KEPT).astimezone(UTC).isoformat()
        batches = self._batches.read().items()
        self._forget([key for key, batch in batches if batch["begun_at"] < oldest])

    def _forget(self, keys: Collection[str]) -> None:
        # The requests first: without their batch they would be in the way of those asked again.
        self._items.delete(keys, by="key")
        self._batches.delete(keys)
