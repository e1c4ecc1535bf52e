"""Which questions went out in which batch, so that no process sends one again that is paid for."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import UTC, datetime

from domain.requests.batch import RESULTS_KEPT, BatchRecord, Entered, Sent
from domain.requests.joined import Part
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
_ITEMS = Kind("batch_items", "custom_id", ("job_id", "sent", "key"))


class BatchLog(Store):
    """The batches of one home; safe for threads and processes, durable when a method returns.

    A batch stays entered as long as its results can be fetched, its questions until the job they
    belong to has ended: then all that was learned from them is in the lake. In an object store the
    questions of a batch are put before the batch is entered, and those of one that is not don't
    count.
    """

    def __init__(self, home: Home) -> None:
        super().__init__(home)
        self._batches: Entries[str] = self.entries(_BATCHES)
        self._items: Members[str] = self.members(_ITEMS, _BATCHES)

    def begin(self, key: str, questions: Mapping[str, Sent], now: datetime) -> dict[str, Entered]:
        """Enter a batch that is about to go out, if none of its questions is in another.

        Args:
            key: our name for the batch.
            questions: how each travels, by its custom id.
            now: the present time, with its zone.

        Returns:
            Those that are entered already; where there are any, nothing was entered.
        """
        known: dict[str, Entered] = {}

        def begun(_: str, there: Values | None) -> Values | None:
            nonlocal known
            known = self.find(questions)
            if known:
                return None
            self._items.put({c: _item(sent, key) for c, sent in questions.items()})
            at = now.astimezone(UTC).isoformat()
            count = len({sent.request for sent in questions.values()})
            return {"batch_id": None, "begun_at": at, "count": count}

        self._batches.change([key], begun)
        return known

    def find(self, custom_ids: Collection[str]) -> dict[str, Entered]:
        """Those questions that are entered, by custom id."""
        items = self._items.read(custom_ids)
        batches = self._batches.read({item["key"] for item in items.values()}) if items else {}
        records = {
            key: BatchRecord(
                key, batch["batch_id"], datetime.fromisoformat(batch["begun_at"]), batch["count"]
            )
            for key, batch in batches.items()
        }
        return {
            c: Entered(records[item["key"]], _sent(c, item))
            for c, item in items.items()
            if item["key"] in records
        }

    def name(self, key: str, batch_id: str | None) -> None:
        """Enter the vendor's id of a batch; None where the one entered turned out wrong."""
        self._batches.update(key, {"batch_id": batch_id})

    def batch_ids(self) -> set[str]:
        """All of the vendor's ids that are entered."""
        return self._batches.fields("batch_id") - {None}

    def forget_batch(self, key: str) -> None:
        """Forget a batch that was never created, and that its questions went out."""
        self._forget([key])

    def forget_items(self, custom_ids: Collection[str]) -> None:
        """Forget that these questions went out; asked again, they go out again."""
        self._items.delete(custom_ids)

    def job_ids(self) -> set[str]:
        """The jobs whose questions are entered."""
        return self._items.fields("job_id")

    def forget_jobs(self, job_ids: Collection[str]) -> None:
        """Forget the questions of jobs that have ended."""
        self._items.delete(job_ids, by="job_id")

    def forget_old(self, now: datetime) -> None:
        """Forget batches whose results can't be fetched any more."""
        oldest = (now - RESULTS_KEPT).astimezone(UTC).isoformat()
        batches = self._batches.read().items()
        self._forget([key for key, batch in batches if batch["begun_at"] < oldest])

    def _forget(self, keys: Collection[str]) -> None:
        # The questions first: without their batch they would be in the way of those asked again.
        self._items.delete(keys, by="key")
        self._batches.delete(keys)


def _item(sent: Sent, key: str) -> Values:
    """A question as it is kept; how it travels is said where it does not travel alone."""
    said = None
    if sent.parts:
        parts = [[part.ids, part.weight] for part in sent.parts]
        said = json.dumps({"request": sent.request, "parts": parts, "place": sent.place})
    return {"job_id": sent.job_id, "key": key, "sent": said}


def _sent(custom_id: str, item: Values) -> Sent:
    if item.get("sent") is None:
        return Sent(item["job_id"], custom_id)
    said = json.loads(item["sent"])
    parts = tuple(Part(tuple(ids), weight) for ids, weight in said["parts"])
    return Sent(item["job_id"], said["request"], parts, said["place"])
