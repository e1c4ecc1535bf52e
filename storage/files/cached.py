"""What one machine keeps of the objects of a home: files that never change, once they are there."""

from __future__ import annotations

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
        aside, file = self.begun(path.name)
        with file:
            file.write(data)
            file.flush()
            self.settle(aside, path)

    def begun(self, name: str) -> tuple[Path, BinaryIO]:
        """A new file that is not whole yet, locked as long as it is open."""
        staging = self.folder / STAGING
        private_folder(staging)
        return begun(staging / name)

    def settle(self, aside: Path, path: Path) -> None:
        """Let a file that is whole be seen; a crash may take it away again, the store has it."""
        private_folder(path.parent)
        aside.replace(path)

    def fetch(self, path: Path) -> None:
        """Fetch an object, unless it is here.

        Raises:
            FileNotFoundError: there is none.
        """
        if not path.exists():
            found = self.objects.get(self.key(path))
            assert found is not None
            self.keep(path, found.data)
