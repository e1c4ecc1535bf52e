"""Entries of job control as rows of `control.sqlite`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Generic

from storage.control.entries import Changed, K, Kind, Values, is_none
from storage.control.sqlite import Control

_CHUNK = 500


class TableEntries(Generic[K]):
    """The rows of a table, as `storage.control.entries.Entries` says.

    Args:
        control: where it is; within its `exclusive` a change is part of that transaction.
        kind: which table.
        scope: whose rows, where the kind has one.
    """

    def __init__(self, control: Control, kind: Kind, scope: str | None = None) -> None:
        self._control = control
        self._kind = kind
        self._scope = () if kind.scope is None else (scope,)
        self._within = "" if kind.scope is None else f" AND {kind.scope} = ?"
        self._select = f"SELECT {', '.join((*kind.columns, kind.key))}"
        self._statements: dict[tuple[str, str | None, int], str] = {}
        keys = (kind.key,) if kind.scope is None else (kind.key, kind.scope)
        new = ", ".join(f"{column} = excluded.{column}" for column in kind.columns)
        self._put = (
            f"INSERT INTO {kind.name} ({', '.join((*kind.columns, *keys))})"  # noqa: S608 - our own names
            f" VALUES ({_marks(len(kind.columns) + len(keys))})"
            f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {new}"
        )

    def read(self, keys: Iterable[K] | None = None) -> dict[K, Values]:
        columns = self._kind.columns
        rows = self._rows(self._select, keys)
        return {row[-1]: dict(zip(columns, row, strict=False)) for row in rows}

    def fields(self, column: str | None = None) -> set[Any]:
        return {field for (field,) in self._rows(f"SELECT {column or self._kind.key}", None)}

    def put(self, entries: Mapping[K, Values]) -> None:
        columns = self._kind.columns
        rows = [(*map(values.get, columns), key, *self._scope) for key, values in entries.items()]
        with self._control.exclusive():
            self._control.many(self._put, rows)
            if self._kind.is_counted and rows:
                self._control.count()

    def change(self, keys: Iterable[K], changed: Changed[K]) -> set[K]:
        keys = list(keys)
        with self._control.exclusive():
            there = self.read(keys)
            new = {k: values for k in keys if (values := changed(k, there.get(k))) is not None}
            left = {key: values for key, values in new.items() if not is_none(values)}
            if len(left) < len(new):
                self.delete(new.keys() - left.keys())
            if left:
                self.put(left)
        return set(new)

    def update(self, key: K | None, values: Values, **when: object) -> None:
        if key is not None:
            when[self._kind.key] = key
        self._control.rows(
            f"UPDATE {self._kind.name} SET {', '.join(f'{column} = ?' for column in values)}"  # noqa: S608 - our own names
            f" WHERE {' AND '.join(f'{column} = ?' for column in when)}{self._within}",
            (*values.values(), *when.values(), *self._scope),
        )

    def delete(self, keys: Collection[Any], *, by: str | None = None) -> None:
        with self._control.exclusive():
            self._rows("DELETE", keys, by)

    def _rows(
        self, what: str, keys: Iterable[Any] | None, by: str | None = None
    ) -> list[tuple[Any, ...]]:
        """All rows of a statement, told so many keys at once as SQLite takes."""
        if keys is None:
            return self._control.rows(
                f"{what} FROM {self._kind.name} WHERE true{self._within}", self._scope
            )
        told = list(keys)
        if len(told) > _CHUNK:
            parts = (told[at : at + _CHUNK] for at in range(0, len(told), _CHUNK))
            return [row for part in parts for row in self._rows(what, part, by)]
        if (statement := self._statements.get((what, by, len(told)))) is None:
            where = f"{by or self._kind.key} IN ({_marks(len(told))}){self._within}"
            statement = f"{what} FROM {self._kind.name} WHERE {where}"
            self._statements[what, by, len(told)] = statement
        return self._control.rows(statement, (*told, *self._scope))


def _marks(number: int) -> str:
    return ", ".join("?" * number)
