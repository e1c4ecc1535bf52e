"""What goes out together."""

from __future__ import annotations

from engines.clock import ManualClock
from engines.gathering import Gathering


class Post:
    """Keeps what was sent off."""

    def __init__(self, *, most_things: int = 100, most_bytes: int = 1000) -> None:
        self.clock = ManualClock()
        self.sent: list[list[str]] = []
        self.gathering = Gathering[str](
            self.send,
            quiet=3,
            longest=10,
            most_things=most_things,
            most_bytes=most_bytes,
            clock=self.clock,
        )

    async def send(self, things: list[str]) -> None:
        self.sent.append(things)

    async def add(self, *things: str, size: int = 1) -> list[list[str]]:
        for thing in things:
            self.gathering.add(thing, size)
        await self.clock.advance(0)
        return self.sent


async def test_a_quiet_moment() -> None:
    """What came goes out once nothing new has come for a moment."""
    post = Post()
    await post.add("a")
    await post.clock.advance(2)
    await post.add("b")
    await post.clock.advance(2.9)
    assert post.sent == []
    await post.clock.advance(0.1)
    assert post.sent == [["a", "b"]]
    await post.add("c")
    await post.clock.advance(3)
    assert post.sent == [["a", "b"], ["c"]]


async def test_no_quiet_moment() -> None:
    """What came goes out in the end even if something new comes all the time."""
    post = Post()
    for number in range(6):
        await post.add(str(number))
        await post.clock.advance(2)
    assert post.sent == [["0", "1", "2", "3", "4"]]


async def test_as_many_as_may_go() -> None:
    """As many as may go together go at once; the rest waits for its own moment."""
    post = Post(most_things=2)
    assert await post.add("a", "b", "c") == [["a", "b"]]
    await post.clock.advance(3)
    assert post.sent == [["a", "b"], ["c"]]


async def test_as_much_as_may_go() -> None:
    """What would be too large together goes apart; what is too large by itself goes alone."""
    post = Post(most_bytes=10)
    await post.add("a", size=5)
    assert await post.add("b", size=5) == [["a", "b"]]
    assert await post.add("c", size=1) == [["a", "b"]]
    assert await post.add("d", size=11) == [["a", "b"], ["c"], ["d"]]
    assert await post.add("e", size=1) == [["a", "b"], ["c"], ["d"]]
    await post.clock.advance(3)
    assert post.sent == [["a", "b"], ["c"], ["d"], ["e"]]


async def test_closed() -> None:
    """Nothing goes out any more after the end."""
    post = Post()
    await post.add("a")
    await post.gathering.close()
    await post.clock.advance(100)
    assert post.sent == []
