"""Making the manifest anew from the sealed files, where it is gone, an older one, or not whole.

Which files counted nothing says any more, but what is in them does: a job's rows never change once
they are sealed, and are in a whole group of files each time they were written. So whichever groups
hold each sealed job exactly once are right: those that compaction made, or those it made them of.
Where no such choice is to be found, nothing is published, and what is in the way is named.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from domain.errors import LakeDamaged
from storage.files.faults import told
from storage.files.home import Home
from storage.layout.digests import sha256_of
from storage.layout.layout import Layout
from storage.layout.manifest import Group, Manifest, ManifestFile, Retired, SealedFile
from storage.layout.noted_files import forget_gone
from storage.layout.soundness import check_sealed, parquet_fault
from storage.readmodel.catalog import publish_catalog
from storage.sealed.covering import Unclear, exact_cover
from storage.sealed.steps import carry_over
from storage.tables.tables import TABLES
from storage.verify.verifying import as_it_is

_FORMAT = 2
"""The format of what is made here; steps that a lake has seen already are safe to repeat."""

_NAMED = 5


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What became of a manifest.

    Attributes:
        was_sound: whether the manifest and all it names were sound, and nothing was done.
        groups: groups of files that count now.
        jobs: jobs in them.
        aside: whole groups that don't, since others hold the same jobs; they go after an hour.
        left_out: groups that counted, of whose files nothing is there.
        forgotten: files of nights and imports that were noted and are not there.
        unclear: why it could not be told what counts, a sentence each; nothing was published then.
    """

    was_sound: bool = False
    groups: int = 0
    jobs: int = 0
    aside: int = 0
    left_out: int = 0
    forgotten: int = 0
    unclear: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Found:
    """The files of one group as they lie there.

    Attributes:
        files: by table, those that are whole.
        faults: what is wrong with it, a sentence each.
        jobs: its jobs, each with a hash of its row; of a group without this file those that other
            files tell of.
    """

    group_id: str
    day: str
    files: Mapping[str, SealedFile]
    faults: tuple[str, ...]
    jobs: Mapping[str, bytes]


def rebuild_manifest(home: Home, now: datetime) -> Rebuilt:
    """Publish a manifest that names the sealed files there are; nothing is taken away.

    One that is sound stays as it is, as long as the files it names are.

    Args:
        now: the present time, with its zone.

    Raises:
        LakeTooNew: a newer Nightdesk has written the lake.
        LakeError: files can't be read or written.
    """
    with as_it_is(home) as seen:
        layout = Layout.of(seen)
        manifests = ManifestFile(layout)
        with told("the manifest can't be made anew", pa.ArrowException):
            done = _rebuilt(layout, manifests, now)
            if done.unclear:
                return done
            forgotten = forget_gone(seen)
            is_sound = done.was_sound and not forgotten
            return replace(done, was_sound=is_sound, forgotten=forgotten)


def _rebuilt(layout: Layout, manifests: ManifestFile, now: datetime) -> Rebuilt:
    while True:
        tag = manifests.tag()
        counted: Manifest | None = None
        with suppress(LakeDamaged):
            counted = manifests.read()
            check_sealed(layout, counted.groups)
            jobs = sum(group.files["jobs"].rows for group in counted.groups)
            return Rebuilt(was_sound=True, groups=len(counted.groups), jobs=jobs)
        done, manifest = _made(layout, manifests, now, counted)
        if manifest is None:
            return done
        if manifests.replace(manifest, tag):
            carry_over(layout)
            publish_catalog(layout)
            return done


def _made(
    layout: Layout, manifests: ManifestFile, now: datetime, counted: Manifest | None
) -> tuple[Rebuilt, Manifest | None]:
    """What becomes of a manifest, and the one to publish.

    Args:
        counted: the one that counts, where it is only that files it names are not sound.
    """
    before = counted or manifests.uncounted()
    known = {file.path: file.sha256 for g in before.groups for file in g.files.values()}
    found = list(_groups(layout, known))
    whole = [group for group in found if not group.faults]
    unclear = [*_differing(whole)]
    try:
        chosen = _chosen(whole)
    except Unclear as error:
        chosen = []
        unclear.append(_no_choice([group for group in whole if group.group_id in error.names]))
    sealed = {job_id for group in chosen for job_id in group.jobs}
    live = set(layout.folders.present(list(sealed)))
    jobs = {job_id for group in found for job_id in group.jobs}
    there = sealed | set(layout.folders.present(sorted(jobs)))
    unclear += [_missing(group, there) for group in found if group.faults and _lacks(group, there)]
    if unclear:
        return Rebuilt(unclear=tuple(unclear)), None
    aside = [group for group in whole if group not in chosen]
    retired = Retired(now.isoformat(), tuple(f.path for g in aside for f in g.files.values()))
    manifest = Manifest(
        manifests.highest() + 1,
        tuple(_group(group, live) for group in chosen),
        (retired,) if aside else (),
        _FORMAT,
    )
    there_are = {group.group_id for group in found}
    left_out = sum(g.group_id not in there_are for g in counted.groups) if counted else 0
    return Rebuilt(False, len(chosen), len(sealed), len(aside), left_out), manifest


