"""Whose connections a server has: no client has more than its share, and who idles longest goes."""

from __future__ import annotations

from typing import Generic, Protocol, TypeVar


class Visitor(Protocol):
    """A connection, as far as its client's share is concerned."""

    @property
    def waits(self) -> bool:
        """Whether no request of it is under way."""
        ...

    @property
    def waits_since(self) -> float:
        """When it began to wait, in seconds of a clock that never goes back."""
        ...


V = TypeVar("V", bound=Visitor)


class Crowd(Generic[V]):
    """The connections of one server, by client; belongs to its event loop.

    Args:
        most: connections of all clients together.
        share: connections of one client.
    """

    def __init__(self, most: int, share: int) -> None:
        self._most, self._share = most, share
        self._client_of: dict[V, str | None] = {}
        self._of: dict[str, dict[V, None]] = {}

    def enter(self, one: V, client: str | None) -> V | None:
        """Count a connection as a client's; as one's that is not known yet where that is None.

        It may be counted already, as another's.

        Returns:
            The one that must go for it: of the client's, or else of all, that which has waited
            longest; the connection itself where no other waits.
        """
        if client is None or self._client_of.get(one) != client:
            self.leave(one)
            self._client_of[one] = client
            if client is not None:
                self._of.setdefault(client, {})[one] = None
        own = self._of.get(client, {}) if client is not None else {}
        if len(own) > self._share:
            return self._longest(own, one)
        if len(self._client_of) > self._most:
            return self._longest(self._client_of, one)
        return None

    def leave(self, one: V) -> None:
        """Count a connection no more."""
        client = self._client_of.pop(one, None)
        if client is not None:
            self._of[client].pop(one)
            if not self._of[client]:
                del self._of[client]

    def _longest(self, among: dict[V, str | None] | dict[V, None], but: V) -> V:
        waiting = (one for one in among if one is not but and one.waits)
        return min(waiting, key=lambda one: one.waits_since, default=but)
