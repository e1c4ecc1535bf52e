"""What some requests came to: tokens and money."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from domain.cost.call import Call
from domain.job.job import Job
from domain.usage import TokenUsage


@dataclass(frozen=True, slots=True)
class Spent:
    """Tokens by class, and EUR, unrounded."""

    usage: TokenUsage = TokenUsage()
    cost_eur: Decimal = Decimal(0)

    def __add__(self, other: Spent) -> Spent:
        return Spent(self.usage + other.usage, self.cost_eur + other.cost_eur)

    @staticmethod
    def on(call: Call) -> Spent:
        """What one request came to."""
        return Spent(call.usage, call.cost_eur)

    @staticmethod
    def between(before: Job, after: Job) -> Spent:
        """What was spent on a job from one state of it to a later one."""
        return Spent(after.usage - before.usage, after.cost_eur - before.cost_eur)
