"""What one machine keeps of the objects of a home: files that never change, once they are there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from storage.files.durable import begun, private_folder
from storage.files.objects import Objects

STAGING = "staging"


class Cached:
    """The cache folder of a home in a store; safe for threads and processes.

    Attributes:
        folder: the paths below it are the objects' keys.
        objects: the objects.
    """

    def __init__(self, folder: Path, objects: Objects) -> None:
        self.folder = folder
        self.objects = objects

    def key(self, path: Path) -> str:
        """The key of the object that a file is kept of."""
        return path.relative_to(self.folder).as_posix()

    def put(self, path: Path, data: bytes) -> None:
        """Put an object, whatever was there, and keep it."""
        self.objects.put(self.key(path), data)
        self.keep(path, data)

    def remove(self, path: Path) -> None:
        """Delete an object, and what is kept of it."""
        self.objects.delete([self.key(path)])
        path.unlink(missing_ok=True)

    def keep(self, path: Path, data: bytes) -> None:
        """Keep an object's content; never before the store has it."""
        with self.whole(path) as file:
            file.write(data)

    @contextmanager
    def whole(self, path: Path, *, is_put: bool = False) -> Iterator[BinaryIO]:
        """A file to write, which readers see once it is whole.

        A crash may take it away again, the store has it.

        Args:
            is_put: whether it is put into the store before it is seen.

        Raises:
            OSError: such as a full disk; nothing is left behind.
        """
        staging = self.folder / STAGING
        private_folder(staging)
        aside, new = begun(staging / path.name)
        try:
            with new as file:
                yield file
                file.flush()
                if is_put:
                    self.objects.put(self.key(path), aside)
                private_folder(path.parent)
                aside.replace(path)
        finally:
            aside.unlink(missing_ok=True)

    def fetch(self, path: Path) -> None:
        """Fetch an object, unless it is here.

        Raises:
            FileNotFoundError: there is none.
        """
        if not path.exists():
            found = self.objects.get(self.key(path))
            assert found is not None
            self.keep(path, found.data)
