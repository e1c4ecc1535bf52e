"""Carrying a lake over, from the format it has to the one that this version writes.

The number is the manifest's field `format`, and stands for the whole home. Whoever is to write a
lake takes the steps that are missing, in order; whoever only reads one reads all formats there ever
were. A version refuses lakes of formats that it doesn't know. To change what lies on disk so that
an earlier version would misread or lose it: raise `FORMAT`, and put a step at the end of `STEPS`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from storage.files.home import Home
from storage.layout.digests import sha256_of
from storage.layout.layout import Layout, is_job_id
from storage.layout.manifest import Group, Manifest, ManifestFile, SealedFile
from storage.layout.manifest_content import FORMAT
from storage.layout.soundness import sealed_fault

FIRST = 1
"""The format of lakes that don't say which they have."""

_log = logging.getLogger("nightdesk.lake")


class Step(NamedTuple):
    """A step to the next format.

    Attributes:
        to: the format that a lake has once it is taken.
        name: what it does.
        take: does it. It may be broken off, and is safe to repeat, also beside another process.
    """

    to: int
    name: str
    take: Callable[[Layout, ManifestFile], None]


def _hash_sealed_files(layout: Layout, manifests: ManifestFile) -> None:
    """Enter the hash of each sealed file that has none in the manifest, if it is whole.

    One that is not stays without, so that it is still told as damaged.
    """
    lacking = [
        file
        for group in manifests.read().groups
        for file in group.files.values()
        if file.sha256 is None
    ]
    hashes = _hashes_of(layout, lacking)
    manifests.change(lambda now: _with_hashes(now, hashes))


STEPS = (
    Step(2, "the manifest has the hash of each sealed file, and of itself", _hash_sealed_files),
)


def check_lake(home: Home) -> None:
    """See to it that what says what counts in a lake can be relied on, and is of a known format.

    Raises:
        LakeDamaged: the manifest is missing, an older one, or not whole.
        LakeTooNew: a newer Nightdesk has written the lake.
        LakeError: it can't be read.
    """
    ManifestFile(Layout.of(home)).read()


def known_format(home: Home) -> Home:
    """The same home, which no newer version has written; whatever else may be wrong with it.

    Raises:
        LakeTooNew: a newer Nightdesk has written the lake.
        OSError: it can't be read.
    """
    ManifestFile(Layout.of(home)).uncounted()
    return home


def carry_over(layout: Layout) -> None:
    """Take the steps that a lake lacks; one that is new gets its first manifest.

    Raises:
        LakeDamaged: the manifest is missing, an older one, or not whole.
        LakeTooNew: a newer Nightdesk has written the lake.
        LakeError: it can't be read.
        OSError: it can't be written.
    """
    manifests = ManifestFile(layout)
    number = manifests.begun(lambda: FIRST if _has_jobs(layout) else FORMAT).format
    for step in STEPS:
        if step.to > number:
            step.take(layout, manifests)
            manifests.change(partial(_of_format, step.to))
            _log.info("the lake was carried over to format %s: %s", step.to, step.name)


def _hashes_of(layout: Layout, files: Iterable[SealedFile]) -> dict[str, str]:
    """The SHA-256 of files, by their paths from home; none of those that are gone or damaged."""
    found = {}
    for file in files:
        path = layout.home / file.path
        layout.files.fetch([path])
        # What is wrong with a file is told by who reads it for good, or verifies the lake.
        with suppress(FileNotFoundError):
            digest = sha256_of(path)
            if (fault := sealed_fault(layout.home, file)) is None:
                found[file.path] = digest
            else:
                _log.error("%s is not what was sealed: %s", file.path, fault)
    return found


def _has_jobs(layout: Layout) -> bool:
    return any(is_job_id(name) for name in layout.folders.names())


def _of_format(number: int, manifest: Manifest) -> Manifest | None:
    return manifest.with_format(number) if manifest.format < number else None


def _with_hashes(manifest: Manifest, hashes: dict[str, str]) -> Manifest | None:
    groups = tuple(_group_with_hashes(group, hashes) for group in manifest.groups)
    if groups == manifest.groups:
        return None
    return replace(manifest, version=manifest.version + 1, groups=groups)


def _group_with_hashes(group: Group, hashes: dict[str, str]) -> Group:
    files = {
        table: replace(file, sha256=file.sha256 or hashes.get(file.path))
        for table, file in group.files.items()
    }
    return replace(group, files=files)
