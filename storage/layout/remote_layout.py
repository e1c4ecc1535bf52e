"""What a layout consists of where the home is in an object store."""

from __future__ import annotations

from pathlib import Path

from storage.control.facts import Facts
from storage.files.cached import Cached
from storage.files.home import RemoteHome, objects_of
from storage.layout.remote_files import RemoteFiles
from storage.live.remote_folders import RemoteFolders


def files_of(home: RemoteHome, folder: Path) -> tuple[RemoteFiles, RemoteFolders]:
    """Its files and its live folders, kept in a folder of this machine."""
    cached = Cached(folder, objects_of(home))
    return RemoteFiles(cached, Facts(home)), RemoteFolders(cached)
