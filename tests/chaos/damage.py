"""What becomes of a home one file of which is harmed: `python -m tests.chaos.damage --flips 100`.

A home has a part, a group, jobs under way, documents, an import, keys, a webhook and a batch. One
file of it is deleted, cut, changed by one bit or replaced by yesterday's. Then `verify` must name
it, unless nothing that is read is another; commands that write must leave all other files as they
are; and what docs/backup.md says must bring all back.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from domain.errors import InputError, LakeError
from domain.job.job import Job, JobStatus
from domain.job.segment import Segment, SegmentStatus
from storage.control.batch_log import BatchLog
from storage.control.keys import Keys
from storage.control.leases import Leases
from storage.control.submissions import Submissions
from storage.control.webhooks import Webhooks
from storage.lake import Lake
from storage.layout.documents import Documents
from storage.layout.imports import ImportedUnit, write_import
from storage.readmodel.catalog import write_catalog
from storage.readmodel.readmodel import ReadModel
from storage.verify.backup import back_up
from storage.verify.control_anew import make_anew
from storage.verify.rebuilding import rebuild_manifest
from storage.verify.verifying import verify
from tasks.maintenance import maintain
from tests.integration.storage.lake_samples import a_call
from tests.sent import alone

NOW = datetime(2026, 3, 6, 12, tzinfo=UTC)
POINTERS = ("manifest.json", "catalog.duckdb", "control.sqlite")
WAYS = ("deleted", "cut", "yesterday's")


def job_id(number: int) -> str:
    return f"019cc307-7c00-7000-8000-{number:012d}"


async def _jobs(home: Path, *numbers: int, ended: bool) -> None:
    store, lake, leases = Documents(home), Lake.create(home), Leases(home)
    leases.open_run("night", NOW)
    for n in numbers:
        with closing(Submissions(home)) as submissions:
            submissions.claim("anna", {f"key {n}": job_id(n)})
        job = Job(
            job_id=job_id(n),
            owner="anna",
            source_path=f"{n}.txt",
            output_path=f"{n}.txt",
            format="text",
            source_lang="de",
            target_lang="en",
            briefing=store.put(b'{"source_lang": "de", "target_lang": "en"}'),
            document=store.put(f"Satz 0 von {n}.\n\nSatz 1 von {n}.".encode()),
            content_key=f"key {n}",
            created_at=NOW,
            source_review=False,
            segment_count=2,
            supervised=True,
            status=JobStatus.COMPLETED if ended else JobStatus.QUEUED,
            output=store.put(f"document {n}".encode()) if ended else None,
            finalized=ended,
            attempt=int(ended),
        )
        lake.submit([job])
        fence = leases.take(job.job_id, "night", NOW)
        assert fence is not None
        lake.hold(job.job_id, fence)
        for at in range(2):
            segment = Segment(job.job_id, at, SegmentStatus.PENDING, f"Satz {at} von {n}.", 4)
            call = a_call(n, at, job_id=job.job_id, simulated=True)
            if ended:
                segment = replace(segment, status=SegmentStatus.DONE, translation=f"Part {at}.")
            calls = [call] if ended else []
            await lake.commit(job.job_id, job=job, segments=[segment], calls=calls)
        await lake.let_go(job.job_id)
        leases.release(job.job_id, "night")
    if ended:
        lake.seal([job_id(n) for n in numbers])
    leases.close()
    lake.close()


def made(folder: Path) -> tuple[Path, Path, Path]:
    """A home, its backup, and what it was the day before."""
    home, days = folder / "home", timedelta(days=2)
    asyncio.run(_jobs(home, 1, 2, ended=True))
    asyncio.run(_jobs(home, 3, ended=True))
    with closing(Keys(home)) as keys:
        keys.add("anna", NOW, owner="anna")
    now = datetime.now(UTC)
    for later in (1, 2, 3):
        maintain(home, None, now + later * days)
    yesterday = shutil.copytree(home, folder / "yesterday")
    asyncio.run(_jobs(home, 4, 5, ended=True))
    asyncio.run(_jobs(home, 6, 7, ended=False))
    write_import(home, [ImportedUnit("k", "de", "en", "Satz", "sentence", "x.tmx")])
    with closing(Keys(home)) as keys, closing(Webhooks(home)) as webhooks:
        keys.add("bert", NOW, owner="bert")
        webhooks.add("anna", "https://example.org", NOW)
    with closing(BatchLog(home)) as log:
        log.begin("batch", alone({"question": job_id(6)}), NOW)
    for later in (4, 5, 6):
        maintain(home, None, now + later * days)
    return home, back_up(home, folder / "backups", NOW).place, yesterday


def reads(home: Path) -> dict[str, Any]:
    """All that is read of a home."""
    found: dict[str, Any] = {}
    with closing(ReadModel(home, clock=lambda: NOW)) as model:
        found["jobs"] = [model.record(job.job_id) for job in model.jobs()]
        found["costs"] = model.costs()
        found["outputs"] = [model.output(record.job) for record in found["jobs"]]
    with closing(Keys(home)) as keys, closing(Webhooks(home)) as webhooks:
        found["keys"], found["webhooks"] = keys.list(), webhooks.list()
    with closing(BatchLog(home)) as log, closing(Leases(home)) as leases:
        found["batches"] = log.find(["question"])
        found["leases"] = sorted(leases.job_ids())
    with closing(Submissions(home)) as submissions:
        wanted = {f"key {n}": "none" for n in range(1, 8)}
        found["submissions"] = submissions.claim("anna", wanted)
    return found


def harm(path: Path, way: str, yesterday: Path, chance: random.Random) -> None:
    """Do a file some harm."""
    mode = path.stat().st_mode
    content = bytearray(path.read_bytes())
    path.unlink()
    if way == "deleted":
        return
    if way == "cut":
        content = content[: len(content) // 2]
    elif way == "yesterday's":
        content = bytearray(yesterday.read_bytes())
    else:
        at = chance.randrange(len(content) * 8)
        content[at // 8] ^= 1 << at % 8
    path.write_bytes(content)
    path.chmod(mode)


def is_named(home: Path, place: str, later: datetime) -> bool:
    """Whether `verify` names a file, as a fault with a remedy."""
    try:
        faults = verify(home, later).faults
    except LakeError as error:
        return place in str(error)
    return any(f.place == place and f.advice for f in faults)


def written_to(home: Path, later: datetime) -> None:
    """What commands that write do; those that refuse do nothing."""
    with suppress(LakeError):
        maintain(home, None, later)
    with suppress(LakeError):
        write_catalog(home)
    with suppress(LakeError), closing(Submissions(home)):
        pass


def content_of(home: Path) -> dict[str, bytes]:
    """All files that never change, by their place."""
    kept = ("live", "sealed", "documents", "memory")
    return {
        path.relative_to(home).as_posix(): path.read_bytes()
        for name in kept
        for path in (home / name).rglob("*")
        if path.is_file()
    }


def restored(home: Path, place: str, backup: Path) -> None:
    """What docs/backup.md says of a file."""
    if place == "catalog.duckdb":
        write_catalog(home)
    elif place == "manifest.json":
        rebuild_manifest(home, NOW)
        write_catalog(home)
    elif place == "control.sqlite":
        for path in home.glob("control.sqlite*"):
            path.unlink()
        shutil.copy(backup / place, home / place)
        with suppress(InputError):
            make_anew(home, NOW)
        write_catalog(home)
    else:
        (home / place).unlink(missing_ok=True)
        shutil.copy(backup / place, home / place)


def places(home: Path) -> list[str]:
    """The files that are harmed: pointers, and one by one those that never change."""
    there = [place for place in content_of(home) if "/_none/" not in place]
    return [*POINTERS, *sorted(there)]


def trials(home: Path, flips: int, chance: random.Random, each: int) -> Iterator[tuple[str, str]]:
    """Which file is harmed in which way; of files that never change some of each folder."""
    chosen = list(POINTERS)
    for folder in ("live", "sealed", "documents", "memory"):
        of_folder = [place for place in places(home) if place.startswith(folder)]
        chosen += chance.sample(of_folder, min(each, len(of_folder)))
    for place in chosen:
        yield from ((place, way) for way in WAYS if way != "yesterday's" or place in POINTERS)
    for _ in range(flips):
        yield chance.choice(chosen), "one bit"


def tried(
    folder: Path, flips: int, seed: int, each: int, most: int | None = None
) -> Counter[tuple[str, str, str]]:
    """Outcomes by kind of file, way and what was seen.

    Args:
        flips: trials with one flipped bit.
        each: files of each folder that are harmed.
        most: trials at most, any of all.
    """
    chance = random.Random(seed)
    home, backup, yesterday = made(folder)
    before, later = reads(home), datetime.now(UTC) + timedelta(days=20)
    outcomes: Counter[tuple[str, str, str]] = Counter()
    whole = shutil.copytree(home, folder / "whole")
    chosen = list(trials(home, flips, chance, each))
    for place, way in chosen if most is None else chance.sample(chosen, most):
        shutil.rmtree(home)
        shutil.copytree(whole, home)
        harm(home / place, way, yesterday / place, chance)
        kind = place if "/" not in place else place.split("/")[0] + "/"
        outcomes[kind, way, _seen(home, place, backup, before, later)] += 1
    return outcomes


def _seen(home: Path, place: str, backup: Path, before: dict[str, Any], later: datetime) -> str:
    named = is_named(home, place, later)
    if not named:
        try:
            return "changes nothing" if reads(home) == before else f"UNNOTICED {place}"
        except Exception as error:
            return f"UNNOTICED {place}: {error}"
    others = {name: data for name, data in content_of(home).items() if name != place}
    written_to(home, later)
    left = content_of(home)
    if any(left.get(name) != data for name, data in others.items()):
        return f"MADE WORSE {place}"
    restored(home, place, backup)
    faults = verify(home, later).faults
    if faults or reads(home) != before:
        return f"NOT RESTORED {place}: {faults[:1]}"
    return "named, unharmed, restored"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--flips", type=int, default=100)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--each", type=int, default=6)
    given = parser.parse_args()
    seed = random.randrange(10**6) if given.seed is None else given.seed
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        outcomes = tried(Path(folder), given.flips, seed, given.each)
    seconds = time.monotonic() - began
    sys.stdout.write(f"seed {seed}, {sum(outcomes.values())} trials, {seconds:.0f} s\n")
    for (kind, way, seen), count in sorted(outcomes.items()):
        sys.stdout.write(f"| {kind} | {way} | {seen} | {count} |\n")


if __name__ == "__main__":
    main()
