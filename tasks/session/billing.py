"""What a request is entered with: its tokens, its price, and what is wrong with either."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from domain.cost.pricing import FREE, Cost, cost, is_same_model, priced_as, provider_of
from domain.errors import EngineError
from domain.settings import Settings
from domain.usage import TokenUsage, fault_in
from engines.port import Engine, Question, Reply
from engines.several import answering
from tasks.run.budget import worst_bill

WRONG_USAGE = "wrong_usage"
"""The outcome of a request whose answer is good and whose count of tokens can't be."""

OTHER_MODEL = "other_model"

AT_WORST = "; worst case"
"""Stands behind the price list's name where not the engine's count was priced."""


@dataclass(frozen=True, slots=True)
class Bill:
    """What the ledger enters for one request; `cost` is the price of `usage`.

    Attributes:
        usage: tokens as the engine told them; those of the worst case where that can't be right.
        cost: in USD and EUR.
        usage_fault: why what the engine told is not taken; None where it is.
        answered: the model that answered, by its own word; None where none did.
        priced_as: the model whose price counts.
    """

    usage: TokenUsage
    cost: Cost
    usage_fault: str | None = None
    answered: str | None = None
    priced_as: str = ""


def bill_of(
    question: Question,
    answer: Reply | EngineError,
    engine: Engine,
    settings: Settings,
    at: datetime,
) -> Bill:
    """The bill for one request.

    Where nothing is paid for tokens, whatever an engine tells of them is taken.

    Args:
        answer: what came of it.
        at: when it failed, where it did.

    Raises:
        UnknownModel: the model has no known price.
    """
    engine = answering(engine, question)
    answered = answer.model if isinstance(answer, Reply) else None
    told, fault = _told(question, answer)
    if engine.is_free:
        return Bill(told, FREE, None, answered, answered or question.model)
    prices = settings.prices
    model = question.model
    if answered is not None:
        model = priced_as(
            model,
            answered,
            transport=engine.transport,
            prices=prices,
            provider=provider_of(settings, question.engine),
        )
    at = answer.started_at if isinstance(answer, Reply) else at
    if fault is not None:
        worst, price = worst_bill(question, engine, settings, at, model=model)
        if price.eur > Decimal(0):
            price = replace(price, price_version=price.price_version + AT_WORST)
            return Bill(worst, price, fault, answered, model)
    price = cost(
        TokenUsage() if _is_unbilled(answer) else told,
        model,
        transport=engine.transport,
        eur_per_usd=settings.eur_per_usd,
        at=at,
        prices=prices,
        provider=provider_of(settings, question.engine),
    )
    return Bill(told, price, None, answered, model)


def bill_faults(question: Question, bill: Bill) -> dict[str, str]:
    """What is wrong with a bill, in words, by kind."""
    found = {}
    if bill.usage_fault is not None:
        found[WRONG_USAGE] = (
            f"{bill.usage_fault}; the answer is used, and the request is entered at its worst case"
        )
    if (other := _other_model(question, bill)) is not None:
        found[OTHER_MODEL] = other
    return found


def _other_model(question: Question, bill: Bill) -> str | None:
    """That another model answered than the one asked; None where it did not.

    A server that answers in a name of its own, under a price that is set, does what it was set up
    to do.
    """
    answered = bill.answered
    if answered is None or bill.cost == FREE or is_same_model(question.model, answered):
        return None
    if bill.priced_as == question.model and bill.cost.price_version.startswith("set: "):
        return None
    return (
        f"{answered} answered, though {question.model} was asked; "
        f"it is entered at the price of {bill.priced_as}"
    )


def _told(question: Question, answer: Reply | EngineError) -> tuple[TokenUsage, str | None]:
    """The tokens that an engine told, and why they can't be right."""
    if isinstance(answer, Reply):
        return answer.usage, None if _is_unbilled(answer) else answer.usage_fault
    if answer.usage is None:
        return TokenUsage(), None
    sent, room = question.bytes_sent, question.max_tokens
    return answer.usage, fault_in(answer.usage, sent=sent, said=0, room=room)


def _is_unbilled(answer: Reply | EngineError) -> bool:
    """Whether it is told with its tokens, and is free."""
    return isinstance(answer, Reply) and answer.is_unbilled
