"""What terms and texts became first, for machines that share a bucket."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta

import pytest
from conftest import from_another_machine

from domain.errors import LakeError
from storage.control.first_uses import NIGHT, FirstUses, Use
from storage.files import objects as limits
from storage.files.home import RemoteHome, objects_of
from tests.s3 import Endpoint

NOW = datetime(2026, 3, 5, 22, tzinfo=UTC)
SOON = NOW + timedelta(minutes=1)
KEY = "ab" * 32
FIRST = Use("Übersicht", "a.md", "a")
OTHER = Use("Tafel", "b.md", "b")

Opened = Callable[..., FirstUses]


@pytest.fixture
def opened() -> Iterator[Opened]:
    """Opens the uses of a home, as a process does that starts at some time."""
    with ExitStack() as stack:

        def open_(home: RemoteHome, *, simulated: bool = False, now: datetime = NOW) -> FirstUses:
            uses = FirstUses(home, simulated=simulated, now=now)
            return stack.enter_context(closing(uses))

        yield open_


def test_another_machine_is_told(bucket: RemoteHome, opened: Opened) -> None:
    """The first translation stays for a machine that runs already, and for one that starts."""
    one, other = opened(bucket), opened(from_another_machine(bucket))
    assert one.settle({KEY: FIRST}, NOW) == {KEY: FIRST}

    assert other.settle({KEY: OTHER}, SOON) == {KEY: FIRST}
    third = opened(from_another_machine(bucket), now=SOON)
    assert third.settle({KEY: Use("Brett", "c.md", "c")}, SOON) == {KEY: FIRST}
    assert one.settle({KEY: Use("Brett", "d.md", "d")}, SOON) == {KEY: FIRST}


def test_the_same_content_on_another_machine(bucket: RemoteHome, opened: Opened) -> None:
    """A document that another machine translates anew replaces what it had."""
    one, other = opened(bucket), opened(from_another_machine(bucket))
    again = FIRST._replace(translation="Tafel")
    one.settle({KEY: FIRST}, NOW)
    other.settle({KEY: again}, SOON)

    assert one.settle({KEY: OTHER}, SOON + timedelta(minutes=1)) == {KEY: again}


def test_a_rehearsal_elsewhere(bucket: RemoteHome, opened: Opened) -> None:
    """What the simulator answered on one machine is nothing to another's translations."""
    opened(bucket, simulated=True).settle({KEY: FIRST}, NOW)

    assert opened(from_another_machine(bucket)).settle({KEY: OTHER}, SOON) == {KEY: OTHER}


def test_what_is_old_elsewhere(bucket: RemoteHome, opened: Opened) -> None:
    """What another machine's document had more than a night ago does not count."""
    one = opened(bucket)
    opened(from_another_machine(bucket)).settle({KEY: FIRST}, NOW)

    assert one.settle({KEY: OTHER}, NOW + NIGHT + timedelta(hours=1)) == {KEY: OTHER}


def test_old_objects_go(bucket: RemoteHome, opened: Opened) -> None:
    """A process that starts lets go of what is older than a night, and of nothing else."""
    uses = opened(bucket)
    uses.settle({KEY: FIRST}, NOW)
    uses.settle({KEY: OTHER}, NOW + timedelta(hours=2))
    opened(bucket, now=NOW + NIGHT + timedelta(hours=1))

    (left,) = objects_of(bucket).list("control/first_uses")
    assert left.key.endswith("-b")


def test_a_store_that_fails(
    bucket: RemoteHome, endpoint: Endpoint, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the store can't be reached, it is said."""
    monkeypatch.setattr(limits, "RETRIES", 0)
    uses = opened(bucket)
    endpoint.fail(-1)

    with pytest.raises(LakeError, match="first uses"):
        uses.settle({KEY: FIRST}, NOW)


def test_a_machine_that_has_fetched_jobs_but_no_uses_yet(
    bucket: RemoteHome, opened: Opened
) -> None:
    """What it keeps of the home is no home whose database was lost: it starts with none."""
    (bucket.cache / "live" / "a job").mkdir(parents=True)

    assert opened(bucket).settle({KEY: FIRST}, NOW) == {KEY: FIRST}
