"""Files that no manifest names, such as nights' and imports': their hashes are facts of the lake.

A hash is noted once its file is durable, so a file without one is no fault, and one that is noted
and not there is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

from storage.control.facts import Facts
from storage.files.home import Home
from storage.layout.digests import sha256_of
from storage.layout.layout import Layout
from storage.layout.soundness import parquet_fault

_NAME = "file "


def note(home: Home, paths: Iterable[Path]) -> None:
    """Note the hashes of files that are durable.

    Args:
        paths: as `Layout` gives them.

    Raises:
        LakeError: they can't be noted.
        OSError: they can't be read.
    """
    layout = Layout.of(home)
    with closing(Facts(home)) as facts:
        for path in paths:
            layout.files.fetch([path])
            facts.set(_NAME + path.relative_to(layout.home).as_posix(), sha256_of(path))


def forget_gone(home: Home, folder: str = "") -> int:
    """Forget files that are noted and not there any more.

    Args:
        folder: in which they were, from home; all where it is empty.

    Returns:
        How many they were.

    Raises:
        LakeError: they can't be forgotten.
        OSError: it can't be seen what is there.
    """
    layout = Layout.of(home)
    with closing(Facts(home)) as facts:
        gone = [place for place in _missing(layout, noted(facts)) if place.startswith(folder)]
        for place in gone:
            facts.forget(_NAME + place)
    return len(gone)


def noted(facts: Facts) -> Mapping[str, str]:
    """The hashes of all files that are noted, by their paths from home."""
    return {name.removeprefix(_NAME): value for name, value in facts.starting(_NAME).items()}


def noted_faults(
    layout: Layout, hashes: Mapping[str, str], there: Iterable[Path]
) -> Iterator[tuple[str, str]]:
    """What is wrong with noted files, and with others of their kind: the path, and in words.

    Args:
        hashes: as they are noted.
        there: the files of these kinds that there are.
    """
    for place in _missing(layout, hashes):
        yield place, "it is not there"
    for path in there:
        place = path.relative_to(layout.home).as_posix()
        digest = hashes.get(place)
        try:
            if digest is None:
                fault = parquet_fault(path)
            else:
                is_whole = sha256_of(path) == digest
                fault = None if is_whole else "its content is not what was written"
        except FileNotFoundError:
            continue
        except OSError as error:
            fault = f"it can't be read: {error}"
        if fault is not None:
            yield place, fault


def _missing(layout: Layout, hashes: Mapping[str, str]) -> list[str]:
    folders = {place.partition("/")[0] for place in hashes}
    there = {stored.path for f in folders for stored in layout.files.below(layout.home / f)}
    return [place for place in hashes if layout.home / place not in there]
