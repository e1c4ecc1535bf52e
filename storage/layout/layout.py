"""Where things lie under a lake's home.

live/<job_id>/<fence>-<first>-<last>.parquet    rows of a job that no sealed file holds yet
sealed/<day>/<table>-<group>.parquet            rows of finished jobs, a file a table
documents/ab/<sha256>                           documents in and out, by content
memory/<uuid>.parquet                           imported translations, a file an import
nights/<night>.<row>.parquet                    when a night began, and how it ended
trials/<judge>.<uuid>.parquet                   what a model made of planted errors
staging/                                        what is being put together or thrown away
manifest.json                                   the sealed files that count
catalog.duckdb                                  views for analysts
predictions.json                                what jobs were estimated to cost
control.sqlite                                  leases, keys, submissions and batches

A home in an object store has objects by the same names, but for the catalog, which each machine
makes for itself, and for `control/`, which stands for the database.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

from domain.errors import InputError
from storage.control.facts import Facts
from storage.control.sqlite import FILE as CONTROL
from storage.files.durable import private_folder, tighten
from storage.files.home import Home, RemoteHome, folder_of, objects_of
from storage.layout.lake_files import Files, LocalFiles
from storage.live.folders import LiveFolders, LocalFolders

_JOB_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


def is_job_id(text: str) -> bool:
    """Whether a text can be a job's id, and so a folder's name; nothing else may reach a path."""
    return _JOB_ID.fullmatch(text) is not None


class Layout:
    """The paths of one lake; absolute, so that what is published opens from anywhere.

    Attributes:
        home: a folder of this machine: the home, or what caches one in an object store.
        files: where the files are durable.
        folders: the same for live ones.
    """

    def __init__(self, home: Path, files: Files, folders: LiveFolders) -> None:
        self.home = home
        self.files = files
        self.folders = folders
        self.live = home / "live"
        self.sealed = home / "sealed"
        self.documents = home / "documents"
        self.memory = home / "memory"
        self.nights = home / "nights"
        self.trials = home / "trials"
        self.staging = home / "staging"
        self.manifest = home / "manifest.json"
        self.predictions = home / "predictions.json"
        self.catalog = home / "catalog.duckdb"
        self.control = home / CONTROL

    @staticmethod
    def of(home: Home) -> Layout:
        """The layout under a home, which need not exist yet."""
        folder = folder_of(home)
        if isinstance(home, RemoteHome):
            # What knows a store takes long to import.
            from storage.files.cached import Cached
            from storage.layout.remote_files import RemoteFiles
            from storage.live.remote_folders import RemoteFolders

            cached = Cached(folder, objects_of(home))
            return Layout(folder, RemoteFiles(cached, Facts(home)), RemoteFolders(cached))
        folders = LocalFolders(folder / "live", folder / "staging")
        return Layout(folder, LocalFiles(folder), folders)

    @staticmethod
    def existing(home: Home) -> Layout:
        """The layout under a home that has a lake.

        Raises:
            InputError: there is none.
            OSError: it can't be looked at.
        """
        layout = Layout.of(home)
        if not layout.files.exists():
            where = home.url if isinstance(home, RemoteHome) else str(home)
            raise InputError("there is no lake here; name another folder", where=where)
        return layout

    def live_ids(self, replaced: Collection[str]) -> list[str]:
        """The jobs in live folders that nothing replaces, in order of submission.

        Args:
            replaced: jobs that sealed files hold.

        Raises:
            OSError: they can't be listed.
        """
        return [n for n in self.folders.names() if is_job_id(n) and n not in replaced]

    def job(self, job_id: str) -> Path:
        """A job's live folder.

        Raises:
            ValueError: the id could not be a folder's name.
        """
        if not is_job_id(job_id):
            raise ValueError(f"{job_id!r} can't be a job's id")
        return self.live / job_id

    def make(self) -> None:
        """Make the folders that are missing."""
        for folder in (self.live, self.sealed, self.documents, self.staging):
            private_folder(folder)
        tighten(self.home)
