"""Several machines at one home in a bucket: owners, sealers, readers, caches."""

from __future__ import annotations

import asyncio
import shutil
import threading
from collections import Counter
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from conftest import Desk, from_another_machine
from lake_samples import NOON, a_call, a_finished_job, a_job, a_segment, job_id

from domain.errors import LakeError, LeaseLost
from storage.control.facts import Facts
from storage.control.keys import Caller, Keys
from storage.control.leases import Leases
from storage.control.submissions import Submissions, Submitted
from storage.files import objects as limits
from storage.files.home import RemoteHome, objects_of
from storage.lake import Lake
from storage.layout.documents import Documents
from storage.layout.layout import Layout
from storage.layout.manifest import Group, ManifestFile, SealedFile
from storage.live.listing import LiveFile
from storage.readmodel.readmodel import ReadModel
from storage.verify.verifying import verify
from tests.s3 import Endpoint

ONE = job_id(1)
LATER = NOON + timedelta(minutes=2)
AT_ONCE = timedelta(seconds=-1)


@pytest_asyncio.fixture
async def desk(bucket: RemoteHome) -> AsyncIterator[Desk]:
    desk = Desk(bucket)
    yield desk
    await desk.lake.settle()
    desk.lake.close()


class Machine:
    """Another machine at the same home."""

    def __init__(self, desk: Desk, name: str = "other") -> None:
        assert isinstance(desk.home, RemoteHome)
        self.home = from_another_machine(desk.home)
        self.lake = Lake.create(self.home)
        self.leases = Leases(self.home, host=name)
        self.leases.open_run(name, LATER)
        self.name = name

    def take(self, number: int) -> int | None:
        """Take a job, and hold it."""
        fence = self.leases.take(job_id(number), self.name, LATER)
        if fence is not None:
            self.lake.hold(job_id(number), fence)
        return fence

    async def finish(self, number: int) -> None:
        """Take a job that was not begun to its end."""
        assert self.take(number)
        calls = [a_call(number)]
        await self.lake.commit(
            job_id(number), job=a_finished_job(number), segments=[a_segment(number)], calls=calls
        )
        await self.lake.let_go(job_id(number))
        self.leases.release(job_id(number), self.name)


def jobs_seen(home: RemoteHome) -> list[str]:
    """The ids of all jobs as a machine sees them that has fetched nothing yet."""
    reads = ReadModel(from_another_machine(home), clock=lambda: LATER)
    try:
        return [job.job_id for job in reads.jobs()]
    finally:
        reads.close()


def home_of(desk: Desk) -> RemoteHome:
    assert isinstance(desk.home, RemoteHome)
    return desk.home


def test_two_machines_share_no_job(desk: Desk) -> None:
    """Of machines that take the same jobs at once each job is one machine's."""
    desk.lake.submit([a_job(number) for number in range(1, 13)])
    machines = [Machine(desk, f"m{n}") for n in range(4)]
    with ThreadPoolExecutor(4) as threads:
        taken = list(
            threads.map(lambda m: [n for n in range(1, 13) if m.take(n) is not None], machines)
        )

    assert Counter(n for some in taken for n in some) == dict.fromkeys(range(1, 13), 1)
    ids = [job_id(n) for n in range(1, 13)]
    assert desk.leases.held(ids, LATER) == set(ids)


async def test_a_silent_owner_is_shut_out(desk: Desk) -> None:
    """An owner whose job another machine took can't commit, and all it committed is there."""
    desk.take(1)
    await desk.lake.commit(ONE, calls=[a_call(call=0)])
    other = Machine(desk)

    assert other.take(1) == 2
    with pytest.raises(LeaseLost):
        await desk.lake.commit(ONE, calls=[a_call(call=1)])
    await other.lake.commit(ONE, calls=[a_call(call=2)])
    with pytest.raises(LeaseLost):
        await desk.lake.commit(ONE, calls=[a_call(call=3)])

    assert desk.lake.lost() == {ONE}
    found = [call.call_id for call in other.lake.load(ONE).calls]
    assert found == ["call-1-0", "call-1-2"]


async def test_what_was_committed_when_a_job_changes_hands(desk: Desk) -> None:
    """However fast an owner commits while its job is taken, its successor finds all of it."""
    committed: list[str] = []

    async def commit_on() -> None:
        number = 0
        while True:
            await desk.lake.commit(ONE, calls=[a_call(call=number)])
            committed.append(f"call-1-{number}")
            number += 1

    desk.take(1)
    for wait in range(3, 9):
        fence = 2 * (wait - 3) + 1
        committed.clear()
        owner = asyncio.create_task(commit_on())
        while len(committed) < wait:
            assert not owner.done(), owner.exception()
            await asyncio.sleep(0.001)
        other = Machine(desk, f"other{wait}")
        assert await asyncio.to_thread(other.take, 1) == fence + 1
        found = {call.call_id for call in (await asyncio.to_thread(other.lake.load, ONE)).calls}
        with pytest.raises(LeaseLost):
            await asyncio.wait_for(owner, 300)
        assert found >= set(committed)
        assert {call.call_id for call in other.lake.load(ONE).calls} == found
        other.leases.close_run(other.name)
        assert desk.leases.take(ONE, "night", LATER) == fence + 2
        desk.lake.hold(ONE, fence + 2)


