"""The objects of an S3-compatible store: read, listed, and put under a condition.

Its own errors become those that files raise, so that whoever reads and writes a lake catches the
same for both.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import (
    AlreadyExistsError,
    BaseError,
    NotModifiedError,
    PreconditionError,
    UnknownConfigurationKeyError,
)
from obstore.store import S3Store

from domain.errors import SettingError
from storage.files.store_errors import OutOfReach, Superseded

if TYPE_CHECKING:
    from obstore.store import ClientConfig

RETRIES = 6
"""Times a request is made again that the store did not answer, or with 5xx; 6 to 13 s in all."""

TIMEOUT = timedelta(seconds=30)
THREADS = 16
"""Requests at once of those that are made together."""

_SAID = 300

T = TypeVar("T")
R = TypeVar("R")


class Found(NamedTuple):
    """An object's content, and the tag that this very content has in the store."""

    data: bytes
    tag: str


class Entry(NamedTuple):
    """An object in a listing; `modified` is by the store's clock, with its zone."""

    key: str
    modified: datetime


class Objects:
    """The objects below one `s3://bucket/prefix`; safe for threads.

    All methods raise OutOfReach where the store can't be reached, refuses, or still fails after
    `RETRIES`.

    Args:
        url: `s3://bucket` or `s3://bucket/prefix`.
        environ: where the keys and the endpoint come from, by their usual names (`AWS_…`).

    Raises:
        SettingError: the URL names no bucket, or the environment says what no store can be.
    """

    def __init__(self, url: str, environ: Mapping[str, str]) -> None:
        self.url = url.rstrip("/")
        parts = urlsplit(self.url)
        if parts.scheme != "s3" or not parts.netloc or parts.query or parts.fragment:
            message = f"{url!r} is not the place of a home; write s3://bucket/prefix"
            raise SettingError(message, field="home")
        endpoint = environ.get("AWS_ENDPOINT_URL_S3") or environ.get("AWS_ENDPOINT_URL")
        options: ClientConfig = {"timeout": TIMEOUT}
        if endpoint is not None and endpoint.startswith("http:"):
            options["allow_http"] = True
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="objects")
        try:
            self._store = S3Store(
                parts.netloc,
                prefix=parts.path.strip("/") or None,
                client_options=options,
                retry_config={"max_retries": RETRIES, "retry_timeout": TIMEOUT},
                config={} if endpoint is None else {"endpoint": endpoint},
            )
        except (BaseError, UnknownConfigurationKeyError, ValueError) as error:
            raise SettingError(f"{url} can't be a home: {error}", field="home") from None

    def each(self, do: Callable[[T], R], items: Iterable[T]) -> list[R]:
        """What `do` gives for each item, many at once; it must not call this in turn."""
        return list(self._threads.map(do, items))

    def get(self, key: str, unless: str | None = None) -> Found | None:
        """An object; None where it still has the tag `unless`.

        Raises:
            FileNotFoundError: there is none.
        """
        with self._said("read", key):
            try:
                options: obstore.GetOptions = {} if unless is None else {"if_none_match": unless}
                found = obstore.get(self._store, key, options=options)
                return Found(bytes(found.bytes()), found.meta["e_tag"] or "")
            except NotModifiedError:
                return None

    def put(self, key: str, data: bytes | Path) -> None:
        """Put an object, whatever was there; durable on return."""
        with self._said("written", key):
            obstore.put(self._store, key, data)

    def create(self, key: str, data: bytes) -> str:
        """Put an object where none is; durable on return.

        Where the store's answer was lost and the request was made again, the object that is in its
        own way counts as put.

        Returns:
            Its tag.

        Raises:
            FileExistsError: another is there.
        """
        taken = FileExistsError(f"{self.url}/{key} is there already")
        return self._put_if("create", key, data, taken)

    def replace(self, key: str, data: bytes, tag: str | None) -> str:
        """Put an object in the place of the one with this tag, None: of none; durable on return.

        Returns:
            The new tag.

        Raises:
            Superseded: there is another by now, or none.
        """
        taken = Superseded(f"{self.url}/{key} was changed by another")
        return self._put_if("create" if tag is None else {"e_tag": tag}, key, data, taken)

    def delete(self, keys: Collection[str]) -> None:
        """Delete objects; those that are not there are none."""
        if keys:
            with self._said("deleted", next(iter(keys))):
                obstore.delete(self._store, list(keys))

    def list(self, folder: str, *, after: str | None = None) -> list[Entry]:
        """The objects below a folder, by their keys from the home; in the order of these.

        Args:
            folder: where they are.
            after: only those whose keys come after this one.
        """
        with self._said("listed", folder):
            found = obstore.list(self._store, folder, offset=after).collect()
        return sorted(Entry(entry["path"], entry["last_modified"]) for entry in found)

    def modified(self, key: str) -> datetime:
        """When an object was put, by the store's clock, with its zone.

        Raises:
            FileNotFoundError: there is none.
        """
        with self._said("read", key):
            return obstore.head(self._store, key)["last_modified"]

    def _put_if(self, mode: obstore.PutMode, key: str, data: bytes, taken: OSError) -> str:
        """Put an object under a condition; its tag, also where it is in its own way."""
        with self._said("written", key):
            try:
                return obstore.put(self._store, key, data, mode=mode)["e_tag"] or ""
            except (AlreadyExistsError, PreconditionError):
                pass
        found = self._own(key, data)
        if found is None:
            raise taken
        return found

    def _own(self, key: str, data: bytes) -> str | None:
        """The tag of what is at a place, if it is these very bytes."""
        try:
            found = self.get(key)
        except FileNotFoundError:
            return None
        return found.tag if found is not None and found.data == data else None

    @contextmanager
    def _said(self, done: str, key: str) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError:
            raise FileNotFoundError(f"{self.url}/{key} is not there") from None
        except BaseError as error:
            # It names the request and the answer, over many lines; never the keys.
            said = " ".join(str(error).split("Debug source")[0].split())[:_SAID]
            raise OutOfReach(f"{self.url}/{key} can't be {done}: {said}") from error