def _groups(layout: Layout, known: Mapping[str, str | None]) -> Iterator[_Found]:
    """All groups of which any file is there, in the order they were written."""
    paths: dict[tuple[str, str], dict[str, Path]] = defaultdict(dict)
    for path, _ in layout.files.below(layout.sealed):
        table, _, group_id = path.stem.partition("-")
        if path.suffix == ".parquet" and table in TABLES and group_id:
            paths[group_id, path.parent.name][table] = path
    for (group_id, day), files in sorted(paths.items()):
        layout.files.fetch(files.values())
        yield _looked_at(layout, group_id, day, files, known)


def _looked_at(
    layout: Layout,
    group_id: str,
    day: str,
    paths: Mapping[str, Path],
    known: Mapping[str, str | None],
) -> _Found:
    files: dict[str, SealedFile] = {}
    jobs: dict[str, bytes] = {}
    others: set[str] = set()
    faults = []
    for table in TABLES:
        place = f"sealed/{day}/{table}-{group_id}.parquet"
        path = paths.get(table)
        fault = "it is not there" if path is None else parquet_fault(path)
        if path is None or fault is not None:
            faults.append(f"{place}: {fault}")
            continue
        file = _sealed_file(layout, path)
        if known.get(file.path) not in (None, file.sha256):
            faults.append(f"{place}: its content is not what was sealed")
            continue
        files[table] = file
        if table == "jobs":
            jobs = {row["job_id"]: _told(row) for row in pq.read_table(path).to_pylist()}
        else:
            others |= set(pq.read_table(path, columns=["job_id"])["job_id"].to_pylist())
    if "jobs" not in files:
        jobs = dict.fromkeys(others, b"")
    elif not others <= jobs.keys():
        faults.append(f"{files['jobs'].path}: it lacks jobs that other files of its group have")
    return _Found(group_id, day, files, tuple(faults), jobs)


def _sealed_file(layout: Layout, path: Path) -> SealedFile:
    return SealedFile(
        path.relative_to(layout.home).as_posix(),
        pq.read_metadata(path).num_rows,
        len(pq.read_schema(path).names),
        sha256_of(path),
    )


def _chosen(whole: Sequence[_Found]) -> list[_Found]:
    """Groups that hold each job of all of them exactly once, the newest where there is a choice."""
    names = exact_cover({group.group_id: frozenset(group.jobs) for group in whole})
    return [group for group in whole if group.group_id in names]


def _differing(whole: Sequence[_Found]) -> Iterator[str]:
    """Groups that have a job in common and say different things of it."""
    first: dict[str, _Found] = {}
    told = set()
    for group in whole:
        for job_id, row in group.jobs.items():
            other = first.setdefault(job_id, group)
            pair = (other.group_id, group.group_id)
            if pair not in told and other.jobs[job_id] != row:
                told.add(pair)
                yield (
                    f"job {job_id} is another in {group.files['jobs'].path} than in"
                    f" {other.files['jobs'].path}; {_CHOOSE}"
                )


def _told(row: Mapping[str, Any]) -> bytes:
    # A file of an older version lacks columns, which are null in what was made of it.
    told = {name: value for name, value in row.items() if value is not None and name != "seq"}
    return hashlib.blake2b(repr(sorted(told.items())).encode(), digest_size=16).digest()


def _lacks(group: _Found, there: set[str]) -> bool:
    """Whether a group that is not whole is needed, or may be."""
    return not group.jobs or not group.jobs.keys() <= there


_CHOOSE = "move the files of all but one of these groups to a place outside the home, and try again"


def _missing(group: _Found, there: set[str]) -> str:
    lost = sorted(group.jobs.keys() - there)
    said = f"{_listed(lost)} are nowhere else" if lost else "which jobs it had can't be told"
    return (
        f"group {group.group_id} of {group.day} is not whole, and {said}:"
        f" {'; '.join(group.faults)}; restore these files from a backup, or, to do without its"
        " jobs, move what is left of the group to a place outside the home; then try again"
    )


def _no_choice(groups: Sequence[_Found]) -> str:
    files = [group.files["jobs"].path for group in groups]
    return f"these overlap, and no choice of them has each job once: {_listed(files)}; {_CHOOSE}"


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def _group(found: _Found, live: Collection[str]) -> Group:
    job_ids = tuple(sorted(found.jobs))
    swept = not any(job_id in live for job_id in job_ids)
    return Group(found.group_id, found.day, job_ids[0], job_ids[-1], job_ids, swept, found.files)
