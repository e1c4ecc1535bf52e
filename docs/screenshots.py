"""`python docs/screenshots.py`: takes the pictures of dashboard.md anew.

They show the rehearsal of the shipped examples, repeated under the dates of the weeks before, and
a night under way. It needs Chromium at /usr/bin/chromium and takes a minute.
"""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import uuid_utils
from playwright.sync_api import Browser, Page, sync_playwright

from api.serving import listen, server
from domain.job.job import Job, JobStatus, Step
from domain.job.segment import SegmentStatus
from domain.settings import Settings
from storage.control.keys import Keys
from storage.control.leases import Leases
from storage.lake import Lake
from storage.readmodel.readmodel import ReadModel
from storage.tables.records import JobRecord

PICTURES = Path(__file__).parent
CHROMIUM = "/usr/bin/chromium"
SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESKTOP, PHONE = (1280, 860), (390, 844)
NIGHTS = 20
RUN = "pictured"


def rehearsed(home: Path) -> list[JobRecord]:
    """The jobs of a night of `nightdesk demo`."""
    command = [sys.executable, "-m", "cli.main", "demo", "--home", str(home)]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=False)  # noqa: S603 - our own
    with closing(ReadModel(home / "demo")) as read_model:
        found = [read_model.record(job.job_id) for job in read_model.jobs()]
    return [record for record in found if record is not None]


def id_at(moment: datetime) -> str:
    """A UUIDv7 as it would have been made at a moment."""
    milliseconds = int(moment.timestamp() * 1000)
    return str(UUID(f"{milliseconds:012x}{uuid_utils.uuid7().hex[12:]}"))


def moved(record: JobRecord, by: timedelta, batch_id: str) -> JobRecord:
    """The same job of another night."""
    job = record.job
    created = job.created_at + by
    job_id = id_at(created)
    job = replace(
        job,
        job_id=job_id,
        batch_id=batch_id,
        content_key=job_id,
        created_at=created,
        started_at=None if job.started_at is None else job.started_at + by,
        finished_at=None if job.finished_at is None else job.finished_at + by,
    )
    calls = (
        replace(c, call_id=str(uuid_utils.uuid7()), job_id=job_id, started_at=c.started_at + by)
        for c in record.calls
    )
    return JobRecord(
        job=job,
        segments=tuple(replace(segment, job_id=job_id) for segment in record.segments),
        calls=tuple(calls),
        notes=tuple(replace(n, job_id=job_id, created_at=n.created_at + by) for n in record.notes),
        errors=tuple(
            replace(e, job_id=job_id, created_at=e.created_at + by) for e in record.errors
        ),
    )


def begun(record: JobRecord) -> JobRecord:
    """The job as it was when half of its segments were translated."""
    half = len(record.segments) // 2
    segments = tuple(
        segment
        if segment.segment_id < half
        else replace(segment, status=SegmentStatus.PENDING, translation=None, qa_score=None)
        for segment in record.segments
    )
    job = replace(
        record.job,
        status=JobStatus.PROCESSING,
        step=Step.TRANSLATOR,
        finalized=False,
        output=None,
        finished_at=None,
        attempt_open=True,
    )
    return replace(record, job=job, segments=segments)


async def write(home: Path, records: Sequence[JobRecord], *, held: bool) -> None:
    """Commit jobs as a run does, and leave them in its hands or not."""
    with closing(Lake(home)) as lake, closing(Leases(home)) as leases:
        leases.open_run(RUN, datetime.now(UTC) + timedelta(hours=1))
        lake.submit([_submitted(record.job) for record in records])
        for record in records:
            job_id = record.job.job_id
            fence = leases.take(job_id, RUN, datetime.now(UTC))
            assert fence is not None
            lake.hold(job_id, fence)
            await lake.commit(
                job_id,
                job=record.job,
                segments=record.segments,
                calls=record.calls,
                notes=record.notes,
                errors=record.errors,
            )
            await lake.let_go(job_id)
            if not held:
                leases.release(job_id, RUN)


def _submitted(job: Job) -> Job:
    return replace(job, attempt=0, supervised=False, finalized=False, output=None)


def fill(home: Path, records: Sequence[JobRecord]) -> None:
    """Nights of the weeks before, and one under way."""
    Lake.create(home).close()
    chance = random.Random(20)  # noqa: S311 - for pictures
    now = datetime.now(UTC)
    until_now = now - timedelta(minutes=2) - records[0].job.created_at
    for days in range(NIGHTS, 0, -1):
        by = until_now - timedelta(days=days)
        share = 0.35 if days % 7 < 2 else 0.85
        some = [record for record in records if chance.random() < share]
        batch_id = f"{now - timedelta(days=days):%Y-%m-%d-%H%M%S}-0000"
        asyncio.run(write(home, [moved(record, by, batch_id) for record in some], held=False))
    batch_id = f"{now:%Y-%m-%d-%H%M%S}-0000"
    night = [moved(record, until_now, batch_id) for record in records]
    asyncio.run(write(home, night[4:], held=False))
    asyncio.run(write(home, [begun(record) for record in night[:4]], held=True))


@contextmanager
def served(home: Path) -> Iterator[str]:
    """The address of the dashboard, as long as the block lasts."""
    with listen("127.0.0.1", 0) as listener:
        running = server(home, Settings())
        thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            running.should_exit = True
            thread.join()


@contextmanager
def signed_in(
    browser: Browser, base: str, key: str, size: tuple[int, int], scheme: str
) -> Iterator[Page]:
    """A browser of some size and colour scheme, on the list of nights."""
    width, height = size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page = context.new_page()
    page.goto(f"{base}/sign-in")
    page.fill("#key", key)
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:text('Nights')")
    yield page
    context.close()


def take(page: Page, name: str) -> None:
    """One picture."""
    page.mouse.move(0, 0)
    page.wait_for_timeout(500)
    page.screenshot(path=PICTURES / f"dashboard-{name}.png")


def pictures(browser: Browser, base: str, key: str) -> None:
    """All of them."""
    with signed_in(browser, base, key, DESKTOP, "light") as page:
        take(page, "nights")
        page.goto(f"{base}/costs?days=30")
        take(page, "costs")
    with signed_in(browser, base, key, DESKTOP, "dark") as page:
        page.goto(f"{base}/jobs?status=needs_review")
        page.click("tbody a >> nth=0")
        page.wait_for_selector("#segments")
        take(page, "job-dark")
    for scheme, opened in (("light", "night"), ("dark", "segments")):
        with signed_in(browser, base, key, PHONE, scheme) as page:
            if opened == "night":
                page.click("tbody a >> nth=0")
                page.wait_for_selector("#progress")
            else:
                page.goto(f"{base}/jobs?status=needs_review")
                page.click("tbody a >> nth=0")
                page.wait_for_selector("#s2")
                page.evaluate("document.querySelector('#s2').scrollIntoView()")
            take(page, f"{opened}-phone" + ("-dark" if scheme == "dark" else ""))


def main() -> None:
    """Make a home, serve it, and take the pictures."""
    with tempfile.TemporaryDirectory(prefix="nightdesk-pictures-") as folder:
        home = Path(folder) / "home"
        fill(home, rehearsed(Path(folder)))
        with closing(Keys(home)) as keys:
            key = keys.add("editor", datetime.now(UTC), owner=None)
        with served(home) as base, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(SWITCHES))
            pictures(browser, base, key)
            browser.close()


if __name__ == "__main__":
    main()
