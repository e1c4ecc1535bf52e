"""What is raised in some jobs' work reaches whoever awaits it, and leaves nothing under way."""

from __future__ import annotations

import asyncio

import pytest

from tasks.session.guard import together


async def test_all_work_ends_before_an_error_is_raised() -> None:
    """One piece of work raises at once; the others have come to their ends when that is known."""
    ended = []

    async def one(name: str, looks: int) -> None:
        for _ in range(looks):
            await asyncio.sleep(0)
        if name == "faulty":
            raise IndexError(name)
        ended.append(name)

    with pytest.raises(IndexError, match="faulty"):
        await together([one("short", 1), one("faulty", 0), one("long", 50)])

    assert ["short", "long"] == ended


async def test_work_that_is_cancelled_is_cancelled_as_a_whole() -> None:
    """Whoever is told to end while it waits ends all it waits for."""
    ended = []

    async def one() -> None:
        try:
            await asyncio.sleep(600)
        finally:
            ended.append("cancelled")

    waiting = asyncio.create_task(together([one(), one()]))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting

    assert ["cancelled", "cancelled"] == ended


async def test_what_is_raised_beside_the_first_is_told(caplog: pytest.LogCaptureFixture) -> None:
    """Of several errors the first is raised; none of the others goes unsaid."""

    async def one(error: Exception) -> None:
        raise error

    with pytest.raises(IndexError, match="the first"):
        await together([one(IndexError("the first")), one(KeyError("b")), one(OSError("c"))])

    told = [record.getMessage() for record in caplog.records]
    assert ["beside another, this was raised: 'b'", "beside another, this was raised: c"] == told


async def test_an_end_comes_before_all_errors() -> None:
    """What means an end is raised, be it the last."""

    async def one(error: BaseException) -> None:
        raise error

    with pytest.raises(asyncio.CancelledError):
        await together([one(IndexError("the first")), one(asyncio.CancelledError())])