async def test_a_holder_can_not_write_to_what_is_sealed(desk: Desk) -> None:
    """Sealing a job that a run still holds shuts that run out, and has all that it committed."""
    desk.take(1)
    await desk.lake.commit(ONE, job=a_finished_job(), segments=[a_segment()], calls=[a_call()])
    other = Machine(desk)

    other.lake.seal([ONE])

    with pytest.raises(LeaseLost):
        await desk.lake.commit(ONE, calls=[a_call(call=1)])
    assert [call.call_id for call in other.lake.load(ONE).calls] == ["call-1-0"]


async def test_what_comes_after_the_sweep_counts_nowhere(desk: Desk) -> None:
    """What an owner writes to a job that was sealed and swept long ago brings nothing back."""
    other = Machine(desk)
    desk.lake.submit([a_job()])
    await other.finish(1)
    desk.lake.seal([ONE])
    desk.lake.sweep(AT_ONCE, datetime.now(UTC))
    late = f"live/{ONE}/{LiveFile(1, 2_000_000, 1_000_001).name}"
    objects = objects_of(home_of(desk))

    objects.put(late, b"PAR1")

    assert jobs_seen(home_of(desk)) == [ONE]
    assert len(desk.lake.load(ONE).calls) == 1
    desk.lake.sweep(timedelta(hours=1), datetime.now(UTC))
    assert [entry.key for entry in objects.list("live")] == [late]
    desk.lake.sweep(AT_ONCE, datetime.now(UTC))
    assert objects.list("live") == []


async def test_two_sealers_at_once(desk: Desk) -> None:
    """Machines that seal the same and other jobs at once lose nothing of each other."""
    desk.lake.submit([a_job(number) for number in range(1, 9)])
    machines = [Machine(desk, f"m{n}") for n in range(3)]
    for number in range(1, 9):
        await machines[number % 3].finish(number)
    some = [range(1, 6), range(3, 9), range(1, 9)]

    with ThreadPoolExecutor(3) as threads:
        done = [
            threads.submit(machine.lake.seal, [job_id(number) for number in numbers])
            for machine, numbers in zip(machines, some, strict=True)
        ]
        for one in done:
            one.result()

    groups = ManifestFile(Layout.of(home_of(desk))).read().groups
    sealed = Counter(job for group in groups for job in group.job_ids)
    assert sealed == {job_id(number): 1 for number in range(1, 9)}
    assert jobs_seen(home_of(desk)) == sorted(sealed)
    found = verify(home_of(desk), datetime.now(UTC)).findings
    assert {finding.kind for finding in found} == {"missing document"}  # none was handed in


def test_no_published_group_is_lost(bucket: RemoteHome) -> None:
    """Of machines that publish groups at once each one's group is in the manifest in the end."""

    def group(name: str) -> Group:
        files = {"jobs": SealedFile(f"sealed/2026-03-06/jobs-{name}.parquet", 1, 1)}
        return Group(name, "2026-03-06", name, name, (name,), False, files)

    names = [f"g{number}" for number in range(8)]
    manifests = [ManifestFile(Layout.of(from_another_machine(bucket))) for _ in names]
    with ThreadPoolExecutor(8) as threads:
        published = threads.map(
            lambda manifest, name: manifest.change(lambda now: now.with_group(group(name))),
            manifests,
            names,
        )
        assert all(published)

    found = ManifestFile(Layout.of(bucket)).read()
    assert (found.version, sorted(group.group_id for group in found.groups)) == (8, names)


async def test_readers_beside_all_that_writes(desk: Desk) -> None:
    """Readers with caches of their own see no job missing or twice while others write and seal."""
    desk.lake.submit([a_job(number) for number in range(1, 7)])
    ids = [job_id(number) for number in range(1, 7)]
    wrong: list[object] = []
    done = threading.Event()

    def read() -> int:
        looks = 0
        reads = ReadModel(from_another_machine(home_of(desk)), clock=lambda: LATER)
        while not done.is_set():
            seen = [job.job_id for job in reads.jobs()]
            records = [reads.record(job) for job in ids]
            if seen != ids or None in records:
                wrong.append((seen, records))
            looks += 1
        reads.close()
        return looks

    with ThreadPoolExecutor(2) as threads:
        readers = [threads.submit(read) for _ in range(2)]
        try:
            other = Machine(desk)
            for number in range(1, 7):
                await other.finish(number)
                await asyncio.to_thread(other.lake.seal, [job_id(number)])
                if number % 2 == 0:
                    await asyncio.to_thread(other.lake.compact, NOON)
                    await asyncio.to_thread(other.lake.sweep, AT_ONCE, datetime.now(UTC))
        finally:
            done.set()
        looks = [reader.result() for reader in readers]

    assert wrong == []
    assert all(looks)


