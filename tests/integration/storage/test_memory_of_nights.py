"""What earlier nights translated, found by key in a lake."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from conftest import Desk
from lake_samples import a_call, a_finished_job, a_job, a_note, a_segment, job_id

from domain.job.notes import NoteType
from domain.job.segment import Segment, SegmentStatus
from domain.reuse.memory import Unit, import_key
from storage.layout.imports import ImportedUnit, write_import
from storage.layout.layout import Layout
from storage.layout.manifest import ManifestFile
from storage.layout.soundness import sha256_of
from storage.readmodel.memory import Memory

KEY = "a" * 64
UNIT = Unit("Yes.", 96.0, "[]", "claude")
Opener = Callable[..., Memory]


@pytest.fixture
def opened(desk: Desk) -> Iterator[Opener]:
    memories: list[Memory] = []

    def open_(**changes: Any) -> Memory:
        known = {"engines": ["claude"], "target_score": 95, "simulated": False, **changes}
        memories.append(Memory(desk.home, **known))
        return memories[-1]

    yield open_
    for memory in memories:
        memory.close()


def passed(number: int, segment_id: int = 0, **changes: Any) -> Segment:
    fields: dict[str, Any] = {
        "status": SegmentStatus.DONE,
        "source": "Ja.",
        "answer": "Yes.",
        "translation": "Yes.",
        "qa_score": 96.0,
        "findings": "[]",
        "origin": "claude",
        "memory_key": KEY,
    }
    return a_segment(number, segment_id, **{**fields, **changes})


async def finish(desk: Desk, number: int, *segments: Segment, **rows: Any) -> None:
    desk.take(number)
    await desk.lake.commit(job_id(number), job=a_finished_job(number), segments=segments, **rows)


def drop_keys(home: Path) -> None:
    """Make the one sealed file of segments one of a version that had no keys."""
    (path,) = home.glob("sealed/*-*/segments-*")
    pq.write_table(pq.read_table(path).drop_columns(["memory_key"]), path)
    manifests = ManifestFile(Layout.of(home))
    (group,) = manifests.read().groups
    file = replace(group.files["segments"], columns=group.files["segments"].columns - 1)
    file = replace(file, sha256=sha256_of(path))
    older = replace(group, files={**group.files, "segments": file})
    manifests.change(lambda now: replace(now, version=now.version + 1, groups=(older,)))


@pytest.mark.parametrize("seal", [False, True], ids=["live", "sealed"])
async def test_a_segment_that_passed_is_a_unit(desk: Desk, opened: Opener, seal: bool) -> None:
    """What passed QA is found by its key, in a live job as in a sealed one."""
    await finish(desk, 1, passed(1), passed(1, 1, memory_key="b" * 64, answer="No."))
    if seal:
        desk.lake.seal([job_id(1)])

    assert {KEY: UNIT} == opened().units([KEY, "c" * 64])


@pytest.mark.parametrize("how", ["cut", "flipped"])
@pytest.mark.parametrize("kind", ["live", "sealed", "import"])
async def test_a_damaged_file_is_left_out(
    desk: Desk, opened: Opener, caplog: pytest.LogCaptureFixture, kind: str, how: str
) -> None:
    """What a file that is damaged says is no hit, and all others are found as without it."""
    await finish(desk, 1, passed(1))
    if kind == "sealed":
        desk.lake.seal([job_id(1)])
    if kind == "import":
        key = import_key("default", "de", "en", "Nein.")
        write_import(desk.home, [ImportedUnit(key, "de", "en", "Nein.", "No.", "a.tmx")])
    await finish(desk, 2, passed(2, memory_key="b" * 64))
    places = {"live": f"live/{job_id(1)}", "sealed": "sealed/2*", "import": "memory"}
    name = "segments-*" if kind == "sealed" else "*.parquet"
    path = max(desk.home.glob(f"{places[kind]}/{name}"))
    content = bytearray(path.read_bytes())
    chunk = pq.read_metadata(path).row_group(0).column(0)
    start = chunk.dictionary_page_offset or chunk.data_page_offset
    content[start + chunk.total_compressed_size - 1] ^= 4
    path.chmod(0o600)
    path.write_bytes(content if how == "flipped" else content[: len(content) // 2])

    memory = opened()

    assert "b" * 64 in memory.units([KEY, "b" * 64])
    assert (kind == "import") == (KEY in memory.units([KEY]))
    assert {} == memory.imported([import_key("default", "de", "en", "Nein.")])
    assert [f"{path.relative_to(desk.home)} is damaged, and left out of the memory"] == [
        record.getMessage().partition(":")[0] for record in caplog.records
    ]


@pytest.mark.parametrize("seal", [False, True], ids=["live", "sealed"])
@pytest.mark.parametrize(
    "changes",
    [
        {"status": SegmentStatus.QA_FAILED},
        {"status": SegmentStatus.BLOCKED},
        {"qa_score": 94.9},
        {"qa_score": None},
        {"origin": "apertium"},
        {"origin": "translation_memory"},
        {"answer": None},
        {"memory_key": None},
    ],
    ids=str,
)
async def test_what_did_not_pass_is_none(
    desk: Desk, opened: Opener, seal: bool, changes: dict[str, Any]
) -> None:
    """Failed, blocked, unscored and borrowed segments, and other engines', are no units."""
    await finish(desk, 1, passed(1, **changes))
    if seal:
        desk.lake.seal([job_id(1)])

    assert {} == opened().units([KEY])


