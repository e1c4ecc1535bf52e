"""Connections that nobody can hold: deadlines for requests, a least rate for answers, a number.

uvicorn closes connections that idle between requests, and has no deadline for a request that is
still coming or an answer that isn't read; this adds both to its protocol.
"""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import struct
import sys
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import STATUS_PHRASES, H11Protocol

from api.limits.bounds import BODY_BYTES, HEADER_BYTES
from api.limits.crowd import Crowd
from api.limits.request_limits import network_of
from domain.addresses import Network

_log = logging.getLogger("nightdesk.connections")


_SEND_BUFFER = 128 * 1024
"""Bytes of an answer that the system has at once."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long and how much a client is waited for.

    Attributes:
        request_s: seconds for a whole request, from the connection's or its own first byte on.
        answer_s: seconds after which an answer that isn't read must have got further.
        answer_bytes_per_s: how much further, at least.
        refused_s: seconds for which a refused client may go on sending, so that it sees why.
        request_bytes: bytes of one request that are read at most.
        connections: connections at once; with more, that which has waited longest is closed.
        share: of those, connections of one address, or of one key once it is known.
        proxies: whose word on the address they speak for is taken.
    """

    request_s: float = 10
    answer_s: float = 30
    answer_bytes_per_s: float = 1024
    refused_s: float = 2
    request_bytes: int = 4 * (HEADER_BYTES + BODY_BYTES)
    connections: int = 1000
    share: int = 256
    proxies: tuple[Network, ...] = ()


PATIENCE = Patience()


class Connection(H11Protocol):
    """One client's connection, closed where the client overstays what patience there is."""

    patience = PATIENCE
    crowd: Crowd[Connection]

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client has come; one that has waited longest may have to go."""
        self._due: asyncio.TimerHandle | None = None
        self._answer_due: asyncio.TimerHandle | None = None
        self._received = 0
        self._refused = False
        self._waits_since = self.loop.time()
        # Else the system takes in megabytes, and tells for long nothing of how a client reads them.
        transport.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER
        )
        super().connection_made(transport)
        self._await_request()
        # Whom a proxy speaks for is told by its first request.
        self._count_as(None if self._is_proxy else f"address {network_of(self._address)}")

    def connection_lost(self, exc: Exception | None) -> None:
        """The client has gone."""
        self.crowd.leave(self)
        self._drop_timers()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Some of a request has come."""
        self._received += len(data)
        if self._refused:
            return
        if self._received > self.patience.request_bytes:
            self._give_up("sends more than a request may have")
            return
        if self._due is None:
            self._await_request()
        super().data_received(data)
        self._see_whether_complete()

    def on_response_complete(self) -> None:
        """An answer is written, if not yet sent; who asked is known by now."""
        self._waits_since = self.loop.time()
        self._count_as(self._asker)
        super().on_response_complete()
        self._see_whether_complete()
        if self.transport.get_write_buffer_size():
            self._await_reader()

    def pause_writing(self) -> None:
        """The client reads more slowly than it is written to."""
        super().pause_writing()
        self._await_reader()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no request; h11's error, under way here, tells in which way."""
        error = sys.exception()
        hint = error.error_status_hint if isinstance(error, h11.RemoteProtocolError) else 400
        code = hint if hint < 500 else 400  # a coding that is not known is no fault of ours
        detail = "Headers too large" if code == 431 else "Not a valid HTTP request"
        if not self._has_answered or self.conn.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            self._give_up("broke off a request")  # an answer is under way: no other can be sent
            return
        body = json.dumps({"detail": detail}).encode()
        headers = [
            ("content-type", "application/json"),
            ("content-length", str(len(body))),
            ("connection", "close"),
        ]
        response = h11.Response(status_code=code, headers=headers, reason=STATUS_PHRASES[code])
        for event in (response, h11.Data(data=body), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")
        _log.info("refused", extra={"status": code, "client": self._address})
        self._linger()

    def _linger(self) -> None:
        """Close, but not before the client can have read why.

        What still comes is thrown away: were it left unread, the system would reset the
        connection and with it the answer.
        """
        self._refused = True
        self._drop_timers()
        self.transport.write_eof()
        self._due = self.loop.call_later(self.patience.refused_s, self.transport.abort)

    def _await_request(self) -> None:
        self._received = 0
        self._due = self.loop.call_later(
            self.patience.request_s, self._give_up, "took too long over a request"
        )

    def _see_whether_complete(self) -> None:
        """End the deadline where a request is complete, or none is begun."""
        if self._refused or self._due is None:
            return
        # Before the first request there is no idling: who connects has something to ask.
        idles = self.conn.their_state is h11.IDLE and self.cycle and not self.conn.trailing_data[0]
        if idles or self.conn.their_state not in (h11.IDLE, h11.SEND_BODY):
            self._due.cancel()
            self._due = None
        if idles and self.timeout_keep_alive_task is None:  # the answer was there before the body
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )

    def _await_reader(self) -> None:
        if self._answer_due is None:
            left = self.transport.get_write_buffer_size()
            self._answer_due = self.loop.call_later(
                self.patience.answer_s, self._see_whether_read, left
            )

    def _see_whether_read(self, before: int) -> None:
        self._answer_due = None
        left = self.transport.get_write_buffer_size()
        if not left:
            return
        if before - left < self.patience.answer_s * self.patience.answer_bytes_per_s:
            # Reset, or the system would go on offering what it has of the answer.
            sock = self.transport.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._give_up("does not read its answer")
        else:
            self._await_reader()

    def _count_as(self, client: str | None) -> None:
        """Have one go for this where its client, or all, have too many."""
        leaving = self.crowd.enter(self, client)
        # Its own answer may still be on its way.
        if leaving is not None and (leaving is not self or self.cycle is None):
            leaving._give_up("made room for another")

    @property
    def _asker(self) -> str:
        """Who sent the last request: a key where it named one, else an address.

        The address is that of whom a proxy speaks for where the proxy is trusted: uvicorn's
        middleware, which reads what it says, has put it into the request's scope.
        """
        key = self.scope["state"].get("key_name")
        if key is not None:
            return f"key {key}"
        client = self.scope["client"]
        return f"address {network_of(client[0])}" if client else "address"

    @property
    def _is_proxy(self) -> bool:
        try:
            address = ip_address(self._address)
        except ValueError:
            return False
        return any(address in network for network in self.patience.proxies)

    @property
    def waits(self) -> bool:
        """Whether no request is under way, and no answer on its way to the client."""
        return self._has_answered and not self.transport.get_write_buffer_size()

    @property
    def waits_since(self) -> float:
        """When it was made, or its last answer written, by the event loop's clock."""
        return self._waits_since

    @property
    def _has_answered(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    @property
    def _address(self) -> str:
        return self.client[0] if self.client else ""

    def _give_up(self, why: str) -> None:
        _log.info("closed", extra={"reason": why, "client": self._address})
        self.crowd.leave(self)
        self._drop_timers()
        self.transport.abort()

    def _drop_timers(self) -> None:
        for timer in (self._due, self._answer_due):
            if timer is not None:
                timer.cancel()
        self._due = self._answer_due = None


def patient(patience: Patience) -> Any:
    """The protocol with a patience of its own, for uvicorn to make connections of."""
    crowd: Crowd[Connection] = Crowd(patience.connections, patience.share)
    return type("Connection", (Connection,), {"patience": patience, "crowd": crowd})
