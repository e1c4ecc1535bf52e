"""A row of the ledger: one request to a model, and what it cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from domain.usage import TokenUsage


@dataclass(frozen=True, slots=True)
class Call:
    """One request to a model, answered or failed.

    Attributes:
        call_id: a UUIDv7.
        job_id: the job it was made for.
        stage: the pipeline stage, as the contract names it.
        task: what was asked: `brief`, `review_source`, `translate`, `assess` or `correct`.
        attempt: which try at this question, from 1.
        segment_ids: the segments it covered; none for a brief, or a trial of who assesses.
        engine: who answered.
        model: the model asked.
        transport: `messages` or `batches`.
        usage: tokens by class, as the engine reported them.
        cost_usd: in USD, unrounded.
        cost_eur: in EUR, unrounded.
        eur_per_usd: the rate the one was made the other with.
        price_version: which price list; it ends with "; worst case" where the count of tokens
            could not be right.
        prompt_version: a hash of the prompt's content.
        latency_ms: milliseconds from sending to the whole answer.
        stop_reason: the engine's own word, or None where it failed.
        outcome: `ok`, or what was wrong: an error's or an unusable answer's kind, or `wrong_usage`
            for a good answer whose count of tokens can't be, entered at its worst case, `unused`
            for one that was lost on a fault of ours, `alike` for an assessment that is the same
            for many.
        request_id: the vendor's.
        simulated: whether the simulator answered, and not a model.
        started_at: when it was sent.
        batch_id: the night that asked; None before calls named their night.
        answered_model: the model that answered, by its own word; None where none did, or before
            it was entered.
    """

    call_id: str
    job_id: str
    stage: str
    task: str
    attempt: int
    segment_ids: tuple[int, ...]
    engine: str
    model: str
    transport: str
    usage: TokenUsage
    cost_usd: Decimal
    cost_eur: Decimal
    eur_per_usd: Decimal
    price_version: str
    prompt_version: str
    latency_ms: int
    stop_reason: str | None
    outcome: str
    request_id: str | None
    simulated: bool
    started_at: datetime
    batch_id: str | None = None
    answered_model: str | None = None
