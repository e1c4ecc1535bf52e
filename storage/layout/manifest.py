"""The manifest: which sealed files count, and which live folders they replace.

It is replaced whole, by an atomic rename under the lock of `control.sqlite` or, in an object
store, only where it is still the one that was read: so two sealers at once don't lose each other's
entries. Its version rises with each change, and the highest is entered in job control once it is
published: so a manifest that is missing, or an older one, is not taken for what counts.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from domain.errors import LakeDamaged
from storage.control.facts import Facts
from storage.control.published import MANIFEST, shown_by
from storage.files.faults import told
from storage.files.findings import REBUILD
from storage.files.store_errors import Superseded
from storage.layout.layout import Layout
from storage.layout.manifest_content import FORMAT, damaged, decoded, encoded


@dataclass(frozen=True, slots=True)
class SealedFile:
    """A sealed file: its path from home, how many rows and how many columns it has.

    Attributes:
        sha256: of its content; None where a lake of the first format has not been carried over.
    """

    path: str
    rows: int
    columns: int
    sha256: str | None = None


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
        format: that of the whole lake.
    """

    version: int = 0
    groups: tuple[Group, ...] = ()
    retired: tuple[Retired, ...] = ()
    format: int = FORMAT

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

    def without(self, files: Collection[str]) -> Manifest:
        """This manifest without the groups that some files are of, by their paths from home."""
        left = (g for g in self.groups if not any(f.path in files for f in g.files.values()))
        return replace(self, groups=tuple(left)) if files else self

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
        return replace(
            self,
            version=self.version + 1,
            groups=(*ordered, *(group for group in left if not group.part)),
            retired=(*self.retired, retired),
        )

    def without_retired(self, gone: Collection[Retired]) -> Manifest:
        """The next manifest, in which these files are gone for good."""
        left = tuple(retired for retired in self.retired if retired not in gone)
        return replace(self, version=self.version + 1, retired=left)

    def with_format(self, number: int) -> Manifest:
        """The next manifest, of a lake that was carried over to a format."""
        return replace(self, version=self.version + 1, format=number)


def _swept(group: Group) -> Group:
    return replace(group, swept=True, job_ids=() if group.part else group.job_ids)