async def test_a_cache_that_is_wiped(desk: Desk) -> None:
    """What a machine has fetched may go between two commands and under an open reader."""
    digest = Documents(desk.home).put(b"text")
    desk.lake.submit([a_job(number) for number in (1, 2)])
    other = Machine(desk)
    await other.finish(1)
    other.lake.seal([ONE])
    reads = ReadModel(desk.home, clock=lambda: LATER)
    before = reads.record(ONE), reads.record(job_id(2)), reads.costs()

    for name in ("live", "sealed", "documents", "staging"):
        shutil.rmtree(home_of(desk).cache / name, ignore_errors=True)
    assert Documents(desk.home).get(digest) == b"text"
    reads.close()
    reads = ReadModel(desk.home, clock=lambda: LATER)

    assert (reads.record(ONE), reads.record(job_id(2)), reads.costs()) == before
    assert desk.lake.load(ONE) == before[0]
    reads.close()


async def test_a_commit_that_the_store_left_open(
    bucket: RemoteHome, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a commit that the store did not answer its owner writes no more; the next goes on."""
    monkeypatch.setattr(limits, "RETRIES", 0)
    desk = Desk(bucket)
    desk.take(1)
    await desk.lake.commit(ONE, calls=[a_call(call=0)])

    endpoint.fail(1, after=True, method="PUT")
    with pytest.raises(LakeError, match="can't be written"):
        await desk.lake.commit(ONE, calls=[a_call(call=1)])
    with pytest.raises(LakeError, match="the next run goes on"):
        await desk.lake.commit(ONE, calls=[a_call(call=2)])

    other = Machine(desk)
    assert other.take(1) == 2
    await other.lake.commit(ONE, calls=[a_call(call=3)])
    found = [call.call_id for call in other.lake.load(ONE).calls]
    assert found == ["call-1-0", "call-1-1", "call-1-3"]
    desk.lake.close()


def test_submissions_of_two_machines(bucket: RemoteHome) -> None:
    """The same content handed in on two machines at once is one job, until it is let go of."""
    machines = [Submissions(from_another_machine(bucket)) for _ in range(2)]
    with ThreadPoolExecutor(2) as threads:
        first, second = threads.map(
            lambda n: machines[n].claim("anna", {f"k{k}": f"{n}-{k}" for k in range(20)}), range(2)
        )
    assert first == second

    assert machines[0].claim("berta", {"k0": "b"}) == {"k0": "b"}
    assert machines[0].claim("anna", {"k0": "again"}, again=True) == {"k0": "again"}
    machines[0].forget([Submitted("anna", "k0", "another"), Submitted("anna", "k1", first["k1"])])
    assert machines[1].claim("anna", {"k0": "x", "k1": "new"}) == {"k0": "again", "k1": "new"}


def test_keys_of_two_machines(bucket: RemoteHome) -> None:
    """A key made on one machine opens on the other, until it is revoked on any."""
    here, there = Keys(bucket), Keys(from_another_machine(bucket))
    key = here.add("anna", NOON, owner="berta")

    assert (there.caller_of(key), there.caller_of("nd_other")) == (Caller("anna", "berta"), None)
    there.revoke("anna", LATER)
    assert here.caller_of(key) is None
    assert here.add("anna", LATER, owner=None) != key
    assert [(found.name, found.owner, found.revoked_at) for found in there.list()] == [
        ("anna", "berta", LATER),
        ("anna", None, None),
    ]
    stored = objects_of(bucket).get("control/keys.json")
    assert stored is not None
    assert key.encode() not in stored.data


def test_verifying_looks_at_the_store(desk: Desk) -> None:
    """What is damaged or gone in the store is found, though this machine has it whole."""
    documents = Documents(desk.home)
    digests = [documents.put(text) for text in (b"one", b"two", b"three")]
    whole, damaged, gone = digests
    jobs = [a_job(n, document=digest, briefing=whole) for n, digest in enumerate(digests, 1)]
    desk.lake.submit(jobs)
    objects = objects_of(home_of(desk))

    objects.put(f"documents/{damaged[:2]}/{damaged}", b"flipped")
    objects.delete([f"documents/{gone[:2]}/{gone}"])

    found = verify(home_of(desk), datetime.now(UTC)).findings
    assert sorted((finding.kind, finding.job_id) for finding in found) == [
        ("damaged document", job_id(2)),
        ("missing document", job_id(3)),
    ]


def test_facts_in_a_bucket(bucket: RemoteHome) -> None:
    """A fact is what it was set to last, for all machines; one that counts upwards never falls."""
    facts, elsewhere = Facts(bucket), Facts(from_another_machine(bucket))

    assert facts.get("generation") is None
    assert facts.raise_to("generation", 12) == 12
    assert elsewhere.raise_to("generation", 10) == 12
    elsewhere.set("catalog", "a")
    assert (facts.get("generation"), facts.get("catalog")) == ("12", "a")
