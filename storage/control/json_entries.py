"""Entries of job control as JSON objects of a store, below `control/`."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from storage.control.entries import Changed, Entries, K, Kind, Values, is_none
from storage.files.faults import told
from storage.files.json_objects import JsonObject

if TYPE_CHECKING:
    from storage.files.objects import Objects

FOLDER = "control"

KNOWN = 256
"""Objects whose content is kept in memory, of each kind."""

T = TypeVar("T")
R = TypeVar("R")


class JsonEntries(Generic[K]):
    """Entries that are an object each, or together one: `storage.control.entries.Entries`."""

    def __init__(self, objects: Objects, kind: Kind, scope: str | None = None) -> None:
        self._objects = objects
        self._kind = kind
        self._folder = f"{FOLDER}/{kind.name}"
        if scope is not None:
            # Each scope's are apart, whatever its name is made of.
            name = hashlib.sha256(scope.encode("utf-8", "surrogatepass")).hexdigest()[:32]
            self._folder += f"/{name}"
        # What was read of one is not sent again while it is the same.
        self._object = lru_cache(KNOWN)(self._new_object)

    def read(self, keys: Iterable[K] | None = None) -> dict[K, Values]:
        wanted = list(self.fields() if keys is None and not self._kind.together else keys or ())
        parts = self._parts(wanted)
        with told(self._kind.unusable):
            found = self._each(lambda part: self._object(part[0]).read(), parts)
        there: dict[K, Values] = {}
        for (_, some), content in zip(parts, found, strict=True):
            there |= self._unpacked(some, content)
        return there if keys is None else {key: there[key] for key in wanted if key in there}

    def fields(self, column: str | None = None) -> set[Any]:
        if column is not None or self._kind.together:
            return fields_of(self.read(), column)
        with told(self._kind.unusable):
            entries = self._objects.list(self._folder)
        return {e.key.removeprefix(f"{self._folder}/").removesuffix(".json") for e in entries}

    def put(self, entries: Mapping[K, Values]) -> None:
        self.change(entries, lambda key, _: entries[key])

    def change(self, keys: Iterable[K], changed: Changed[K]) -> set[K]:
        done: dict[K, bool] = {}

        def change(part: tuple[str, list[K]]) -> None:
            def content(content: Values | None) -> Values | None:
                there = self._unpacked(part[1], content)
                new = {k: v for k in part[1] if (v := changed(k, there.get(k))) is not None}
                done.update((key, key in new) for key in part[1])
                return self._packed({**there, **new}) if new else None

            self._object(part[0]).change(content)

        with told(self._kind.unusable):
            self._each(change, self._parts(list(keys)))
        return {key for key, was_put in done.items() if was_put}

    def update(self, key: K | None, values: Values, **when: object) -> None:
        def updated(_: K, there: Values | None) -> Values | None:
            is_due = there is not None and all(there[c] == value for c, value in when.items())
            return {**there, **values} if there is not None and is_due else None

        self.change(self.fields() if key is None else [key], updated)

    def delete(self, keys: Collection[Any], *, by: str | None = None) -> None:
        def without(content: Values | None) -> Values | None:
            there = self._unpacked([], content)
            left = {key: values for key, values in there.items() if key not in keys}
            return self._packed(left) if len(left) < len(there) else None

        with told(self._kind.unusable):
            if self._kind.together:
                self._object("").change(without)
            else:
                self._objects.delete([f"{self._folder}/{key}.json" for key in keys])

    def _each(self, do: Callable[[T], R], items: Collection[T]) -> list[R]:
        """As `Objects.each`; one alone is done here, and may call this in turn."""
        return [do(item) for item in items] if len(items) < 2 else self._objects.each(do, items)

    def _parts(self, keys: list[K]) -> list[tuple[str, list[K]]]:
        """The objects in which entries are, each with the keys of those."""
        return [("", keys)] if self._kind.together else [(f"/{key}", [key]) for key in keys]

    def _new_object(self, part: str) -> JsonObject:
        return JsonObject(self._objects, f"{self._folder}{part}.json")

    def _packed(self, entries: dict[K, Values]) -> Values:
        together = self._kind.together
        return together.packed(entries) if together else next(iter(entries.values()))

    def _unpacked(self, keys: list[K], content: Values | None) -> dict[K, Values]:
        if content is None or is_none(content):
            return {}
        return self._kind.together.unpacked(content) if self._kind.together else {keys[0]: content}


class JsonMembers:
    """Entries that belong to entries of another kind; those of one are an object together.

    Its content is what each has, by key, as `items`: in the first column alone, where nothing else
    is set, or in all; the last column is to whom they belong. An object counts as long as its owner
    is entered.
    """

    def __init__(self, objects: Objects, kind: Kind, of: Kind, owners: Entries[str]) -> None:
        self._first, *_, self._owner = kind.columns
        self._owners = owners
        self._of_owner: JsonEntries[str]
        self._of_owner = JsonEntries(objects, Kind(of.name, self._owner, ("items",)))

    def read(self, keys: Iterable[str] | None = None) -> dict[str, Values]:
        wanted = None if keys is None else set(keys)
        there: dict[str, Values] = {}
        for owner, members in self._of_owner.read(self._owners.fields()).items():
            items = members["items"]
            for key in items if wanted is None else wanted & items.keys():
                there[key] = {**self._values(items[key]), self._owner: owner}
        return there

    def fields(self, column: str | None = None) -> set[Any]:
        return fields_of(self.read(), column)

    def put(self, entries: Mapping[str, Values]) -> None:
        of_owner: dict[str, Values] = defaultdict(lambda: {"items": {}})
        for key, values in entries.items():
            own = {c: v for c, v in values.items() if c != self._owner and v is not None}
            kept = own[self._first] if len(own) == 1 else own
            of_owner[values[self._owner]]["items"][key] = kept
        self._of_owner.put(of_owner)

    def _values(self, kept: Any) -> Values:
        return kept if isinstance(kept, dict) else {self._first: kept}

    def delete(self, keys: Collection[Any], *, by: str | None = None) -> None:
        gone = set(keys)

        def without(_: str, members: Values | None) -> Values | None:
            items = members["items"] if members is not None else {}
            named = {k: self._values(v)[by] if by else k for k, v in items.items()}
            left = {k: v for k, v in items.items() if named[k] not in gone}
            return None if len(left) == len(items) else {"items": left}

        if by == self._owner:
            self._of_owner.delete(gone)
        else:
            self._of_owner.change(self._owners.fields(), without)


def fields_of(entries: Mapping[K, Values], column: str | None) -> set[Any]:
    """What entries have in a column; None for their keys."""
    return {key if column is None else values.get(column) for key, values in entries.items()}
