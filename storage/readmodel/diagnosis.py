"""Which file is at fault where a read of the lake failed, and what to do about it.

To look costs as much as to read all that was asked for, so it is done only once a read has failed,
and what looks is imported then.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from itertools import chain, islice
from pathlib import Path

from domain.errors import FileDamaged, LakeError
from storage.files.faults import is_of_home
from storage.files.findings import ADVICE
from storage.layout.layout import Layout
from storage.layout.manifest import Group, Manifest


def unreadable() -> tuple[type[Exception], ...]:
    """What a file that is gone, or has flipped bits, makes its readers raise."""
    return (*_of_files(), ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


def _of_files() -> tuple[type[Exception], ...]:
    # What is not at work raises nothing, and importing it takes longer than some reads.
    duckdb, pyarrow = sys.modules.get("_duckdb"), sys.modules.get("pyarrow.lib")
    return (
        OSError,
        *((duckdb.Error,) if duckdb else ()),
        *((pyarrow.ArrowException,) if pyarrow else ()),
    )


def diagnosed(
    layout: Layout,
    error: Exception,
    job_ids: Iterable[str],
    groups: Iterable[Group],
    tables: Collection[str] = (),
) -> LakeError:
    """The error for a read that failed: it names the first file at fault and what to do.

    Args:
        error: what was raised; all that is told where no file is at fault.
        job_ids: the live jobs that were read.
        groups: the same of sealed ones.
        tables: those whose sealed files were read; all where none is named.

    Raises:
        Exception: `error` itself, where no file is at fault and it may be a mistake of ours.
    """
    unexplained = LakeError(f"the lake can't be read: {error}")
    if is_of_home(error):
        return unexplained
    found = chain(live_damage(layout, job_ids), sealed_damage(layout, groups, tables))
    with suppress(OSError):
        if (damage := next(found, None)) is not None:
            return damage
    if not isinstance(error, _of_files()):
        raise error
    return unexplained


def diagnosed_whole(
    layout: Layout, error: Exception, manifest: Manifest, tables: Collection[str]
) -> LakeError:
    """As `diagnosed`, for a read of all jobs there are.

    Args:
        manifest: as it stands now.
        tables: those whose sealed files were read.
    """

    def live() -> Iterator[str]:
        # Listed only where no error of the home as a whole explains it.
        yield from layout.live_ids(manifest.replaced)

    return diagnosed(layout, error, live(), manifest.groups, tables)


def live_damage(layout: Layout, job_ids: Iterable[str]) -> Iterator[FileDamaged]:
    """The first live file at fault of each of some jobs that has any."""
    from storage.readmodel.verifying_live import live_faults

    for job_id in job_ids:
        try:
            files = layout.folders.files(job_id)
            layout.folders.readable(job_id, files)
            found = next(live_faults(layout.job(job_id), files, None), None)
        except FileNotFoundError:
            continue  # folded, or sealed and swept, meanwhile
        except OSError as error:
            found = Path(str(error.filename)).name, f"it can't be read: {error.strerror}"
        if found is not None:
            yield live_file_damaged(job_id, *found)


def live_file_damaged(job_id: str, name: str, fault: str) -> FileDamaged:
    """The error for one live file, by its name and what is wrong with it."""
    advice = ADVICE["live file"]
    what = f"is not what was written: {fault}"
    return FileDamaged(f"live/{job_id}/{name}", what, advice, job_id)


def sealed_damage(
    layout: Layout, groups: Iterable[Group], tables: Collection[str] = ()
) -> Iterator[FileDamaged]:
    """The first file at fault of each of some groups that has any.

    Args:
        tables: those whose files are looked at; all where none is named.
    """
    from storage.layout.soundness import sealed_faults

    advice = ADVICE["sealed file"]
    for group in groups:
        for path, fault in islice(sealed_faults(layout, [group], tables), 1):
            yield FileDamaged(path, f"is not what was sealed: {fault}", advice)
