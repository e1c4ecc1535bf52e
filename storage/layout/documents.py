"""Documents in and out, stored by the hash of their content."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from domain.errors import FileDamaged, LakeError
from storage.files.faults import told
from storage.files.findings import ADVICE
from storage.files.home import Home
from storage.layout.layout import Layout

_SHA256 = re.compile(r"[0-9a-f]{64}")


def is_document_name(name: str) -> bool:
    """Whether a file in the store is a document, and not one being written."""
    return _SHA256.fullmatch(name) is not None


class Documents:
    """The documents of one lake; safe for threads and processes."""

    def __init__(self, home: Home) -> None:
        layout = Layout.of(home)
        self._folder = layout.documents
        self._files = layout.files

    def put(self, data: bytes) -> str:
        """Store a document; the same bytes again change nothing.

        Returns:
            Its SHA-256 in hexadecimal; the document is durable.

        Raises:
            LakeError: it can't be written, such as on a full disk.
        """
        digest = hashlib.sha256(data).hexdigest()
        path = self._path(digest)
        with told(f"can't store a document in {self._folder}"):
            # It counts as stored now, lest it be let go of as left over.
            if not self._files.touch(path):
                self._files.write(path, data)
        return digest

    def get(self, sha256: str) -> bytes:
        """The document with that hash.

        Raises:
            FileDamaged: there is none, or its bytes are not what they were.
            LakeError: it can't be read.
        """
        if not is_document_name(sha256):
            raise LakeError(f"{sha256!r} is not the hash of a document")
        with _read(sha256):
            path = self._path(sha256)
            self._files.fetch([path])
            data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != sha256:
            raise _damaged(sha256, "is damaged: its content has another hash")
        return data

    def size(self, sha256: str) -> int:
        """Bytes of the document with that hash.

        Raises:
            FileDamaged: there is none.
            LakeError: it can't be read.
        """
        with _read(sha256):
            return self._path(sha256).stat().st_size

    def _path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256


@contextmanager
def _read(sha256: str) -> Iterator[None]:
    with told(f"the document {sha256} can't be read"):
        try:
            yield
        except FileNotFoundError as error:
            raise _damaged(sha256, "is not there") from error


def _damaged(sha256: str, what: str) -> FileDamaged:
    return FileDamaged(f"documents/{sha256[:2]}/{sha256}", what, ADVICE["missing document"])
