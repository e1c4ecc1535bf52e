"""Small JSON objects that many change at once: read, changed, and put if nobody was faster."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from storage.store_errors import Superseded

if TYPE_CHECKING:
    from storage.objects import Objects

Values = dict[str, Any]

_WRITE = "write"
"""A field that no two writers give the same value: so the answer to a request that was made again
tells whose object is there."""


class JsonObject:
    """One JSON object in a store; safe for threads.

    All methods raise OSError where the store fails.
    """

    def __init__(self, objects: Objects, key: str) -> None:
        self._objects = objects
        self._key = key
        self._known: tuple[str, Values] | None = None

    def read(self) -> Values | None:
        """What it holds now; None where it is not there."""
        return self._read()[1]

    def write(self, values: Values) -> None:
        """Put it, whatever was there: for what only one process writes."""
        self._objects.put(self._key, _content(values))

    def change(self, changed: Callable[[Values | None], Values | None]) -> bool:
        """Put what `changed` makes of what is there now; others may be at it too.

        Args:
            changed: is given what there is, None for nothing, and must not change it; None is to
                leave it as it is. Called anew when another was faster.

        Returns:
            Whether it was put.
        """
        while True:
            tag, values = self._read()
            new = changed(values)
            if new is None:
                return False
            with suppress(FileExistsError, Superseded):
                if tag is None:
                    self._objects.create(self._key, _content(new))
                else:
                    self._objects.replace(self._key, _content(new), tag)
                return True

    def _read(self) -> tuple[str | None, Values | None]:
        known = self._known
        try:
            found = self._objects.get(self._key, None if known is None else known[0])
        except FileNotFoundError:
            return None, None
        if found is None:
            assert known is not None
            return known
        values = json.loads(found.data)
        values.pop(_WRITE, None)
        self._known = found.tag, values
        return found.tag, values


def _content(values: Values) -> bytes:
    return json.dumps({**values, _WRITE: uuid.uuid4().hex}, ensure_ascii=False).encode()
