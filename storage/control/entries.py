"""Entries of job control by their keys: what is asked of them, in SQLite and in an object store.

Either way a change is made of what is there now, and put only if nobody was faster: in SQLite
within a transaction, in a store by the object's tag. Many keys go in one call, since SQLite takes
them in one transaction and a store many side by side.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, TypeAlias, TypeVar

Values: TypeAlias = dict[str, Any]
K = TypeVar("K")
Changed: TypeAlias = Callable[[K, Values | None], Values | None]


class Members(Protocol[K]):
    """Entries that are read and written by many at once; safe for threads, durable on return.

    All methods raise LakeError where they can't be read or written.
    """

    def read(self, keys: Iterable[K] | None = None) -> dict[K, Values]:
        """Those of some keys, or all, by key; they must not be changed in place."""

    def fields(self, column: str | None = None) -> set[Any]:
        """What all have in a column; None for their keys."""

    def put(self, entries: Mapping[K, Values]) -> None:
        """Put entries, whatever was there; what isn't given of one is null or missing."""

    def delete(self, keys: Collection[Any], *, by: str | None = None) -> None:
        """Let there be none with these keys; `by` a column, where they are members: with these."""


class Entries(Members[K], Protocol[K]):
    """Entries that many change at once; safe for processes too. One without any value is none."""

    def change(self, keys: Iterable[K], changed: Changed[K]) -> set[K]:
        """Put what `changed` makes of what is there now; others may be at it too.

        Args:
            keys: of the entries.
            changed: is given a key and what it has, None for nothing; None is to leave it as it
                is. Called anew when another was faster. It may read entries of a kind that lies
                `together`, and is called anew where any of them changed meanwhile.

        Returns:
            The keys of those that were put.
        """

    def update(self, key: K | None, values: Values, **when: object) -> None:
        """Let an entry have some values, if it is there; the others stay.

        Args:
            key: of the entry; None for all.
            values: the new ones by column.
            when: what it must have so far, by column.
        """


class Together(NamedTuple):
    """How all entries of a kind lie in one object: its content from them, and back."""

    packed: Callable[[dict[Any, Values]], Values]
    unpacked: Callable[[Values], dict[Any, Values]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of entries, and how it is kept.

    Attributes:
        name: its table; and below `control/` the folder of its objects, or its object.
        key: the column of the key.
        columns: the others.
        scope: a column of which those that are asked for all have the same.
        together: in a store, how all lie in one object; None where each is one of its own.
        is_counted: whether what is put or changed must not be undone unawares (`control.witness`).
    """

    name: str
    key: str
    columns: tuple[str, ...]
    scope: str | None = None
    together: Together | None = None
    is_counted: bool = False

    @property
    def unusable(self) -> str:
        """What is told where its entries can't be read or written."""
        return f"the {self.name.replace('_', ' ')} can't be used"


def is_none(values: Values | None) -> bool:
    """Whether an entry counts as not being there."""
    return values is None or [*values.values()].count(None) == len(values)
