"""Telling owners of their jobs' ends: sending what is owed, beside a night and after it."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import random
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from domain.addresses import Network, check_url, is_allowed
from domain.contract.webhooks import signed
from storage.control.webhooks import WAITS, Delivery, Webhooks
from tasks.session.guard import guarded, together

AT_ONCE = 8
"""Requests under way at once."""

TIMEOUT_S = 10.0
"""Seconds for one request, whole."""

LOOK_S = 1.0
"""Seconds between looks for what is owed."""

LAST_S = 10.0
"""Seconds at most that the end of a night waits for what is owed; the rest is the next one's."""

READ_BYTES = 1024

_log = logging.getLogger("nightdesk.webhooks")


class CheckedResolver(AbstractResolver):
    """Looks names up, and gives only addresses that may be called.

    The connection is made to the very address that was checked, so a name that leads elsewhere at
    the next look-up leads nowhere.

    Args:
        resolver: what looks names up.
        allowed: networks that may be called though they are not public.
    """

    def __init__(self, resolver: AbstractResolver, allowed: Sequence[Network]) -> None:
        self._resolver = resolver
        self._allowed = allowed

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The addresses of a name, all of which may be called.

        Raises:
            OSError: there is none, or one that may not be called.
        """
        found = await self._resolver.resolve(host, port, family)
        refused = [one["host"] for one in found if not is_allowed(one["host"], self._allowed)]
        if refused:
            # A name with one address inside is a trap, whatever its others are.
            why = f"{host} leads to {refused[0]}, which is not public; see webhook_allow"
            raise OSError(errno.EACCES, why)
        return found

    async def close(self) -> None:
        """Let go of the resolver."""
        await self._resolver.close()


class Courier:
    """Sends what a home's owners are owed.

    Args:
        webhooks: the home's.
        allowed: networks that may be called though they are not public.
        now: gives the present time.
        resolver: what looks names up; the system by default.
    """

    def __init__(
        self,
        webhooks: Webhooks,
        allowed: Sequence[Network],
        now: Callable[[], datetime],
        resolver: AbstractResolver | None = None,
    ) -> None:
        self._webhooks = webhooks
        self._allowed = allowed
        self._now = now
        self._resolver = resolver

    async def send_all(self) -> None:
        """Send all that is due now; what befalls one delivery befalls no other."""
        while due := await asyncio.to_thread(self._webhooks.claim, self._now(), AT_ONCE):
            async with self._session() as session:
                # Until all are through: none goes on in a session that is closed.
                await together(self._send(session, delivery) for delivery in due)

    async def keep_sending(self, over: asyncio.Event) -> None:
        """Send whatever comes due, until it is over, and then once more."""
        while True:
            is_last = over.is_set()
            with guarded(_tell):  # the next look may find it mended
                await self.send_all()
            if is_last:
                return
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(over.wait(), LOOK_S)

    @asynccontextmanager
    async def _session(self) -> AsyncIterator[aiohttp.ClientSession]:
        resolver = CheckedResolver(self._resolver or aiohttp.ThreadedResolver(), self._allowed)
        connector = aiohttp.TCPConnector(resolver=resolver, use_dns_cache=False)
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
        # No proxy of the environment: it would call for us whatever it likes.
        async with aiohttp.ClientSession(
            connector=connector, timeout=timeout, trust_env=False
        ) as session:
            yield session

    async def _send(self, session: aiohttp.ClientSession, delivery: Delivery) -> None:
        # An address that passed its check may still raise what nobody foresaw: a label that IDNA
        # takes for too long is a UnicodeError.
        said: list[str] = []
        error: str | None = None
        with guarded(lambda failure: said.append(str(failure) or type(failure).__name__)):
            error = await self._posted(session, delivery)
        # What is not entered comes due again.
        with guarded(_tell):
            await self._enter(delivery, said[0] if said else error)

    async def _enter(self, delivery: Delivery, error: str | None) -> None:
        event_id = delivery.event.event_id
        if error is None:
            await asyncio.to_thread(self._webhooks.sent, event_id)
            return
        wait = wait_after(delivery.tries)
        _log.warning("webhook %s of %s: %s", event_id, delivery.event.owner, error)
        await asyncio.to_thread(self._webhooks.failed, delivery, error, wait, self._now())

    async def _posted(self, session: aiohttp.ClientSession, delivery: Delivery) -> str | None:
        """What went wrong; None where the receiver has it."""
        # The setting may have changed since, and addresses written out are not looked up.
        check_url(delivery.url, self._allowed)
        event = delivery.event
        headers = signed(event.event_id, event.body, delivery.secret, self._now())
        async with session.post(
            delivery.url, data=event.body, headers=headers, allow_redirects=False
        ) as response:
            await response.content.read(READ_BYTES)
            return None if response.ok and response.status < 300 else f"HTTP {response.status}"


def _tell(error: BaseException) -> None:
    _log.error("webhooks: %s", error, exc_info=error)


def wait_after(tries: int) -> timedelta | None:
    """How long to wait after so many tries, give or take a fifth; None: no more."""
    if tries > len(WAITS):
        return None
    return WAITS[tries - 1] * random.uniform(0.8, 1.2)  # noqa: S311 - spreads them out


@asynccontextmanager
async def courier(
    webhooks: Webhooks | None, allowed: Sequence[Network], now: Callable[[], datetime]
) -> AsyncIterator[None]:
    """While entered, what comes due is sent; on leaving, what is left, for `LAST_S` at most."""
    if webhooks is None:
        yield
        return
    over = asyncio.Event()
    sending = asyncio.create_task(Courier(webhooks, allowed, now).keep_sending(over))
    try:
        yield
    finally:
        over.set()
        try:
            await asyncio.wait_for(sending, LAST_S)
        except TimeoutError:
            _log.warning("webhooks: what is still owed is left to the next run")
        webhooks.close()
