"""The manifest: which sealed files count, and which live folders they replace.

It is replaced whole, by an atomic rename under the lock of `control.sqlite` or, in an object
store, only where it is still the one that was read: so two sealers at once don't lose each other's
entries.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from domain.errors import LakeError
from storage.layout import Layout
from storage.objects import Superseded


@dataclass(frozen=True, slots=True)
class SealedFile:
    """A sealed file: its path from home, how many rows and how many columns it has."""

    path: str
    rows: int
    columns: int


@dataclass(frozen=True, slots=True)
class Group:
    """Jobs whose rows are in the same files, one a table, sorted by job.

    Attributes:
        group_id: a UUIDv7.
        day: when its jobs were submitted, as `2026-03-06` in UTC.
        min_job_id: the first of its jobs.
        max_job_id: the last.
        job_ids: all its jobs, in order; of a part only those whose live folders may be there.
        swept: whether the live folders they replace are gone for good.
        files: by table.
        part: whether it is a part of a day, which compaction made: no other part has a job
            between its first and its last, and which jobs it has only its files say.
    """

    group_id: str
    day: str
    min_job_id: str
    max_job_id: str
    job_ids: tuple[str, ...]
    swept: bool
    files: Mapping[str, SealedFile]
    part: bool = False

    def reaches(self, first: str, last: str) -> bool:
        """Whether a job of that range, ends included, may be in it."""
        return self.min_job_id <= last and first <= self.max_job_id


@dataclass(frozen=True, slots=True)
class Retired:
    """Sealed files that counted until a moment, and go when no reader has them any more."""

    at: str
    paths: tuple[str, ...]

    def before(self, moment: datetime) -> bool:
        return datetime.fromisoformat(self.at) < moment


@dataclass(frozen=True)
class Manifest:
    """What counts among the sealed files.

    Attributes:
        version: rises with each change.
        groups: parts by their first job, then the others in the order they were sealed.
        retired: files that counted before.
    """

    version: int = 0
    groups: tuple[Group, ...] = ()
    retired: tuple[Retired, ...] = ()

    @cached_property
    def _group_of(self) -> dict[str, Group]:
        return {job_id: group for group in self.groups for job_id in group.job_ids}

    @cached_property
    def replaced(self) -> frozenset[str]:
        """Jobs whose live folder may still be there, though sealed files hold them."""
        return frozenset(job for group in self.groups if not group.swept for job in group.job_ids)

    def listed_in(self, job_id: str) -> Group | None:
        """The group that lists a job; None where none does, though a part may have it."""
        return self._group_of.get(job_id)

    def parts_around(self, job_id: str) -> list[Group]:
        """The parts that a job which none lists may be in."""
        return [group for group in self.groups if group.part and group.reaches(job_id, job_id)]

    def paths(self, table: str) -> list[str]:
        """The sealed files of one table, from home."""
        return [group.files[table].path for group in self.groups]

    def with_group(self, group: Group) -> Manifest:
        """The next manifest, with one more group."""
        return replace(self, version=self.version + 1, groups=(*self.groups, group))

    def with_swept(self, group_ids: Iterable[str]) -> Manifest:
        """The next manifest, in which the live folders of these groups are gone."""
        gone = set(group_ids)
        groups = tuple(_swept(g) if g.group_id in gone else g for g in self.groups)
        return replace(self, version=self.version + 1, groups=groups)

    def with_parts(self, parts: Iterable[Group], of: Collection[str], at: datetime) -> Manifest:
        """The next manifest, in which parts stand for groups, whose files are retired.

        Args:
            parts: none where the groups' jobs are to be gone.
            of: the ids of the groups.
            at: the present time, with its zone.
        """
        left = [group for group in self.groups if group.group_id not in of]
        gone = [group for group in self.groups if group.group_id in of]
        ordered = sorted([*parts, *(g for g in left if g.part)], key=lambda g: g.min_job_id)
        retired = Retired(
            at.isoformat(), tuple(file.path for group in gone for file in group.files.values())
        )
        return Manifest(
            self.version + 1,
            (*ordered, *(group for group in left if not group.part)),
            (*self.retired, retired),
        )

    def without_retired(self, gone: Collection[Retired]) -> Manifest:
        """The next manifest, in which these files are gone for good."""
        left = tuple(retired for retired in self.retired if retired not in gone)
        return replace(self, version=self.version + 1, retired=left)


def _swept(group: Group) -> Group:
    return replace(group, swept=True, job_ids=() if group.part else group.job_ids)


class ManifestFile:
    """The manifest where it is published; safe for threads."""

    def __init__(self, layout: Layout) -> None:
        self._path: Path = layout.manifest
        self._files = layout.files
        self._known: tuple[str, Manifest] | None = None

    def read(self) -> Manifest:
        """The manifest as it is now; an empty one where none was published.

        Raises:
            LakeError: it is damaged, or can't be read.
        """
        return self._read()[1]

    def change(self, changed: Callable[[Manifest], Manifest | None]) -> bool:
        """Publish what `changed` makes of the manifest as it is now; others may be at it too.

        Args:
            changed: None leaves it as it is. Called anew when another was faster.

        Returns:
            Whether it was published.

        Raises:
            LakeError: it is damaged, or can't be read.
            OSError: it can't be written.
        """
        while True:
            with self._files.exclusive(), suppress(Superseded):
                tag, manifest = self._read()
                new = changed(manifest)
                if new is not None:
                    self._files.publish(self._path, _content(new), tag)
                return new is not None

    def _read(self) -> tuple[str | None, Manifest]:
        known = self._known
        try:
            found = self._files.pointer(self._path, None if known is None else known[0])
            if found is None:
                assert known is not None
                return known
            tag, content = found
            self._known = tag, _parsed(content)
        except FileNotFoundError:
            return None, Manifest()
        except OSError as error:
            raise LakeError(f"{self._path.name} can't be read: {error}") from error
        except (ValueError, KeyError, TypeError) as error:
            raise LakeError(f"{self._path} is damaged: {error}") from error
        return self._known


def _content(manifest: Manifest) -> bytes:
    return json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode()


def _parsed(content: bytes) -> Manifest:
    data = json.loads(content)
    # One written before there were parts has nothing retired.
    retired = (Retired(r["at"], tuple(r["paths"])) for r in data.get("retired", ()))
    return Manifest(data["version"], tuple(_group(entry) for entry in data["groups"]), (*retired,))


def _group(entry: dict[str, Any]) -> Group:
    files = {table: SealedFile(**file) for table, file in entry["files"].items()}
    return Group(**{**entry, "job_ids": tuple(entry["job_ids"]), "files": files})
