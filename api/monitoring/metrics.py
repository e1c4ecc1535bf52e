"""Figures in Prometheus' text format: of the server, and of the lake as it stands."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import product
from typing import Any

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector

from api.reading.lists import Lists
from domain.job.job import JobStatus

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
FRESH_S = 15.0
"""Seconds for which sums over the ledger serve further scrapes."""

disable_created_metrics()  # type: ignore[no-untyped-call]  # a time beside each counter, which nobody asks for

_BUCKETS_S = (0.002, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.25, 2.5, 5.0, 10.0)
_TOKENS = {
    "input": "input_tokens",
    "output": "output_tokens",
    "cache_read": "cache_read_tokens",
    "cache_write": "cache_write_tokens",
}


class RequestFigures:
    """Counts the requests of one server; they begin at 0 when it starts."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._requests = Counter(
            "nightdesk_http_requests",
            "Requests, by route and status; a client that went before its answer has status 0.",
            ["method", "route", "status"],
            registry=registry,
        )
        self._seconds = Histogram(
            "nightdesk_http_request_seconds",
            "Seconds from a request's head to its answer's last byte.",
            ["route"],
            buckets=_BUCKETS_S,
            registry=registry,
        )
        self._under_way = Gauge(
            "nightdesk_http_requests_under_way", "Requests not yet answered.", registry=registry
        )

    @contextmanager
    def under_way(self) -> Iterator[None]:
        """While a request is."""
        with self._under_way.track_inprogress():
            yield

    def answered(self, method: str, route: str, status: int | None, seconds: float) -> None:
        """Count a request.

        Args:
            method: one of a small set.
            route: likewise, so no path.
        """
        self._requests.labels(method, route, status or 0).inc()
        self._seconds.labels(route).observe(seconds)


class LakeFigures(Collector):
    """What the lake holds, over all owners, read when asked.

    All are gauges: jobs change their status, and what is let go of (`keep_days`) no longer counts.

    Args:
        lists: asked for the figures.
        timer: gives seconds, which tell when to sum up again.
    """

    def __init__(self, lists: Lists, timer: Callable[[], float] = time.monotonic) -> None:
        self._lists, self._timer = lists, timer
        self._lock = threading.Lock()
        self._read_at: float | None = None
        self._spent: list[dict[str, Any]] = []

    def collect(self) -> Iterator[Metric]:
        """The figures.

        Raises:
            LakeError: files can't be read.
        """
        jobs = GaugeMetricFamily(
            "nightdesk_jobs", "Jobs, by status.", labels=["status", "simulated"]
        )
        counts = self._lists.statuses()
        for status, simulated in product(JobStatus, (False, True)):
            jobs.add_metric([status, _said(simulated)], counts.get((status, simulated), 0))
        yield jobs
        yield from self._ledger()

    def _ledger(self) -> Iterator[Metric]:
        kinds = ["model", "simulated"]
        calls = GaugeMetricFamily("nightdesk_calls", "Requests to models.", labels=kinds)
        tokens = GaugeMetricFamily(
            "nightdesk_tokens",
            "Tokens; cache_read and cache_write are parts of input.",
            labels=["model", "class", "simulated"],
        )
        cost = GaugeMetricFamily("nightdesk_cost_eur", "EUR spent.", labels=kinds)
        for row in self._spent_by_model():
            kind = _said(row["simulated"])
            calls.add_metric([row["model"], kind], row["calls"])
            cost.add_metric([row["model"], kind], float(row["cost_eur"]))
            for name, column in _TOKENS.items():
                tokens.add_metric([row["model"], name, kind], row[column])
        yield from (calls, tokens, cost)

    def _spent_by_model(self) -> list[dict[str, Any]]:
        with self._lock:
            if self._read_at is None or self._timer() - self._read_at >= FRESH_S:
                self._spent = self._lists.spent_by_model()
                self._read_at = self._timer()
            return self._spent


def _said(simulated: bool) -> str:
    return "true" if simulated else "false"


class Metrics:
    """The figures of one server and its home.

    Attributes:
        requests: where requests are counted.
    """

    def __init__(self, lists: Lists) -> None:
        self._registry = CollectorRegistry()
        self.requests = RequestFigures(self._registry)
        self._registry.register(LakeFigures(lists))
        ProcessCollector(registry=self._registry)

    def text(self) -> bytes:
        """All figures, in Prometheus' text format.

        Raises:
            LakeError: files can't be read.
        """
        return generate_latest(self._registry)