class ManifestFile:
    """The manifest where it is published; safe for threads."""

    def __init__(self, layout: Layout) -> None:
        self._path: Path = layout.manifest
        self._layout = layout
        self._files = layout.files
        self._known: tuple[str, Manifest] | None = None

    def read(self) -> Manifest:
        """The manifest as it is now; an empty one where none was ever published.

        Raises:
            LakeDamaged: it is missing, older than the one that was published, or not whole.
            LakeTooNew: a newer Nightdesk has written it.
            LakeError: it can't be read.
        """
        return self._read()[1]

    def begun(self, number: Callable[[], int]) -> Manifest:
        """The manifest as it is now; where none was ever published, the first one is put there.

        Args:
            number: gives the format of a lake that has none.

        Raises:
            LakeError: as of `change`.
            OSError: it can't be written.
        """
        while True:
            manifest = self.read()
            if self._known is not None and self._files.fact(MANIFEST) is not None:
                return manifest
            with self._files.exclusive() as facts, suppress(Superseded):
                tag, manifest = self._read()
                first = manifest if tag is not None else replace(manifest, format=number())
                self._publish(first, tag, facts)

    def change(self, changed: Callable[[Manifest], Manifest | None]) -> bool:
        """Publish what `changed` makes of the manifest as it is now; others may be at it too.

        Args:
            changed: None leaves it as it is. Called anew when another was faster.

        Returns:
            Whether it was published.

        Raises:
            LakeDamaged: it is missing, older than the one that was published, or not whole.
            LakeTooNew: a newer Nightdesk has written it.
            LakeError: it can't be read, or what was published can't be entered.
            OSError: it can't be written.
        """
        while True:
            with self._files.exclusive() as facts, suppress(Superseded):
                tag, manifest = self._read()
                new = changed(manifest)
                if new is not None:
                    self._publish(new, tag, facts)
                return new is not None

    def tag(self) -> str | None:
        """What changes with each manifest that lies there, whole or not; None where none is."""
        found = self._pointer(None)
        assert found is not None
        return found[0]

    def replace(self, manifest: Manifest, tag: str | None) -> bool:
        """Publish a manifest in the place of the one with a tag; False where there is another.

        Raises:
            LakeError: what was published can't be entered.
            OSError: it can't be written.
        """
        with self._files.exclusive() as facts, suppress(Superseded):
            if self.tag() == tag:
                self._publish(manifest, tag, facts)
                return True
        return False

    def uncounted(self) -> Manifest:
        """What is there though it does not count, such as an older one; empty where unreadable.

        Raises:
            LakeTooNew: a newer Nightdesk has written it.
            OSError: it can't be fetched.
        """
        found = self._pointer(None)
        if found is None or found[1] is None:
            return Manifest()
        try:
            return _parsed(found[1], self._path.name)
        except LakeDamaged:
            return Manifest()

    def highest(self) -> int:
        """The highest version there ever was, as far as is known."""
        return max(self.uncounted().version, self._highest(is_missing=False) or 0)

    def _publish(self, manifest: Manifest, tag: str | None, facts: Facts) -> None:
        self._files.publish(self._path, encoded(asdict(manifest)), tag)
        facts.raise_to(MANIFEST, manifest.version)

    @told("manifest.json can't be read")
    def _read(self) -> tuple[str | None, Manifest]:
        tag = None if self._known is None else self._known[0]
        while True:
            found = self._pointer(tag)
            if found is None:
                assert self._known is not None
                return self._known
            tag, content = found
            manifest = Manifest() if content is None else _parsed(content, self._path.name)
            # Looked up afterwards, since it is entered after what it tells of was published: where
            # it is ahead, the manifest has changed meanwhile, or is not the one that counts.
            highest = self._highest(is_missing=content is None)
            if highest is None or (content is not None and manifest.version >= highest):
                self._known = None if tag is None else (tag, manifest)
                return tag, manifest
            if self._pointer(tag) in (None, (None, None)):
                raise self._fault(None if content is None else manifest.version, highest)
            tag = None

    def _pointer(self, tag: str | None) -> tuple[str, bytes] | tuple[None, None] | None:
        """The manifest's tag and content; without either where there is none."""
        try:
            return self._files.pointer(self._path, tag)
        except FileNotFoundError:
            return None, None

    def _highest(self, *, is_missing: bool) -> int | None:
        """The highest version that was published, as far as is known; None where none was."""
        entered = self._files.fact(MANIFEST)
        if entered is not None:
            return int(entered)
        # Nothing is entered in a lake of the first format, nor where job control is gone.
        shown = shown_by(self._layout.catalog) if self._files.has_catalog else None
        if shown:
            return shown
        return 1 if is_missing and any(self._files.below(self._layout.sealed)) else None

    def _fault(self, version: int | None, highest: int) -> LakeDamaged:
        known = f"and version {highest} was published"
        what = "is not there" if version is None else f"is an older one, of version {version}"
        return LakeDamaged(self._path.name, f"{what}, {known}", REBUILD)


def _parsed(content: bytes, name: str) -> Manifest:
    fields = decoded(content, name)
    try:
        # One written before there were parts has nothing retired.
        retired = (Retired(r["at"], tuple(r["paths"])) for r in fields.get("retired", ()))
        groups = (_group(entry) for entry in fields["groups"])
        return Manifest(fields["version"], (*groups,), (*retired,), fields["format"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise damaged(name, repr(error)) from error


def _group(entry: dict[str, Any]) -> Group:
    files = {table: SealedFile(**file) for table, file in entry["files"].items()}
    return Group(**{**entry, "job_ids": tuple(entry["job_ids"]), "files": files})
