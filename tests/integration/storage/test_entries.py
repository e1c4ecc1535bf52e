"""Entries of job control are the same thing as rows and as objects."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path

import pytest
from conftest import from_another_machine
from lake_samples import NOON

from domain.errors import LakeError
from storage.control.backends import Store
from storage.control.entries import Entries, Kind, Together, Values
from storage.control.keys import Caller, Keys, hash_of
from storage.control.leases import Leases
from storage.control.sqlite import Control
from storage.files import objects as limits
from storage.files.home import RemoteHome, objects_of
from tests.s3 import Endpoint

LEASES = Kind("leases", "job_id", ("fence", "run_id"))
SUBMISSIONS = Kind("submissions", "content_key", ("job_id",), scope="owner")
BATCHES = Kind("batches", "key", ("batch_id", "begun_at", "count"), together=Together(dict, dict))
ITEMS = Kind("batch_items", "custom_id", ("job_id", "key"))


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Where the entries of a home are kept, of either kind."""
    is_folder = request.param == "folder"
    with closing(Store(tmp_path if is_folder else request.getfixturevalue("bucket"))) as store:
        yield store


def a_batch(count: int, batch_id: str | None = None) -> Values:
    return {"batch_id": batch_id, "begun_at": "2026-03-06", "count": count}


def test_what_is_put_is_there(store: Store) -> None:
    """Entries are read by their keys or all at once, until they are deleted."""
    leases: Entries[str] = store.entries(LEASES)
    jobs = {f"j{number}": {"fence": number, "run_id": None} for number in range(1, 4)}
    leases.put(jobs)

    assert leases.read(["j2", "other"]) == {"j2": {"fence": 2, "run_id": None}}
    assert leases.read() == jobs
    leases.delete(["j1", "other"])
    assert leases.fields() == {"j2", "j3"}


@pytest.mark.parametrize("kind", [LEASES, BATCHES])
def test_a_change_is_made_of_what_is_there(store: Store, kind: Kind) -> None:
    """Each of many changes at once, of several threads, sees what those before it made."""
    counted = kind.columns[-1] if kind is BATCHES else "fence"
    empty = a_batch(0) if kind is BATCHES else {"fence": 0, "run_id": "a run"}
    entries: Entries[str] = store.entries(kind)

    def more(_: str, there: Values | None) -> Values:
        return {**(there or empty), counted: (there or empty)[counted] + 1}

    with ThreadPoolExecutor(4) as threads:
        done = list(threads.map(lambda _: entries.change(["a", "b"], more), range(8)))

    assert done == [{"a", "b"}] * 8
    assert {key: values[counted] for key, values in entries.read().items()} == {"a": 8, "b": 8}


def test_what_is_left_as_it_is(store: Store) -> None:
    """A change that gives nothing leaves an entry, and one that leaves no value takes it away."""
    submissions: Entries[str] = store.entries(SUBMISSIONS, "anna")
    submissions.put({"k": {"job_id": "1"}, "l": {"job_id": "2"}})

    assert submissions.change(["k", "m"], lambda *_: None) == set()
    assert submissions.change(["l"], lambda *_: {"job_id": None}) == {"l"}
    assert submissions.read(["k", "l", "m"]) == {"k": {"job_id": "1"}}


def test_scopes_are_apart(store: Store) -> None:
    """The same key of two scopes is two entries, whatever the scopes are named."""
    names = ["anna", "a/b", "../anna", ""]
    for name in names:
        store.entries(SUBMISSIONS, name).put({"k": {"job_id": f"of {name}"}})
    store.entries(SUBMISSIONS, "anna").delete(["k"])

    found = [store.entries(SUBMISSIONS, name).read(["k"]) for name in names]
    assert found == [{}, *({"k": {"job_id": f"of {name}"}} for name in names[1:])]


@pytest.mark.parametrize("kind", [LEASES, BATCHES])
def test_an_update_has_a_condition(store: Store, kind: Kind) -> None:
    """An update changes what it names, of an entry that is there and is as it must be."""
    values = a_batch(1) if kind is BATCHES else {"fence": 1, "run_id": None}
    when, new = ("count", "batch_id") if kind is BATCHES else ("fence", "run_id")
    entries: Entries[str] = store.entries(kind)
    entries.put({"a": values, "b": {**values, when: 2}})

    entries.update("a", {new: "wrong"}, **{when: 2})
    entries.update("other", {new: "wrong"})
    assert entries.read() == {"a": values, "b": {**values, when: 2}}

    entries.update("a", {new: "one"})
    entries.update(None, {new: "two"}, **{when: 2})
    assert entries.read() == {"a": {**values, new: "one"}, "b": {**values, when: 2, new: "two"}}


def test_members_go_by_whom_they_belong_to(store: Store) -> None:
    """Members are found and forgotten by themselves, by a value, and by their owner."""
    store.entries(BATCHES).put({key: a_batch(2) for key in ("k1", "k2")})
    items = store.members(ITEMS, BATCHES)
    items.put({c: {"job_id": f"j{c}", "key": "k1"} for c in "abc"})
    items.put({c: {"job_id": "j", "key": "k2"} for c in "de"})

    assert items.read(["a", "d", "z"]) == {
        "a": {"job_id": "ja", "key": "k1"},
        "d": {"job_id": "j", "key": "k2"},
    }
    assert items.fields("job_id") == {"ja", "jb", "jc", "j"}
    items.delete(["a"])
    items.delete(["jb"], by="job_id")
    assert items.fields() == {"c", "d", "e"}
    items.delete(["k2"], by="key")
    assert items.fields() == {"c"}


def test_a_store_out_of_reach_is_told(
    bucket: RemoteHome, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What can't be read or written in a store is told by what is kept there."""
    monkeypatch.setattr(limits, "RETRIES", 0)
    endpoint.fail(-1)
    entries: Entries[str] = Store(bucket).entries(LEASES)

    for attempt in (lambda: entries.read(["a"]), entries.read, lambda: entries.delete(["a"])):
        with pytest.raises(LakeError, match="the leases can't be used"):
            attempt()


def test_what_an_earlier_version_left_in_a_bucket(bucket: RemoteHome) -> None:
    """A lease without kills, a run without a process and a key without an owner are read."""
    earlier = {
        "leases/j.json": {"fence": 4, "run_id": "old"},
        "runs/old.json": {"host": "gone", "pid": 1, "closed": False, "heartbeat": 0.0},
        "keys.json": {
            "keys": [
                {
                    "hash": hash_of("nd_a").hex(),
                    "name": "anna",
                    "created_at": NOON.isoformat(),
                    "revoked_at": None,
                }
            ]
        },
    }
    for name, values in earlier.items():
        objects_of(bucket).put(f"control/{name}", json.dumps({**values, "write": "x"}).encode())
    leases, keys = Leases(bucket), Keys(from_another_machine(bucket))
    leases.open_run("night", NOON)

    assert leases.take("j", "night", NOON) == 5
    assert keys.caller_of("nd_a") == Caller("anna", None)
    keys.revoke("anna", NOON)
    assert keys.caller_of("nd_a") is None


def test_an_entry_within_a_transaction(tmp_path: Path) -> None:
    """What is changed through a connection is undone with its transaction."""
    with closing(Control(tmp_path)) as control:
        entries: Entries[str] = Store(control).entries(LEASES)
        with suppress(RuntimeError), control.exclusive():
            entries.put({"j": {"fence": 1}})
            assert entries.read().keys() == {"j"}
            raise RuntimeError

        assert entries.read() == {}
