"""Asking a server what it can, whichever vendor's API it speaks."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Collection
from typing import ClassVar, TypeVar

from domain.errors import EngineError, EnvironmentProblem, NightdeskError
from engines.clock import Clock
from engines.online.retrying import briefly, is_passing
from engines.online.servers import NOT_FOUND, REFUSALS, Server

T = TypeVar("T")


class Inspector(ABC):
    """Finds out what a server can for each model that will be asked there.

    What is the vendor's own is left to a class of its own: what stands on a model's page, how a
    probe looks, and what an error means.

    Args:
        url: where the server is.
        clock: the time.
        uniform: a random number from 0 to 1, for delays.
        tries: at each thing it is asked.

    Attributes:
        address: what says where the server is, for its user.
        errors: what the vendor's SDK raises.
    """

    address: ClassVar[str]
    errors: ClassVar[type[Exception]]

    def __init__(self, url: str, clock: Clock, uniform: Callable[[], float], tries: int) -> None:
        self._url = url
        self._clock = clock
        self._uniform = uniform
        self._tries = tries

    async def of_all(self, models: Collection[str]) -> Server:
        """What the server can for all of some models.

        Raises:
            EnvironmentProblem: it can't be asked, or has no such model.
            EngineError: it is away.
        """
        found = [await self._of(model) for model in sorted(set(models))]
        return Server(
            structured=all(server.structured for server in found),
            caches=all(server.caches for server in found),
            simulated=any(server.simulated for server in found),
        )

    @abstractmethod
    async def looked_up(self, model: str) -> Server | None:
        """What is known of the server by its page on a model; None where it has to be probed.

        Raises:
            EnvironmentProblem: it has no such model, or nothing can be asked with this key.
        """

    @abstractmethod
    async def _probe(self, model: str, *, held: bool) -> Server:
        """What an answer to the short question shows.

        Args:
            model: who is asked.
            held: whether the answer is to be held to the probe's schema.

        Raises:
            EngineError: there is none.
        """

    @abstractmethod
    def _failure(self, error: Exception) -> EngineError:
        """What one of `errors` means."""

    async def _of(self, model: str) -> Server:
        described = await self.looked_up(model)
        return await self._probed(model) if described is None else described

    async def _probed(self, model: str) -> Server:
        try:
            return await self._probe(model, held=True)
        except EngineError as error:
            if error.status not in REFUSALS:
                raise self._judged(model, error) from None
        try:  # the schema may be what it refused
            return await self._probe(model, held=False)
        except EngineError as error:
            raise self._judged(model, error) from None

    async def _patiently(self, call: Callable[[], Awaitable[T]]) -> T:
        async def once() -> T:
            try:
                return await call()
            except self.errors as error:
                failure = self._failure(error)
            # Raised here, not where the SDK's error was caught: that one's text may hold the key.
            raise failure

        return await briefly(once, clock=self._clock, uniform=self._uniform, tries=self._tries)

    def _judged(self, model: str, error: EngineError) -> NightdeskError:
        """What it means that a probe failed: a page that is not found stays so."""
        if is_passing(error) and error.status != NOT_FOUND:
            return error
        return self._out_of_order(model, error)

    def _out_of_order(self, model: str, error: EngineError) -> EnvironmentProblem:
        return EnvironmentProblem(
            f"the server at {self._url} ({self.address}) does not answer for the "
            f"model {model!r}: {error}"
        )

    def _gone(self, model: str, why: str) -> EnvironmentProblem:
        return EnvironmentProblem(
            f"the server at {self._url} has no model {model!r} ({why}); set another one: "
            "NIGHTDESK_TRANSLATOR_MODEL, NIGHTDESK_QA_MODEL"
        )
