"""Sweeping: what is replaced or was left behind goes, once no reader has it any more."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path

import uuid_utils

from domain.errors import LakeError
from storage.catalog import catalog_version, write_catalog
from storage.control import Control
from storage.durable import TEMPORARY, clear_abandoned
from storage.layout import Layout
from storage.leases import Leases
from storage.manifest import Group, Manifest, ManifestFile
from storage.tables import TABLES


class Sweeper:
    """Sweeps one lake."""

    def __init__(
        self, layout: Layout, manifests: ManifestFile, control: Control, leases: Leases
    ) -> None:
        self._layout = layout
        self._manifests = manifests
        self._control = control
        self._leases = leases

    def sweep(self, grace: timedelta, now: datetime) -> None:
        """Take away what is replaced or was left behind, if it is older than a grace period.

        Live folders of jobs that were sealed, sealed files that others replace or no manifest
        names, and what broken-off work left in the staging folder. What a dead process had half
        written goes at once.

        Raises:
            LakeError: the manifest is damaged, or files can't be removed.
        """
        before = now - grace
        try:
            if catalog_version(self._layout) != self._manifests.read().version:
                # Whoever opens the catalog must first be able to see where the jobs went.
                write_catalog(self._layout.home)
            else:
                self._sweep_replaced(before)
            self._sweep_orphans(before.timestamp())
        except OSError as error:
            raise LakeError(f"the lake can't be swept: {error}") from error

    def _sweep_replaced(self, before: datetime) -> None:
        manifest = self._manifests.read()
        old = [
            group
            for group in manifest.groups
            if not group.swept and self._written(group) < before.timestamp()
        ]
        retired = [entry for entry in manifest.retired if entry.before(before)]
        for group in old:
            for job_id in group.job_ids:
                self._remove(self._layout.job(job_id))
            self._leases.forget(group.job_ids)
        for entry in retired:
            for path in entry.paths:
                (self._layout.home / path).unlink(missing_ok=True)
        if old or retired:
            with self._control.exclusive():
                manifest = self._manifests.read()
                swept = manifest.with_swept(group.group_id for group in old)
                self._manifests.publish(swept.without_retired(retired))
            write_catalog(self._layout.home)

    def _written(self, group: Group) -> float:
        return (self._layout.home / group.files["jobs"].path).stat().st_mtime

    def _remove(self, folder: Path) -> None:
        # Moved away at once, so that nobody who lists finds half of it.
        aside = self._layout.staging / f"{folder.name}.{uuid_utils.uuid7()}{TEMPORARY}"
        try:
            folder.rename(aside)
        except FileNotFoundError:
            return
        shutil.rmtree(aside)

    def _sweep_orphans(self, before: float) -> None:
        for path in orphans(self._layout, self._manifests.read()):
            if path.stat().st_mtime < before:
                path.unlink(missing_ok=True)
        for path in self._layout.staging.iterdir():
            if path.stat().st_mtime < before:
                shutil.rmtree(path, ignore_errors=True)
        for path in half_written(self._layout):
            clear_abandoned(path)


def orphans(layout: Layout, manifest: Manifest) -> list[Path]:
    """The files in folders of sealed ones that neither count nor did so until lately."""
    known = {path for table in TABLES for path in manifest.paths(table)}
    known.update(path for entry in manifest.retired for path in entry.paths)
    wanted = {layout.home / path for path in known}
    found = layout.sealed.glob("[0-9]*/*")
    return [path for path in found if path not in wanted and path.suffix != TEMPORARY]


def half_written(layout: Layout) -> list[Path]:
    """What broken-off writing left, or is being written, but for jobs' own rows."""
    return [
        *layout.home.glob(f"*{TEMPORARY}"),
        *layout.documents.glob(f"*/*{TEMPORARY}"),
        *layout.memory.glob(f"*{TEMPORARY}"),
        *layout.sealed.glob(f"*/*{TEMPORARY}"),
        *layout.live.glob(f"_*/*{TEMPORARY}"),
    ]
