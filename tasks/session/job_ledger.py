"""What a job's requests come to: their rows for the ledger, and the sums of those."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import uuid_utils

from domain.cost.call import Call
from domain.cost.spent import Spent
from domain.errors import EngineError
from domain.job.job import Step
from domain.usage import TokenUsage
from engines.port import Question, Reply
from engines.several import answering
from tasks.run.run_context import RunContext
from tasks.session.billing import WRONG_USAGE, Bill, bill_faults, bill_of

UNUSED = "unused"
"""The outcome of a request whose answer was lost on a fault of ours."""


class JobLedger:
    """The ledger of one job.

    Attributes:
        usage: tokens of all its requests.
        cost_eur: what they cost, in EUR.
    """

    def __init__(self, run: RunContext, job_id: str, calls: Sequence[Call]) -> None:
        self.usage = sum((c.usage for c in calls), TokenUsage())
        self.cost_eur = sum((c.cost_eur for c in calls), Decimal(0))
        self._run = run
        self._job_id = job_id
        self._call_ids = {c.call_id for c in calls}
        self._told: set[tuple[str, str]] = set()
        self._owed: dict[str, tuple[object, Call]] = {}

    def anew(self, question: Question) -> Question:
        """The question, told apart from those whose answers the ledger has already."""
        while self._run.engine.call_id(question) in self._call_ids:
            question = replace(question, occasion=question.occasion + 1)
        return question

    def row(
        self,
        question: Question,
        step: Step,
        ids: Sequence[int],
        attempt: int,
        answer: Reply | EngineError,
        outcome: str,
    ) -> Call:
        """The row for one request, priced.

        Raises:
            UnknownModel: the model has no known price.
        """
        engine = answering(self._run.engine, question)
        bill = self.bill(question, answer)
        if isinstance(answer, Reply):
            started_at, stop_reason = answer.started_at, answer.stop_reason
            simulated = answer.simulated
        else:
            started_at = self._run.clock.now() - timedelta(milliseconds=answer.latency_ms)
            stop_reason, simulated = None, self._run.rehearsal
        if bill.usage_fault is not None and outcome == "ok":
            outcome = WRONG_USAGE
        # A request that failed may still be answered; the next one like it is the same.
        known = engine.call_id(question) if isinstance(answer, Reply) else None
        return Call(
            call_id=known or str(uuid_utils.uuid7()),
            job_id=self._job_id,
            batch_id=self._run.night,
            stage=step,
            task=question.task,
            attempt=attempt,
            segment_ids=tuple(ids),
            engine=engine.name,
            model=answer.model if engine.is_free and isinstance(answer, Reply) else question.model,
            transport=engine.transport,
            usage=bill.usage,
            cost_usd=bill.cost.usd,
            cost_eur=bill.cost.eur,
            eur_per_usd=self._run.settings.eur_per_usd,
            price_version=bill.cost.price_version,
            prompt_version=question.prompt_version,
            latency_ms=answer.latency_ms,
            stop_reason=stop_reason,
            outcome=outcome,
            request_id=answer.request_id,
            simulated=simulated,
            started_at=started_at,
            answered_model=bill.answered,
        )

    def bill(self, question: Question, answer: Reply | EngineError) -> Bill:
        """What a request took and cost.

        Raises:
            UnknownModel: the model has no known price.
        """
        run = self._run
        return bill_of(question, answer, run.engine, run.settings, run.clock.now())

    def new_faults(self, question: Question, answer: Reply) -> dict[str, str]:
        """What is wrong with an answer's bill, in words, by kind: each kind once a model.

        Raises:
            UnknownModel: the model has no known price.
        """
        if answer.usage_fault is None and answer.model == question.model:
            return {}
        found = bill_faults(question, self.bill(question, answer))
        new = {
            kind: said for kind, said in found.items() if (kind, question.model) not in self._told
        }
        self._told |= {(kind, question.model) for kind in new}
        return new

    def owe(self, call: Call) -> None:
        """Remember an answer that is paid for until its row is committed with what it brought."""
        self._owed[call.call_id] = asyncio.current_task(), call

    def unused(self) -> list[Call]:
        """The rows of what this task was answered and has not committed, which nothing came of."""
        if not self._owed:
            return []
        mine = asyncio.current_task()
        return [replace(call, outcome=UNUSED) for task, call in self._owed.values() if task is mine]

    def enter(self, calls: Iterable[Call]) -> bool:
        """Count rows that are on their way to the lake, for the job and for the night.

        Returns:
            Whether any of them brought or took tokens.
        """
        has_usage = False
        for call in calls:
            has_usage |= call.usage != TokenUsage()
            self._call_ids.add(call.call_id)
            self._owed.pop(call.call_id, None)
            self.usage += call.usage
            self.cost_eur += call.cost_eur
            self._run.count(self._job_id, Spent.on(call))
        return has_usage
