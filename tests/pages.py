"""A lake to be looked at: jobs written as runs write them, the server over it, and a browser."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

from api.serving import server
from domain.checks.quality import Finding, to_json
from domain.cost.call import Call
from domain.job.job import Job
from domain.job.notes import LoggedError, Note
from domain.job.segment import Segment, SegmentStatus
from domain.settings import Settings
from domain.usage import TokenUsage
from storage.control.leases import Leases
from storage.lake import Lake
from storage.tables.records import JobRecord
from tests.served import WAITED_S, in_a_thread

CHROMIUM = Path("/usr/bin/chromium")
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP, PHONE = (1280, 860), (390, 844)
EVENING = datetime(2026, 3, 6, 22, 0, 0, tzinfo=UTC)
RUN = "a-run"

_Given = TypeVar("_Given")


def id_of(number: int) -> str:
    """The id of the job with a number."""
    return f"0199f3a2-6c1e-7d3b-9f00-{number:012x}"


def job(number: int, **changes: Any) -> Job:
    """A job that is under way."""
    fields: dict[str, Any] = {
        "owner": "newsroom",
        "source_path": f"news/page{number}.md",
        "source_lang": "de",
        "target_lang": "en",
        "batch_id": "2026-03-06-220000-0001",
        "supervised": True,
        "attempt": 1,
        "attempt_open": True,
        "started_at": EVENING,
        **changes,
    }
    return Job(
        job_id=id_of(number),
        output_path=f"page{number}.md",
        format="markdown",
        briefing="{}",
        document="0" * 64,
        content_key=f"{number:064x}",
        created_at=EVENING - timedelta(hours=1),
        source_review=False,
        **fields,
    )


ENDED: dict[str, Any] = {
    "finalized": True,
    "attempt_open": False,
    "finished_at": EVENING + timedelta(minutes=2),
    "source_words": 40,
    "target_words": 44,
}


def segments_of(number: int, count: int, **changes: Any) -> tuple[Segment, ...]:
    """Segments that are done."""
    fields: dict[str, Any] = {
        "status": SegmentStatus.DONE,
        "source": "Satz.",
        "translation": "Sentence.",
        "qa_score": 96.0,
        **changes,
    }
    return tuple(Segment(id_of(number), i, words=2, **fields) for i in range(count))


def findings(*found: Finding) -> str:
    """As a segment has them."""
    return to_json(found)


def call_of(number: int, model: str = "claude-sonnet-5-5", cost: str = "0.0125") -> Call:
    """A request made for a job."""
    return Call(
        call_id=f"0199f3a2-6c1e-7d3b-9f01-{number:012x}",
        job_id=id_of(number),
        stage="translator",
        task="translate",
        attempt=1,
        segment_ids=(0,),
        engine="claude",
        model=model,
        transport="messages",
        usage=TokenUsage(700, 300, 150, 50, 800),
        cost_usd=Decimal(cost),
        cost_eur=Decimal(cost),
        eur_per_usd=Decimal(1),
        price_version="a price list",
        prompt_version="a prompt",
        latency_ms=812,
        stop_reason="end_turn",
        outcome="ok",
        request_id="req_1",
        simulated=False,
        started_at=EVENING,
    )


class Writer:
    """A run that writes a lake, in a thread of its own: where a browser is asked, no loop runs."""

    def __init__(self, home: Path) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self._lake, self._leases = Lake.create(home), Leases(home)
        self._leases.open_run(RUN, datetime.now(UTC) + timedelta(hours=1))

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._leases.close()
        self._lake.close()

    def take(self, jobs: Sequence[Job]) -> None:
        """Submit jobs and hold them."""
        self._lake.submit(
            [replace(job, attempt=0, supervised=False, finalized=False) for job in jobs]
        )
        for job in jobs:
            fence = self._leases.take(job.job_id, RUN, EVENING)
            assert fence is not None
            self._lake.hold(job.job_id, fence)

    def commit(self, job_id: str, **rows: Any) -> None:
        """As a run does after a pack."""
        self._awaited(self._lake.commit(job_id, **rows))

    def let_go(self, job_id: str) -> None:
        """The job is nobody's any more."""
        self._awaited(self._lake.let_go(job_id))
        self._leases.release(job_id, RUN)

    def write(self, record: JobRecord) -> None:
        """A job at once, which is let go of."""
        self.take([record.job])
        self.commit(
            record.job.job_id,
            job=record.job,
            segments=record.segments,
            calls=record.calls,
            notes=record.notes,
            errors=record.errors,
        )
        self.let_go(record.job.job_id)

    def _awaited(self, work: Coroutine[Any, Any, _Given]) -> _Given:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(WAITED_S)


@contextmanager
def served(home: Path, **settings: Any) -> Iterator[str]:
    """The address of a server that runs in a thread of its own, with what is set."""
    with in_a_thread(server(home, Settings(**settings))) as port:
        yield f"http://127.0.0.1:{port}"


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser. While it is open, no loop of asyncio can be run in this thread."""
    if not CHROMIUM.exists():
        pytest.skip(f"Chromium is not installed: there is no {CHROMIUM}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield browser
        browser.close()


@dataclass
class Desk:
    """Somebody at a browser.

    Attributes:
        base: the server's address.
        said: what pages wrote to the console, violations of the policy among them.
        asked: the addresses that pages asked for.
    """

    base: str
    context: BrowserContext
    page: Page
    said: list[str]
    asked: list[str]

    def go(self, path: str) -> Page:
        """Open a page."""
        self.page.goto(self.base + path)
        return self.page

    def sign_in(self, key: str) -> None:
        """Through the form."""
        self.go("/sign-in")
        self.page.get_by_label("API key").fill(key)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.get_by_role("button", name="Sign out").wait_for()


Opened = Callable[..., Desk]


def desk(
    browser: Browser,
    base: str,
    *,
    size: tuple[int, int] = DESKTOP,
    scheme: Any = "light",
    **options: Any,
) -> Desk:
    """A browser's window without cookies."""
    width, height = size
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, **options
    )
    context.set_default_timeout(600_000)
    page = context.new_page()
    found = Desk(base, context, page, [], [])
    page.on("console", lambda message: found.said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: found.said.append(f"error: {error}"))

    def asked(request: Request) -> None:
        found.asked.append(request.url)

    context.on("request", asked)
    return found


def logged(number: int, segment_id: int | None, message: str) -> LoggedError:
    """A line of a job's error log."""
    return LoggedError(
        id_of(number), segment_id, "overloaded_error", message, "translator", EVENING
    )


def note(number: int, segment_id: int | None, kind: Any, message: str) -> Note:
    """A delivery note."""
    return Note(id_of(number), segment_id, kind, message, "translator", EVENING)
