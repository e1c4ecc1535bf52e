"""Sweeping: what is replaced or was left behind goes, once no reader has it any more."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from storage.control.leases import Leases
from storage.files.durable import TEMPORARY, clear_abandoned
from storage.files.faults import told
from storage.layout.lake_files import Stored
from storage.layout.layout import Layout
from storage.layout.manifest import Group, Manifest, ManifestFile, Retired
from storage.layout.soundness import check_sealed
from storage.readmodel.catalog import is_catalog_late, publish_catalog
from storage.tables.tables import TABLES


class Sweeper:
    """Sweeps one lake."""

    def __init__(self, layout: Layout, manifests: ManifestFile, leases: Leases) -> None:
        self._layout = layout
        self._manifests = manifests
        self._leases = leases

    def sweep(self, grace: timedelta, now: datetime) -> None:
        """Take away what is replaced or was left behind, if it is older than a grace period.

        Live folders of jobs that were sealed, sealed files that others replace or no manifest
        names, and what broken-off work left in the staging folder. What a dead process had half
        written goes at once.

        Raises:
            LakeDamaged: the manifest, or what stands for something that is to go.
            LakeError: files can't be removed.
        """
        before = now - grace
        with told("the lake can't be swept"):
            if is_catalog_late(self._layout, self._manifests.read()):
                # Whoever opens the catalog must first be able to see where the jobs went.
                publish_catalog(self._layout)
            else:
                self._sweep_replaced(before)
            self._sweep_orphans(before.timestamp())

    def _sweep_replaced(self, before: datetime) -> None:
        manifest = self._manifests.read()
        old = [
            group
            for group in manifest.groups
            if not group.swept and self._written(group) < before.timestamp()
        ]
        retired = [entry for entry in manifest.retired if entry.before(before)]
        # What goes must be in what is there instead of it.
        check_sealed(self._layout, _instead(manifest, old, retired))
        for group in old:
            for job_id in group.job_ids:
                self._layout.folders.remove(job_id)
            self._leases.forget(group.job_ids)
        for entry in retired:
            for path in entry.paths:
                self._layout.files.remove(self._layout.home / path)
        if old or retired:
            gone = [group.group_id for group in old]
            self._manifests.change(lambda now: now.with_swept(gone).without_retired(retired))
            publish_catalog(self._layout)

    def _written(self, group: Group) -> float:
        return self._layout.files.written(self._layout.home / group.files["jobs"].path)

    def _sweep_orphans(self, before: float) -> None:
        for orphan in orphans(self._layout, self._manifests.read()):
            if orphan.written < before:
                self._layout.files.remove(orphan.path)
        self._layout.folders.sweep(before)
        self._layout.files.prune()
        for path in self._layout.staging.iterdir():
            if path.stat().st_mtime < before:
                _remove(path)
        for path in half_written(self._layout):
            clear_abandoned(path)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _instead(
    manifest: Manifest, old: Sequence[Group], retired: Sequence[Retired]
) -> Iterator[Group]:
    """The groups that hold what is to go: in live folders, and in files of the same days."""
    ids = {group.group_id for group in old}
    days = {Path(path).parent.name for entry in retired for path in entry.paths}
    return (g for g in manifest.groups if g.group_id in ids or g.day in days)


def orphans(layout: Layout, manifest: Manifest) -> Iterator[Stored]:
    """The files in folders of sealed ones that neither count nor did so until lately."""
    known = {path for table in TABLES for path in manifest.paths(table)}
    known.update(path for entry in manifest.retired for path in entry.paths)
    wanted = {layout.home / path for path in known}
    return (found for found in layout.files.below(layout.sealed) if found.path not in wanted)


def half_written(layout: Layout) -> list[Path]:
    """What broken-off writing left, or is being written, but for jobs' own rows."""
    # On this machine what lies in the staging folder is on its way elsewhere, and not locked.
    staged = layout.staging.glob(f"*{TEMPORARY}") if layout.files.is_far else ()
    return [
        *(path for path in staged if path.is_file()),
        *layout.home.glob(f"*{TEMPORARY}"),
        *layout.documents.glob(f"*/*{TEMPORARY}"),
        *layout.memory.glob(f"*{TEMPORARY}"),
        *layout.nights.glob(f"*{TEMPORARY}"),
        *layout.trials.glob(f"*{TEMPORARY}"),
        *layout.sealed.glob(f"*/*{TEMPORARY}"),
        *layout.live.glob(f"_*/*{TEMPORARY}"),
    ]
