"""Several engines beside one another, asked as one: each question goes to the one that it names."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from engines.availability import Wait
from engines.port import Caching, Engine, Question, Reply


class Several:
    """Engines of one night; each paces and limits what it is asked by itself.

    Args:
        engines: by name, at least one; all of one transport. The first is who translates first.
    """

    is_free = False

    def __init__(self, engines: Mapping[str, Engine]) -> None:
        self.engines = engines
        self._all = tuple(engines.values())
        self.name = ", ".join(engines)
        self.transport = self._all[0].transport
        self.tasks = frozenset.intersection(*(engine.tasks for engine in self._all))

    @property
    def missing(self) -> tuple[str, ...]:
        """What any of them lacks."""
        return tuple(sentence for engine in self._all for sentence in engine.missing)

    @property
    def simulated(self) -> bool:
        """Whether the simulator answers for any of them."""
        return any(engine.simulated for engine in self._all)

    @property
    def waits(self) -> tuple[Wait, ...]:
        """The stretches in which any of them could not be asked, oldest first."""
        waits = (wait for engine in self._all for wait in engine.waits)
        return tuple(sorted(waits, key=lambda wait: wait.since))

    @property
    def caching(self) -> Caching | None:
        """How the first of them caches; see `answering`."""
        return self._all[0].caching

    def of(self, question: Question) -> Engine:
        """The engine that a question names."""
        return self.engines[question.engine]

    async def look(self) -> None:
        """Find out what each of them can.

        Raises:
            EnvironmentProblem: one can't do what is set.
        """
        for engine in self._all:
            await engine.look()

    def call_id(self, question: Question) -> str | None:
        """The ledger's id for this question, where its answer can be fetched again."""
        return self.of(question).call_id(question)

    async def is_out(self, question: Question) -> bool:
        """Whether an earlier run has sent this question."""
        return await self.of(question).is_out(question)

    async def ask(self, question: Question) -> Reply:
        """The answer to one question.

        Raises:
            EngineError: no answer came; it carries the decision what to do.
        """
        return await self.of(question).ask(question)

    async def close(self) -> None:
        """Let go of all connections."""
        await asyncio.gather(*(engine.close() for engine in self._all))


def answering(engine: Engine, question: Question) -> Engine:
    """The engine that answers a question: that which it names, or the only one there is."""
    return engine.of(question) if isinstance(engine, Several) else engine


def names_of(engine: Engine) -> tuple[str, ...]:
    """The names of all engines that answer, as the ledger and the segments have them."""
    return tuple(engine.engines) if isinstance(engine, Several) else (engine.name,)
