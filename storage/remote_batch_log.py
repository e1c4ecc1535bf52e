"""Which requests went out in which batch, for a home in an object store.

One JSON object has all batches that are entered; it is changed only if nobody else did since it was
read, so of two who enter the same request one sees the other. The requests of a batch are an object
of their own, put before the batch is entered.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime

from domain.batch import RESULTS_KEPT, BatchRecord
from domain.errors import LakeError
from storage.home import RemoteHome, objects_of
from storage.json_objects import JsonObject, Values

_BATCHES = "control/batches.json"
_ITEMS = "control/batches"


class RemoteBatchLog:
    """The batches of a home, as `storage.batch_log.BatchLog` has them; safe for processes."""

    def __init__(self, home: RemoteHome) -> None:
        self._objects = objects_of(home)
        self._batches = JsonObject(self._objects, _BATCHES)
        self._items: dict[str, JsonObject] = {}

    def close(self) -> None:
        """Nothing is open."""

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

        def begun(batches: Values | None) -> Values | None:
            nonlocal known
            known = self._found(batches, items)
            left = {custom_id: job for custom_id, job in items.items() if custom_id not in known}
            if not left:
                return None
            self._of(key).write({"items": left})
            at = now.astimezone(UTC).isoformat()
            return {**(batches or {}), key: {"batch_id": None, "begun_at": at, "count": len(left)}}

        with _told():
            self._batches.change(begun)
        return known

    def find(self, custom_ids: Collection[str]) -> dict[str, BatchRecord]:
        """The batches of those requests that are entered, by custom id."""
        with _told():
            return self._found(self._batches.read(), custom_ids)

    def name(self, key: str, batch_id: str | None) -> None:
        """Enter the vendor's id of a batch; None where the one entered turned out wrong."""

        def named(batches: Values | None) -> Values | None:
            if batches is None or key not in batches:
                return None
            return {**batches, key: {**batches[key], "batch_id": batch_id}}

        with _told():
            self._batches.change(named)

    def batch_ids(self) -> set[str]:
        """All of the vendor's ids that are entered."""
        with _told():
            batches = self._batches.read() or {}
        return {batch["batch_id"] for batch in batches.values() if batch["batch_id"] is not None}

    def forget_batch(self, key: str) -> None:
        """Forget a batch that was never created, and that its requests went out."""
        self._forget_batches(lambda name, _: name == key)

    def forget_items(self, custom_ids: Collection[str]) -> None:
        """Forget that these requests went out; asked again, they go out again."""
        gone = set(custom_ids)
        self._forget(lambda custom_id, _: custom_id in gone)

    def job_ids(self) -> set[str]:
        """The jobs whose requests are entered."""
        with _told():
            entered = self._entered(self._batches.read())
        return {job_id for items in entered.values() for job_id in items.values()}

    def forget_jobs(self, job_ids: Collection[str]) -> None:
        """Forget the requests of jobs that have ended."""
        gone = set(job_ids)
        self._forget(lambda _, job_id: job_id in gone)

    def forget_old(self, now: datetime) -> None:
        """Forget batches whose results can't be fetched any more."""
        oldest = (now - RESULTS_KEPT).astimezone(UTC).isoformat()
        self._forget_batches(lambda _, batch: str(batch["begun_at"]) < oldest)

    def _of(self, key: str) -> JsonObject:
        return self._items.setdefault(key, JsonObject(self._objects, f"{_ITEMS}/{key}.json"))

    def _entered(self, batches: Values | None) -> dict[str, dict[str, str]]:
        """The job's id by custom id, for each batch."""
        keys = list(batches or {})
        found = self._objects.each(lambda key: self._of(key).read(), keys)
        # Where they are missing, another has just forgotten the batch.
        return {key: items["items"] for key, items in zip(keys, found, strict=True) if items}

    def _found(self, batches: Values | None, custom_ids: Iterable[str]) -> dict[str, BatchRecord]:
        key_of = {
            custom_id: key for key, items in self._entered(batches).items() for custom_id in items
        }
        records = {
            key: BatchRecord(
                key, batch["batch_id"], datetime.fromisoformat(batch["begun_at"]), batch["count"]
            )
            for key, batch in (batches or {}).items()
        }
        return {c: records[key_of[c]] for c in custom_ids if c in key_of}

    def _forget(self, is_gone: Callable[[str, str], bool]) -> None:
        """Forget requests, by custom id and job."""

        def without(values: Values | None) -> Values | None:
            items = values["items"] if values is not None else {}
            left = {c: job for c, job in items.items() if not is_gone(c, job)}
            return None if len(left) == len(items) else {"items": left}

        with _told():
            for key in self._batches.read() or {}:
                self._of(key).change(without)

    def _forget_batches(self, is_gone: Callable[[str, Values], bool]) -> None:
        gone: list[str] = []

        def without(batches: Values | None) -> Values | None:
            nonlocal gone
            gone = [key for key, batch in (batches or {}).items() if is_gone(key, batch)]
            left = {key: batch for key, batch in (batches or {}).items() if key not in gone}
            return left if gone else None

        with _told():
            self._batches.change(without)
            self._objects.delete([f"{_ITEMS}/{key}.json" for key in gone])
            for key in gone:
                self._items.pop(key, None)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise LakeError(f"the log of batches can't be used: {error}") from error
