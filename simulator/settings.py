"""How a simulator behaves."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from simulator.misbehaviour.faults import check_batch_faults, check_rates
from simulator.misbehaviour.outage import Phase
from simulator.replies.script import Rule

KEY_PREFIX = "sk-sim-"


@dataclass(frozen=True)
class SimulatorSettings:
    """How a simulator behaves.

    Attributes:
        key: a key it takes beside those that begin with `sk-sim-`.
        latency: seconds until an answer.
        jitter: seconds added to it at most, drawn for each request.
        requests_per_minute: for each model.
        input_tokens_per_minute: for each model; tokens read from the cache don't count.
        output_tokens_per_minute: for each model.
        burst_seconds: so many seconds' worth of a limit can be used at once.
        fault_rates: by name of the fault, see `misbehaviour.faults`.
        retry_after: whole seconds a 429 that was drawn or scripted asks for.
        seed: of everything drawn.
        rules: a script, see `replies.script`.
        judge: how it assesses translations, see `replies.judging`.
        judges: how single models do, by their names.
        batch_seconds: from a batch's creation to its end, at least.
        batch_faults: how often each fault befalls the batch endpoints, see `misbehaviour.faults`.
        outage: the phases of an outage, see `misbehaviour.outage`.
        outage_after: answers before it begins.
        retired: models that are listed as retired, and that no request may name.
        cache_minimum: tokens a prefix needs to be cached; None takes each model's own.
        clock: seconds from any fixed point.
    """

    key: str | None = None
    latency: float = 0
    jitter: float = 0
    requests_per_minute: int = 1_000_000
    input_tokens_per_minute: int = 1_000_000_000
    output_tokens_per_minute: int = 1_000_000_000
    burst_seconds: float = 60
    fault_rates: Mapping[str, float] = field(default_factory=dict)
    retry_after: int = 1
    seed: int = 0
    rules: tuple[Rule, ...] = ()
    judge: str = "honest"
    judges: Mapping[str, str] = field(default_factory=dict)
    batch_seconds: float = 0
    batch_faults: Mapping[str, int] = field(default_factory=dict)
    outage: tuple[Phase, ...] = ()
    outage_after: int = 0
    retired: frozenset[str] = frozenset()
    cache_minimum: int | None = None
    clock: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        check_rates(self.fault_rates)
        check_batch_faults(self.batch_faults)

    def takes(self, key: str) -> bool:
        """Whether a key is right."""
        return key.startswith(KEY_PREFIX) or key == self.key