@pytest.mark.parametrize("seal", [False, True], ids=["live", "sealed"])
async def test_a_rehearsals_units_serve_rehearsals_only(
    desk: Desk, opened: Opener, seal: bool
) -> None:
    """What the simulator answered is no unit in earnest."""
    await finish(desk, 1, passed(1), calls=[a_call(1, simulated=True)])
    if seal:
        desk.lake.seal([job_id(1)])

    assert {} == opened().units([KEY])
    assert {KEY: UNIT} == opened(simulated=True).units([KEY])


@pytest.mark.parametrize("seal", [False, True], ids=["live", "sealed"])
async def test_a_unit_brings_its_translators_doubts(desk: Desk, opened: Opener, seal: bool) -> None:
    """Notes of low confidence that still hold come along, and no others."""
    doubts = [
        a_note(1, "Is it a noun?", type=NoteType.LOW_CONFIDENCE),
        a_note(1, "Or a verb?", type=NoteType.LOW_CONFIDENCE),
        a_note(1, "A word is misspelt."),
        a_note(1, "Elsewhere.", type=NoteType.LOW_CONFIDENCE, segment_id=1),
    ]
    await finish(desk, 1, passed(1), notes=doubts)
    taken_back = a_note(1, "Or a verb?", type=NoteType.LOW_CONFIDENCE, retracted=True)
    await desk.lake.commit(job_id(1), notes=[taken_back])
    if seal:
        desk.lake.seal([job_id(1)])

    assert ("Is it a noun?",) == opened().units([KEY])[KEY].doubts


async def test_the_newest_of_several_units_counts(desk: Desk, opened: Opener) -> None:
    """Of units with one key that of the job sealed last is found, a live job's before all."""
    await finish(desk, 1, passed(1, answer="First."), passed(1, 1, answer="Second."))
    await finish(desk, 2, passed(2, answer="Third."))
    desk.lake.seal([job_id(1)])
    desk.lake.seal([job_id(2)])
    assert "Third." == opened().units([KEY])[KEY].answer

    await finish(desk, 3, passed(3, answer="Fourth."))
    assert "Fourth." == opened().units([KEY])[KEY].answer


async def test_jobs_that_are_sealed_meanwhile_are_found(desk: Desk, opened: Opener) -> None:
    """A job that is sealed, and swept, after the memory was opened is found all the same."""
    memory = opened()
    assert {} == memory.units([KEY])

    await finish(desk, 1, passed(1))
    assert {} == memory.units([KEY])
    desk.lake.seal([job_id(1)])
    desk.lake.sweep(timedelta(hours=1), datetime.now(UTC) + timedelta(hours=2))

    assert {KEY: UNIT} == memory.units([KEY])


async def test_many_units_of_many_groups_are_found_at_once(desk: Desk, opened: Opener) -> None:
    """Each of thousands of keys over several files and row groups has its own unit."""
    keys = {}
    for number in (1, 2, 3):
        segments = []
        for n in range(2500):
            key = f"{number:02}{n:062}"
            keys[key] = f"{number}/{n}"
            segments.append(passed(number, n, memory_key=key, answer=keys[key]))
        await finish(desk, number, *segments)
        desk.lake.seal([job_id(number)])
    wanted = [key for key in keys if key.endswith(("0", "7"))]

    found = opened().units(wanted)

    assert {key: keys[key] for key in wanted} == {key: unit.answer for key, unit in found.items()}
    assert 1500 == len(found)


async def test_files_from_before_the_memory_hold_no_units(desk: Desk, opened: Opener) -> None:
    """Sealed files of a version without keys are read, and nothing is found in them."""
    await finish(desk, 1, passed(1))
    desk.lake.seal([job_id(1)])
    drop_keys(desk.home)

    assert {} == opened().units([KEY])


async def test_a_queued_job_costs_nothing(desk: Desk, opened: Opener) -> None:
    """Jobs that no run has begun have nothing to be found, and an empty lake neither."""
    with closing(opened()) as memory:
        assert {} == memory.units([KEY])
    desk.lake.submit([a_job(1)])

    assert {} == opened().units([KEY])
    assert {} == opened().imported([KEY])
