"""Names of live files, which of them count, and when they are folded."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.layout.layout import is_job_id
from storage.live.folding import Written, due
from storage.live.listing import LiveFile, listed


def put(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).touch()


def written(first: int, last: int, size: int, *, folded: bool = False) -> Written:
    return Written(LiveFile(1, last=last, first=first), size, folded)


def test_a_name_tells_fence_and_rows() -> None:
    """A live file's name tells its writer's fence and the first and last row in it."""
    assert LiveFile(3, last=9, first=5).name == "00000003-000000000005-000000000009.parquet"
    assert LiveFile(3, 9, 5) == LiveFile.named("00000003-000000000005-000000000009.parquet")


@pytest.mark.parametrize("name", ["none.parquet", "x.tmp", "00000003-5-9.parquet", ""])
def test_another_name_is_no_live_file(name: str) -> None:
    """What is not named as a live file is none."""
    assert LiveFile.named(name) is None


def test_files_that_a_folded_one_gathers_do_not_count(tmp_path: Path) -> None:
    """Files that a folded one of the same owner gathers don't count; others do, in order."""
    put(
        tmp_path,
        "00000001-000000000001-000000000001.parquet",
        "00000002-000000000001-000000000002.parquet",
        "00000002-000000000003-000000000003.parquet",
        "00000002-000000000001-000000000003.parquet",
        "00000002-000000000004-000000000009.parquet",
        "00000002-000000000010-000000000010.parquet.1f.tmp",
    )

    assert [LiveFile(1, 1, 1), LiveFile(2, 3, 1), LiveFile(2, 9, 4)] == listed(tmp_path)


def test_an_empty_folder_lists_nothing(tmp_path: Path) -> None:
    """An empty folder lists nothing, a missing one is an error."""
    assert listed(tmp_path) == []
    with pytest.raises(FileNotFoundError):
        listed(tmp_path / "gone")


class ChangingFolder:
    """A folder that shows one listing after another, the last one for ever."""

    def __init__(self, *listings: list[LiveFile]) -> None:
        self._listings = list(listings)

    def iterdir(self) -> list[Path]:
        listing = self._listings[0] if len(self._listings) == 1 else self._listings.pop(0)
        return [Path(file.name) for file in listing]


def test_a_listing_that_missed_a_fold_is_done_again() -> None:
    """A listing without a folded file, nor one it gathered that went meanwhile, is done again."""
    one, two, fold = LiveFile(1, 1, 1), LiveFile(1, 2, 2), LiveFile(1, 2, 1)

    folder = ChangingFolder([two], [fold, two])

    assert listed(folder) == [fold]
    assert listed(ChangingFolder([one, two], [fold], [fold])) == [fold]


def test_a_listing_shows_no_file_without_those_before_it() -> None:
    """A listing with a file but not an older one is done again; what is newer can wait."""
    one, two, three = (LiveFile(1, n, n) for n in range(1, 4))

    assert listed(ChangingFolder([one, three], [one, two, three])) == [one, two, three]
    assert listed(ChangingFolder([one], [one, three])) == [one]


def test_few_files_are_not_folded() -> None:
    """Fewer files than that are left as they are."""
    assert due([written(n, n, 1000) for n in range(1, 64)], 64) == []


def test_many_files_are_folded() -> None:
    """So many files are folded, all of them."""
    chosen = due([written(n, n, 1000) for n in range(1, 65)], 64)

    assert [LiveFile(1, n, n) for n in range(1, 65)] == chosen


def test_a_larger_fold_is_left_alone() -> None:
    """A fold larger than what came after it is not written again; one no larger is."""
    commits = [written(n, n, 1000) for n in range(101, 165)]
    small, large = written(51, 100, 64_000, folded=True), written(1, 50, 129_000, folded=True)

    chosen = due([large, small, *commits], 64)

    assert [small.file, *(commit.file for commit in commits)] == chosen


@pytest.mark.parametrize(
    "text", ["", ".", "..", "../x", "a/b", "_none", "a" * 65, "a\n", "a*", "ä", "%2e"]
)
def test_what_could_leave_its_folder_is_no_job_id(text: str) -> None:
    """What could name another place than a folder of its own is no job's id."""
    assert not is_job_id(text)


def test_a_uuid_is_a_job_id() -> None:
    """A UUID is a job's id."""
    assert is_job_id("019cc307-7c00-7000-8000-000000000001")
