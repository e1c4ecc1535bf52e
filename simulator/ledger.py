"""What the simulator has seen: its own count, to compare a client's with."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any

from simulator.requests.errors import ApiError
from simulator.requests.questions import Question

TOKEN_CLASSES = (
    "uncached_input_tokens",
    "cache_read_tokens",
    "cache_write_5m_tokens",
    "cache_write_1h_tokens",
    "output_tokens",
)

MISTOLD = ("usage", "model")
"""What is done to an answer that leaves it usable."""


@dataclass(slots=True)
class _Row:
    requests: int = 0
    tokens: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class _Asked:
    task: str
    times: int = 0
    usable: int = 0
    variants: set[str] = field(default_factory=set)


class Ledger:
    """Counts since the start or the last reset."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str, str], _Row] = {}
        self._asked: dict[str, _Asked] = {}
        self._violations: Counter[str] = Counter()
        self._last: deque[str] = deque(maxlen=20)
        self._answers: list[dict[str, Any]] = []
        self._outage: list[dict[str, Any]] = []
        self._in_flight = 0
        self._most_in_flight = 0

    def away(self, seconds: float, lane: str, how: str) -> None:
        """A request came while an outage was played.

        Args:
            seconds: since it began.
            lane: the model it asks, or the path it goes to.
            how: what it was answered with.
        """
        self._outage.append({"seconds": round(seconds, 3), "lane": lane, "how": how})

    def enter(self) -> None:
        """A request to a model came in."""
        self._in_flight += 1
        self._most_in_flight = max(self._most_in_flight, self._in_flight)

    def leave(self) -> None:
        """It was answered, one way or another."""
        self._in_flight -= 1

    def failed(self, error: ApiError, model: str, task: str, transport: str) -> None:
        """A request was answered with an error."""
        row = self._row(model, task, transport)
        row.requests += 1
        row.statuses[str(error.status)] += 1
        if error.scripted:
            row.faults[str(error.status)] += 1
        self.violated(error)

    def violated(self, error: ApiError) -> None:
        """Count an error as a violation, if it is one."""
        if error.is_violation:
            self._violations[str(error.status)] += 1
            self._last.append(f"{error.status} {error.type}: {error.message}")

    def answered(
        self,
        model: str,
        transport: str,
        question: Question,
        tokens: dict[str, int],
        fault: str | None,
        request_id: str,
    ) -> None:
        """A request was answered and its tokens count, even if the answer was dropped or spoilt.

        Args:
            tokens: by class, see `TOKEN_CLASSES`.
            fault: what was done to the answer.
            request_id: what the client is told; of an item, the batch's id and its own.
        """
        row = self._row(model, question.task, transport)
        row.requests += 1
        row.tokens.update(tokens)
        row.statuses["dropped" if fault == "drop" else "200"] += 1
        if fault:
            row.faults[fault] += 1
        hashes = list(question.hashes())
        self._answers.append(
            {
                "request_id": request_id,
                "task": question.task,
                "model": model,
                "transport": transport,
                "keys": [key for key, _ in hashes],
                "variants": [variant for _, variant in hashes],
                "tokens": tokens,
                "fault": fault,
            }
        )
        for key, variant in hashes:
            asked = self._asked.setdefault(key, _Asked(question.task))
            asked.times += 1
            asked.usable += fault is None or fault in MISTOLD
            asked.variants.add(variant)

    def _row(self, model: str, task: str, transport: str) -> _Row:
        return self._rows.setdefault((model, task, transport), _Row())

    def report(self) -> dict[str, Any]:
        """The content of `GET /_simulator/ledger`, without batches."""
        totals: Counter[str] = Counter(dict.fromkeys(("requests", *TOKEN_CLASSES), 0))
        rows = []
        for (model, task, transport), row in sorted(self._rows.items()):
            tokens = {name: row.tokens[name] for name in TOKEN_CLASSES}
            totals.update(tokens)
            totals["requests"] += row.requests
            rows.append(
                {
                    "model": model,
                    "task": task,
                    "transport": transport,
                    "requests": row.requests,
                    **tokens,
                    "statuses": dict(sorted(row.statuses.items())),
                    "faults": dict(sorted(row.faults.items())),
                }
            )
        return {
            "rows": rows,
            "totals": dict(totals),
            "violations": {
                "count": self._violations.total(),
                "statuses": dict(sorted(self._violations.items())),
                "last": list(self._last),
            },
            "outage": self._outage,
            "in_flight": {"now": self._in_flight, "most": self._most_in_flight},
        }

    def asked(self) -> list[dict[str, Any]]:
        """The content of `GET /_simulator/asked`: a line for each task and text."""
        return [
            {
                "task": asked.task,
                "key": key,
                "times": asked.times,
                "usable": asked.usable,
                "distinct": len(asked.variants),
            }
            for key, asked in self._asked.items()
        ]

    def answers(self) -> list[dict[str, Any]]:
        """The content of `GET /_simulator/answers`: a line for each answered request, in order."""
        return self._answers
