"""The manifest: which sealed files count, and which live folders they replace.

It is replaced whole by an atomic rename, under the lock of `control.sqlite`, so that two sealers
at once don't lose each other's entries.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path

from domain.errors import LakeError
from storage.durable import write_file
from storage.layout import Layout


@dataclass(frozen=True, slots=True)
class SealedFile:
    """A sealed file: its path from home, how many rows and how many columns it has."""

    path: str
    rows: int
    columns: int


@dataclass(frozen=True, slots=True)
class Group:
    """Jobs that were sealed together, a file a table.

    Attributes:
        group_id: a UUIDv7.
        day: when its jobs were submitted, as `2026-03-06` in UTC.
        min_job_id: the first of its jobs.
        max_job_id: the last.
        job_ids: all of them, in order.
        swept: whether the live folders they replace are gone for good.
        files: by table.
    """

    group_id: str
    day: str
    min_job_id: str
    max_job_id: str
    job_ids: tuple[str, ...]
    swept: bool
    files: Mapping[str, SealedFile]


@dataclass(frozen=True)
class Manifest:
    """What counts among the sealed files.

    Attributes:
        version: rises with each change.
        groups: in the order they were sealed.
    """

    version: int = 0
    groups: tuple[Group, ...] = ()

    @cached_property
    def _group_of(self) -> dict[str, Group]:
        return {job_id: group for group in self.groups for job_id in group.job_ids}

    @cached_property
    def replaced(self) -> frozenset[str]:
        """Jobs whose live folder may still be there, though sealed files hold them."""
        return frozenset(job for group in self.groups if not group.swept for job in group.job_ids)

    def group_of(self, job_id: str) -> Group | None:
        """The group a job is sealed in; None where it is not sealed."""
        return self._group_of.get(job_id)

    def paths(self, table: str) -> list[str]:
        """The sealed files of one table, from home."""
        return [group.files[table].path for group in self.groups]

    def with_group(self, group: Group) -> Manifest:
        """The next manifest, with one more group."""
        return Manifest(self.version + 1, (*self.groups, group))

    def with_swept(self, group_ids: Iterable[str]) -> Manifest:
        """The next manifest, in which the live folders of these groups are gone."""
        gone = set(group_ids)
        groups = tuple(replace(g, swept=g.swept or g.group_id in gone) for g in self.groups)
        return Manifest(self.version + 1, groups)


class ManifestFile:
    """The manifest on disk; safe for threads. Publishing needs the lock of `control.sqlite`."""

    def __init__(self, layout: Layout) -> None:
        self._path: Path = layout.manifest
        self._known: tuple[tuple[int, int, int], Manifest] | None = None

    def read(self) -> Manifest:
        """The manifest as it is now; an empty one where none was published.

        Raises:
            LakeError: it is damaged.
        """
        try:
            with self._path.open("rb") as file:
                # Read from the open file: at the path there may be another by now.
                status = _status(os.fstat(file.fileno()))
                if self._known is not None and self._known[0] == status:
                    return self._known[1]
                manifest = _parsed(file.read())
        except FileNotFoundError:
            return Manifest()
        except (ValueError, KeyError, TypeError) as error:
            raise LakeError(f"{self._path} is damaged: {error}") from error
        self._known = (status, manifest)
        return manifest

    def publish(self, manifest: Manifest) -> None:
        """Put a manifest in place of the one there is."""
        content = json.dumps(asdict(manifest), ensure_ascii=False, indent=1)
        write_file(self._path, content.encode())


def _status(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_ino, status.st_mtime_ns, status.st_size


def _parsed(content: bytes) -> Manifest:
    data = json.loads(content)
    groups = (
        Group(
            group_id=entry["group_id"],
            day=entry["day"],
            min_job_id=entry["min_job_id"],
            max_job_id=entry["max_job_id"],
            job_ids=tuple(entry["job_ids"]),
            swept=entry["swept"],
            files={table: SealedFile(**file) for table, file in entry["files"].items()},
        )
        for entry in data["groups"]
    )
    return Manifest(data["version"], tuple(groups))
