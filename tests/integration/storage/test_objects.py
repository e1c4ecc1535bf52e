"""Objects put under conditions, and what is said of a store that does not answer."""

from __future__ import annotations

import os
import threading
import uuid
from collections import Counter
from collections.abc import Callable

import pytest

from cli.main import main
from domain.errors import SettingError
from storage.files import objects as limits
from storage.files.home import RemoteHome, objects_of
from storage.files.json_objects import JsonObject, Values
from storage.files.objects import Objects
from storage.files.store_errors import Superseded
from tests.s3 import Endpoint


@pytest.fixture
def objects(bucket: RemoteHome) -> Objects:
    return objects_of(bucket)


def at_once(count: int, do: Callable[[int], None]) -> None:
    """Do something in so many threads that begin together."""
    start = threading.Barrier(count)

    def begun(number: int) -> None:
        start.wait()
        do(number)

    threads = [threading.Thread(target=begun, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_one_of_many_creates(objects: Objects) -> None:
    """Of those who create an object at once one does, and the others are told that it is there."""
    for key in ("a", "b/c", "d"):
        told: list[str] = []

        def create(number: int, key: str = key, told: list[str] = told) -> None:
            try:
                objects.create(key, f"{number}".encode())
                told.append(f"{number}")
            except FileExistsError:
                told.append("there")

        at_once(8, create)

        assert Counter(said.isdigit() for said in told) == {True: 1, False: 7}
        found = objects.get(key)
        assert found is not None
        assert found.data.decode() in told


def test_what_was_changed_is_not_replaced(objects: Objects) -> None:
    """An object is replaced by whoever has read it as it is, and by nobody else."""
    first = objects.create("a", b"1")
    second = objects.replace("a", b"2", first)

    with pytest.raises(Superseded):
        objects.replace("a", b"3", first)
    with pytest.raises(Superseded):
        objects.replace("nothing", b"3", first)

    found = objects.get("a")
    assert found is not None
    assert (found.data, found.tag) == (b"2", second)
    assert objects.get("a", second) is None


def test_no_change_is_lost(objects: Objects) -> None:
    """Of many who change an object at once each one's change is there in the end."""

    def change(number: int) -> None:
        def added(values: Values | None) -> Values:
            return {"all": [*(values or {"all": []})["all"], number]}

        assert JsonObject(objects, "counted").change(added)

    at_once(8, change)

    assert JsonObject(objects, "counted").read() is not None
    assert sorted((JsonObject(objects, "counted").read() or {})["all"]) == list(range(8))


@pytest.mark.parametrize("method", ["PUT", "GET"])
def test_an_answer_that_was_lost(objects: Objects, endpoint: Endpoint, method: str) -> None:
    """A put whose answer was lost counts once, as its own, and not as another's."""
    tag = objects.create("a", b"1")
    endpoint.fail(1, after=True, method=method)
    tag = objects.replace("a", b"2", tag)
    endpoint.fail(1, after=True, method=method)
    objects.create("b", b"3")

    with pytest.raises(FileExistsError):
        objects.create("b", b"4")
    assert objects.get("a", tag) is None


def test_large_objects(objects: Objects) -> None:
    """An object of many parts is put and read whole, with a condition and without."""
    data = os.urandom(12_000_000)
    objects.put("large", data)
    objects.create("larger", data)

    with pytest.raises(FileExistsError):
        objects.create("larger", b"")
    for key in ("large", "larger"):
        found = objects.get(key)
        assert found is not None
        assert found.data == data


def test_listings(objects: Objects) -> None:
    """A listing has all objects below a folder, however many, and none beside it."""
    objects.each(lambda number: objects.put(f"live/{number:04d}", b""), range(1_100))
    objects.put("lively/1", b"")

    keys = [entry.key for entry in objects.list("live")]

    assert keys == [f"live/{number:04d}" for number in range(1_100)]
    objects.delete(keys)
    objects.delete(["live/none"])
    assert objects.list("live") == []


@pytest.mark.parametrize(
    "url", ["s3://", "s3:bucket", "https://host/bucket", "s3:///prefix", "s3://bucket/a?b=c"]
)
def test_no_place_for_a_home(url: str) -> None:
    """A URL that names no bucket is refused, and the error quotes it."""
    with pytest.raises(SettingError, match="s3://bucket/prefix"):
        Objects(url, {})


@pytest.mark.parametrize("how", ["refuses", "answers 503"])
def test_a_store_that_fails(
    how: str,
    bucket: RemoteHome,
    endpoint: Endpoint,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A store that can't be used ends a command with exit code 3 and the place it failed at."""
    monkeypatch.setattr(limits, "RETRIES", 1)
    monkeypatch.setenv("NIGHTDESK_HOME", f"{bucket.url}/{uuid.uuid4().hex}")
    monkeypatch.setenv("NIGHTDESK_CACHE", str(bucket.cache))
    if how == "refuses":
        monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    else:
        endpoint.fail(-1)

    for words in (["jobs"], ["keys", "add", "me"], ["compact"], ["verify"], ["status", "j"]):
        assert main(words) == 3, words
        said = capsys.readouterr().err
        assert bucket.url in said
        assert "test" not in said.replace(bucket.url, "")
