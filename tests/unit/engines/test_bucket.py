"""What is left of one limit."""

from __future__ import annotations

import pytest

from engines.limits.token_bucket import Bucket


def test_refill() -> None:
    """A limit of 600 a minute gives ten units a second back, up to the most that was ever left."""
    bucket = Bucket(600, 100, now=0.0)
    bucket.take(50, 0.0)
    assert [bucket.left(0.0), bucket.left(1.0), bucket.left(60.0)] == [50, 60, 100]


@pytest.mark.parametrize(
    ("left", "units", "seconds"),
    [
        (100, 1, 0.0),
        (100, 80, 0.0),  # twenty units, two seconds' worth, are left alone
        (100, 95, 0.2),  # but never more is waited for than it holds, and a moment
        (8, 1, 0.0),
        (8, 4, 0.0),  # half of what it holds is left alone at most
        (8, 50, 0.1),
        (0, 1, 0.102),
    ],
)
def test_wait(left: float, units: float, seconds: float) -> None:
    """A request waits until its units and a reserve are there; a larger one, until all is."""
    assert Bucket(600, left, now=0.0).wait(units, 0.0) == pytest.approx(seconds)


def test_debt() -> None:
    """What was used beyond the limit is waited for."""
    bucket = Bucket(600, 100, now=0.0)
    bucket.take(100, 0.0)
    bucket.correct(-30)
    assert bucket.wait(1, 0.0) == pytest.approx(5.1)


def test_others_use_it() -> None:
    """A report of less than both moments explain is followed at once."""
    bucket = Bucket(600, 100, now=0.0)
    mark = bucket.take(1, 0.0)
    bucket.heed(600, 40, mark, 0.0)
    assert bucket.left(0.0) == 41


def test_seen_more() -> None:
    """A report of more than both moments explain is followed by an eighth of the gap."""
    bucket = Bucket(600, 100, now=0.0)
    bucket.take(80, 0.0)
    mark = bucket.take(10, 0.0)
    bucket.heed(600, 50, mark, 0.0)
    assert bucket.left(0.0) == 15


@pytest.mark.parametrize("reported", [99, 69])
def test_either_moment(reported: int) -> None:
    """A report that fits the moment of sending, or the present one, changes nothing."""
    bucket = Bucket(600, 100, now=0.0)
    mark = bucket.take(1, 0.0)
    bucket.take(30, 0.0)
    bucket.heed(600, reported, mark, 0.0)
    assert bucket.left(0.0) == 69


def test_same_word_twice() -> None:
    """Two reports of one gap close it once."""
    bucket = Bucket(600, 100, now=0.0)
    marks = [bucket.take(1, 0.0), bucket.take(1, 0.0)]
    bucket.heed(600, 40, marks[0], 0.0)
    bucket.heed(600, 40, marks[1], 0.0)
    assert bucket.left(0.0) == 41


def test_nothing_left_hides_a_debt() -> None:
    """A report of nothing left does not forgive a debt."""
    bucket = Bucket(600, 100, now=0.0)
    mark = bucket.take(250, 0.0)
    bucket.heed(600, 0, mark, 0.0)
    assert bucket.left(0.0) == -150


def test_new_limit() -> None:
    """A limit that changes is kept to from then on."""
    bucket = Bucket(600, 100, now=0.0)
    bucket.heed(60, 10, None, 0.0)
    bucket.take(bucket.left(0.0), 0.0)
    assert bucket.wait(1, 0.0) == pytest.approx(3.0)
