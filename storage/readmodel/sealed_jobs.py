"""Which group a sealed job is in: the manifest says it, or the files of a part do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TypeVar

from domain.errors import LakeDamaged
from storage.files.faults import told
from storage.layout.layout import Layout
from storage.layout.manifest import Group, Manifest, ManifestFile
from storage.tables.database import retried

PARTS_KNOWN = 64
"""Parts whose job ids are kept in memory: 30 MB at most."""


R = TypeVar("R")


class SealedJobs:
    """Finds the groups of jobs; safe for threads."""

    def __init__(self, layout: Layout, manifests: ManifestFile) -> None:
        self._layout = layout
        self._manifests = manifests
        # Files never change, so what is read of one stays true.
        self._ids = lru_cache(PARTS_KNOWN)(self._read_ids)

    def group_of(self, job_id: str) -> Group | None:
        """The group a job is sealed in as the manifest is now; None where it is not sealed.

        Raises:
            LakeDamaged: a part's file of jobs is not whole.
            LakeError: files can't be read.
        """
        return self._looked(lambda manifest: self.group_in(manifest, job_id))

    def likely(self, job_id: str) -> Group | None:
        """The only group that a job may be sealed in, as the manifest is now; None without one.

        It takes no reading: whether the job is in it, its files say.
        """
        manifest = self._manifests.read()
        return manifest.listed_in(job_id) or next(iter(manifest.parts_around(job_id)), None)

    def unsealed(self, job_ids: Iterable[str]) -> list[str]:
        """Those of the jobs that are not sealed, as the manifest is now, in the same order.

        Raises:
            LakeError: files can't be read.
        """
        wanted = list(job_ids)
        return self._looked(lambda manifest: [j for j in wanted if not self.group_in(manifest, j)])

    def _looked(self, look: Callable[[Manifest], R]) -> R:
        # Where a part was compacted anew, a later manifest says into which.
        with told("which jobs are sealed can't be read"):
            return retried(lambda: look(self._manifests.read()))

    def group_in(self, manifest: Manifest, job_id: str) -> Group | None:
        """The same by a manifest that was read before.

        Raises:
            FileNotFoundError: it is so old that a part's files are gone.
        """
        listed = manifest.listed_in(job_id)
        if listed is not None:
            return listed
        around = manifest.parts_around(job_id)
        return next((part for part in around if job_id in self._ids(part.files["jobs"].path)), None)

    def _read_ids(self, path: str) -> frozenset[str]:
        # What reads Parquet takes long to import, and where no day is compacted nobody comes here.
        from storage.layout.soundness import RESTORE
        from storage.tables.schemas import read_parquet

        file = self._layout.home / path
        self._layout.files.fetch([file])
        try:
            return frozenset(read_parquet(file, ["job_id"])["job_id"].to_pylist())
        except FileNotFoundError:
            raise
        except Exception as error:  # whatever a damaged file makes a library raise is its fault
            raise LakeDamaged(path, f"can't be read: {error}", RESTORE) from error
