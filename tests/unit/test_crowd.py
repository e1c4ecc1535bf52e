"""No client has more connections than its share, and who idles longest goes."""

from __future__ import annotations

from dataclasses import dataclass

from api.limits.crowd import Crowd


@dataclass(eq=False)
class Visit:
    """A connection that waits since some moment, or has a request under way."""

    waits_since: float
    waits: bool = True


def test_a_client_over_its_share_loses_its_own() -> None:
    """The longest idle of its own goes, however long others have idled."""
    crowd = Crowd[Visit](most=10, share=2)
    old, first, second, third = Visit(0), Visit(3), Visit(2), Visit(4)

    assert [crowd.enter(old, "a"), crowd.enter(first, "b"), crowd.enter(second, "b")] == [None] * 3
    assert second is crowd.enter(third, "b")


def test_all_together_over_their_number_lose_the_longest_idle() -> None:
    """Not the youngest, as long as one is older; those whose client is not known count too."""
    crowd = Crowd[Visit](most=2, share=2)
    oldest, older, new = Visit(1), Visit(2), Visit(3)
    crowd.enter(older, "a")
    crowd.enter(oldest, None)

    assert oldest is crowd.enter(new, "b")


def test_a_request_under_way_is_never_idle() -> None:
    """Where a client's others are all at work, the newest does not come in."""
    crowd = Crowd[Visit](most=10, share=2)
    new = Visit(3)
    crowd.enter(Visit(1, waits=False), "a")
    crowd.enter(Visit(2, waits=False), "a")

    assert new is crowd.enter(new, "a")
    assert crowd.enter(Visit(4), "b") is None


def test_a_connection_whose_key_is_known_counts_for_the_key() -> None:
    """It leaves its address's share, and those who left count for nobody."""
    crowd = Crowd[Visit](most=10, share=1)
    known, other, third = Visit(1), Visit(2), Visit(3)
    crowd.enter(known, "address")
    assert crowd.enter(known, "key") is None
    assert crowd.enter(other, "address") is None
    crowd.leave(other)
    assert crowd.enter(third, "address") is None
    assert known is crowd.enter(Visit(9), "key")
