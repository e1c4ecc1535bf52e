"""What lies on disk has a format: a newer one is refused, an older one carried over."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import Desk
from lake_samples import NOON, a_finished_job, a_job, job_id

from domain.errors import LakeDamaged, LakeTooNew
from storage.files.home import RemoteHome
from storage.lake import Lake
from storage.layout.layout import Layout
from storage.layout.manifest import Manifest, ManifestFile
from storage.layout.manifest_content import FORMAT, decoded, encoded
from storage.layout.soundness import sha256_of
from storage.live.listing import FENCE_SHIFT, LiveFile
from storage.live.live_bytes import live_bytes
from storage.readmodel.catalog import write_catalog
from storage.readmodel.readmodel import ReadModel
from storage.sealed.steps import STEPS
from storage.tables.rows import encoded as encoded_row
from storage.verify.control_anew import make_anew
from storage.verify.verifying import verify


async def seal_one(desk: Desk, number: int = 1) -> None:
    desk.take(number)
    await desk.lake.commit(job_id(number), job=a_finished_job(number, segment_count=0))
    desk.lake.seal([job_id(number)])


def of_first_format(home: Path) -> None:
    """Make a lake what it was before there were formats: no number, no hashes, nothing entered."""
    path = home / "manifest.json"
    fields = json.loads(path.read_text())
    for name in ("format", "sha256"):
        del fields[name]
    for group in fields["groups"]:
        for file in group["files"].values():
            del file["sha256"]
    path.write_text(json.dumps(fields, indent=1))
    forget_published(home)


def forget_published(home: Path) -> None:
    with closing(sqlite3.connect(home / "control.sqlite")) as control, control:
        control.execute("DELETE FROM facts WHERE name LIKE 'published %'")


def jobs_read(home: Path) -> list[str]:
    with closing(ReadModel(home, clock=lambda: NOON)) as reads:
        return [job.job_id for job in reads.jobs()]


def test_steps_lead_from_one_format_to_the_next() -> None:
    """There is one named step to each format after the first, in order, up to that of this code."""
    assert list(range(2, FORMAT + 1)) == [step.to for step in STEPS]
    assert all(step.name for step in STEPS)


def test_a_new_lake_has_a_manifest_of_this_format(desk: Desk) -> None:
    """A lake has a manifest from its beginning, which says its format."""
    assert FORMAT == json.loads((desk.home / "manifest.json").read_text())["format"]


async def test_a_lake_of_the_first_format_is_carried_over(desk: Desk) -> None:
    """A lake without a format is read as it is; whoever opens it to write carries it over."""
    await seal_one(desk)
    of_first_format(desk.home)
    manifests = ManifestFile(Layout.of(desk.home))
    before = manifests.read()
    assert (1, None) == (before.format, before.groups[0].files["jobs"].sha256)
    assert [job_id(1)] == jobs_read(desk.home)

    Lake.create(desk.home).close()

    after = manifests.read()
    assert FORMAT == after.format
    for file in after.groups[0].files.values():
        content = (desk.home / file.path).read_bytes()
        assert hashlib.sha256(content).hexdigest() == file.sha256
    assert [job_id(1)] == jobs_read(desk.home)


async def test_a_damaged_file_stays_so_when_its_lake_is_carried_over(desk: Desk) -> None:
    """No hash is made of a sealed file that is damaged already: it is told, and nothing goes."""
    await seal_one(desk)
    of_first_format(desk.home)
    (path,) = desk.home.glob("sealed/2*/jobs-*.parquet")
    content = bytearray(path.read_bytes())
    ids = pq.read_metadata(path).row_group(0).column(0)
    start = ids.dictionary_page_offset or ids.data_page_offset
    content[start + ids.total_compressed_size - 1] ^= 4
    path.chmod(0o600)
    path.write_bytes(content)

    Lake.create(desk.home).close()

    manifest = ManifestFile(Layout.of(desk.home)).read()
    assert FORMAT == manifest.format
    hashes = {table: file.sha256 for table, file in manifest.groups[0].files.items()}
    assert hashes.pop("jobs") is None
    assert None not in hashes.values()
    place = path.relative_to(desk.home).as_posix()
    assert [("sealed file", place)] == [(f.kind, f.place) for f in verify(desk.home, NOON).faults]
    with pytest.raises(LakeDamaged):
        desk.lake.compact(NOON)


def test_a_lake_of_the_first_format_without_sealed_jobs(desk: Desk) -> None:
    """A lake of queued jobs alone, which had no manifest at all, is carried over too."""
    desk.lake.submit([a_job(1)])
    (desk.home / "manifest.json").unlink()
    forget_published(desk.home)
    # The samples have no documents.
    assert {"missing document"} == {found.kind for found in verify(desk.home, NOON).findings}

    Lake.create(desk.home).close()

    assert FORMAT == ManifestFile(Layout.of(desk.home)).read().format
    assert [job_id(1)] == [job.job_id for job in desk.lake.live_jobs()]


def test_job_control_is_made_anew_before_there_is_a_manifest(desk: Desk) -> None:
    """No manifest is missed for it in a lake of the first format that had none yet."""
    desk.lake.submit([a_job(1)])
    desk.lake.close()
    desk.leases.close()
    for path in (desk.home / "manifest.json", *desk.home.glob("control.*")):
        path.unlink(missing_ok=True)

    make_anew(desk.home, NOON)
    Lake.create(desk.home).close()

    assert FORMAT == ManifestFile(Layout.of(desk.home)).read().format
    assert [job_id(1)] == jobs_read(desk.home)


async def test_a_newer_lake_is_refused(desk: Desk) -> None:
    """A lake of a later format is refused with both numbers, and nothing in it is touched."""
    await seal_one(desk)
    path = desk.home / "manifest.json"
    fields = json.loads(path.read_text())
    del fields["sha256"]
    path.write_bytes(encoded({**fields, "format": FORMAT + 1, "shelves": [1]}))
    before = {p: p.read_bytes() for p in sorted(desk.home.glob("sealed/*/*"))}
    said = (
        f"manifest.json: the lake has format {FORMAT + 1}, and this Nightdesk knows those up to"
        f" {FORMAT}; use the version that wrote it, or a newer one"
    )

    for refused in (
        lambda: Lake.create(desk.home),
        lambda: jobs_read(desk.home),
        lambda: write_catalog(desk.home),
        lambda: verify(desk.home, NOON),
        lambda: desk.lake.compact(NOON),
        lambda: desk.lake.load(job_id(1)),
    ):
        with pytest.raises(LakeTooNew) as raised:
            refused()
        assert said == str(raised.value)

    assert before == {p: p.read_bytes() for p in sorted(desk.home.glob("sealed/*/*"))}


def test_a_newer_lake_whose_manifest_has_another_shape() -> None:
    """A later format may have other fields altogether, and no hash that this version knows."""
    with pytest.raises(LakeTooNew):
        decoded(b'{"format": 99, "pages": []}', "manifest.json")


def test_a_later_format_that_is_damaged_is_told_as_damaged() -> None:
    """A flipped bit in the number of the format is damage, and no newer lake."""
    content = encoded({"format": 2, "version": 0, "groups": [], "retired": []})

    with pytest.raises(LakeDamaged, match="its content is not what its hash was made of"):
        decoded(content.replace(b'"format": 2', b'"format": 3'), "manifest.json")


def test_each_flipped_bit_of_a_manifest_is_damage() -> None:
    """Whichever bit of a manifest flips, it is not read as if it were whole."""
    content = encoded({"format": 2, "version": 7, "groups": [], "retired": []})
    for at in range(len(content) * 8):
        flipped = bytearray(content)
        flipped[at // 8] ^= 1 << at % 8
        with pytest.raises(LakeDamaged):
            decoded(bytes(flipped), "manifest.json")


def test_two_formats_in_a_bucket(bucket: RemoteHome) -> None:
    """A lake in a bucket has a format too, and a later one is refused."""
    Lake.create(bucket).close()
    layout = Layout.of(bucket)
    manifests = ManifestFile(layout)
    assert Manifest() == manifests.read()

    found = layout.files.pointer(layout.manifest, None)
    assert found is not None
    fields = json.loads(found[1])
    del fields["sha256"]
    layout.files.publish(layout.manifest, encoded({**fields, "format": FORMAT + 1}), found[0])

    with pytest.raises(LakeTooNew):
        Lake.create(bucket)


@pytest.mark.parametrize("where", ["sealed", "live"])
async def test_a_column_that_is_not_known_is_not_dropped(desk: Desk, where: str) -> None:
    """Rows with a column of a newer version are refused where they would be written without it."""
    if where == "live":
        desk.take(1)
        row = encoded_row(a_finished_job(1, segment_count=0))
        newer = row._replace(body=json.dumps({**json.loads(row.body), "shelf": 7}))
        written = desk.live_folder(1) / LiveFile(1, last=9, first=9).name
        written.write_bytes(live_bytes(job_id(1), [(9 + (1 << FENCE_SHIFT), newer)]))
        for refused in (lambda: desk.lake.seal([job_id(1)]), lambda: desk.lake.load(job_id(1))):
            with pytest.raises(LakeTooNew, match="there is 'shelf' in jobs"):
                refused()
        return
    await seal_one(desk)
    manifests = ManifestFile(Layout.of(desk.home))
    (group,) = manifests.read().groups
    path = desk.home / group.files["jobs"].path
    rows = pq.read_table(path)
    pq.write_table(rows.append_column("shelf", pa.array([7])), path)
    file = replace(group.files["jobs"], columns=rows.num_columns + 1, sha256=sha256_of(path))
    changed = replace(group, files={**group.files, "jobs": file})
    manifests.change(lambda now: replace(now, version=now.version + 1, groups=(changed,)))

    with pytest.raises(LakeTooNew, match="there is 'shelf' in jobs"):
        desk.lake.compact(NOON)
    assert path.exists()
