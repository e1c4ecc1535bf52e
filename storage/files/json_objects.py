"""Small JSON objects that many change at once: read, changed, and put if nobody was faster.

Each bears a checksum of its place and all its bytes, as the end of the field that tells its writer.
So one that was changed by a bit, or lies at another's place, is told; versions that know of no
checksum read it as before, and theirs are read without one.
"""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from domain.errors import FileDamaged, LakeDamaged, LakeError
from storage.files.findings import ADVICE
from storage.files.store_errors import Superseded

if TYPE_CHECKING:
    from storage.files.objects import Objects

Values = dict[str, Any]

_WRITE = "write"
"""A field that no two writers give the same value: so the answer to a request that was made again
tells whose object is there."""

_ID = 32
_SUM = 64
_SUMMED = re.compile(rb'[0-9a-f]{64}"}\Z')


class NotAsPut(ValueError):
    """An object is not what was put."""


class JsonObject:
    """One JSON object in a store; safe for threads.

    All methods raise OSError where the store fails, and those that read LakeError where the object
    is not what was put: LakeDamaged for one of the home as a whole, FileDamaged for one of a job,
    a run or a submission.
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
        self._objects.put(self._key, encoded(self._key, values))

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
            with suppress(Superseded):
                self._objects.replace(self._key, encoded(self._key, new), tag)
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
        try:
            values = decoded(self._key, found.data)
        except NotAsPut as error:
            raise self._damaged(error) from error
        self._known = found.tag, values
        return found.tag, values

    def _damaged(self, error: NotAsPut) -> LakeError:
        kind = LakeDamaged if self._key.count("/") < 2 else FileDamaged
        return kind(self._key, f"is not what was put: {error}", ADVICE["control object"])


def encoded(key: str, values: Values) -> bytes:
    """The content of an object, for its place."""
    text = json.dumps({**values, _WRITE: uuid.uuid4().hex}, ensure_ascii=False)
    head = text.removesuffix('"}').encode()
    return head + _sum(key, head) + b'"}'


def decoded(key: str, data: bytes) -> Values:
    """What an object holds, by its place and its content.

    Raises:
        NotAsPut: it is not what was put there.
    """
    if _SUMMED.search(data):
        end = len(data) - _SUM - 2
        if data[end : end + _SUM] != _sum(key, data[:end]):
            raise NotAsPut("its content is not what its checksum was made of")
    try:
        values = json.loads(data)
        writer = values.pop(_WRITE, "")
    except (ValueError, AttributeError, TypeError) as error:
        raise NotAsPut(f"it can't be read: {error}") from error
    # One of an earlier version bears none.
    if not _SUMMED.search(data) and len(str(writer)) > _ID:
        raise NotAsPut("its checksum is not whole")
    return values  # type: ignore[no-any-return]


def _sum(key: str, head: bytes) -> bytes:
    return hashlib.sha256(key.encode() + b"\0" + head).hexdigest().encode()
