"""What the pages show, in a browser: nights, jobs, segments, costs; live, by keyboard, to all."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from domain.job.job import JobStatus, Step
from domain.job.segment import SegmentStatus
from tests import vendored
from tests.integration.page.conftest import EVIL, PREFECT, Office
from tests.pages import DESKTOP, EVENING, PHONE, Opened, id_of, job, segments_of

NIGHT = "/nights/2026-03-06-220000-0001"
PAGES = ("/", NIGHT, "/jobs", f"/jobs/{id_of(1)}", f"/jobs/{id_of(2)}", "/costs?days=36000")


def test_from_the_nights_to_a_segment(opened: Opened) -> None:
    """A night leads to its jobs, and a job to its segments with their errors marked."""
    page = opened().go("/")
    page.get_by_role("rowheader").get_by_role("link").first.click()
    page.wait_for_url(f"**{NIGHT}")
    page.get_by_role("link", name="page1.md into en").click()
    page.get_by_role("heading", name="page1.md").wait_for()

    segment = page.locator("#s0")
    assert ["vielleicht", "three\ndays"] == segment.locator("mark").all_text_contents()
    assert "72.5" in segment.inner_text()
    assert "2 corrections" in segment.inner_text()
    assert "It says four." in segment.inner_text()
    assert "vielleicht may be ironic." in segment.inner_text()
    assert "Blocked: the source stands in the document." in page.locator("#s1").inner_text()
    assert "markup is broken" in page.locator("#s1").inner_text()
    assert "The glossary has two entries for Tag." in page.inner_text("main")


def test_what_was_not_understood_is_named_on_a_nights_page(opened: Opened) -> None:
    """A document of which much prose was left is named with its share, and leads to its job."""
    page = opened().go(NIGHT)
    named = page.locator("section", has=page.get_by_role("heading", name="Not understood"))
    assert "Prose of 1 document could not be offered for translation" in named.inner_text()
    assert "page2.md → ar: 10 words, 20.0 % of its prose" in named.inner_text()
    named.get_by_role("link", name="page2.md").click()
    page.wait_for_url(f"**/jobs/{id_of(2)}")
    assert "20.0 % of its prose" in page.inner_text("#live")
    page.get_by_text("More about this job").click()
    told = page.locator("dt:text-is('Left as it is') + dd").inner_text()
    assert told == "1,204 words of code, 1 kept, 10 not understood"


def test_an_error_is_reached_by_keyboard(opened: Opened) -> None:
    """The number behind a marked span leads to what is wrong with it."""
    page = opened().go(f"/jobs/{id_of(1)}")
    page.locator("#s0 a.ref").first.focus()
    page.keyboard.press("Enter")

    assert "Left out." in page.locator(":target").inner_text()


def test_by_keyboard_alone(opened: Opened) -> None:
    """The first key leads past the navigation, and the page goes on from there."""
    page = opened().go("/jobs")
    page.keyboard.press("Tab")
    assert "Skip to content" == page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    page.locator("#main:focus").wait_for()


def test_filters(opened: Opened) -> None:
    """Jobs are narrowed down by a form, whose choices stand in the address."""
    page = opened().go("/jobs")
    page.get_by_label("Into").select_option("ar")
    page.get_by_role("button", name="Filter").click()
    page.wait_for_url("**target_lang=ar**")
    page.get_by_role("link", name="page2.md").wait_for()

    assert 0 == page.get_by_role("link", name="page1.md").count()


def test_long_documents_come_in_pages(opened: Opened) -> None:
    """Of a long document a page shows some segments, and the next the others."""
    page = opened().go(f"/jobs/{id_of(2)}")
    assert 0 == page.locator("#s119").count()
    page.get_by_role("link", name="Next").first.click()
    page.locator("#s50").wait_for()
    page.get_by_role("link", name="Next").first.click()
    page.locator("#s119").wait_for()

    assert 0 == page.locator("#s0").count()
    assert "rtl" == page.locator("#s119 p[lang=ar]").get_attribute("dir")


def test_operators_are_led_to_prefect(office: Office, opened: Opened) -> None:
    """A night and its jobs lead to their flow runs, for those who see all; not for an owner."""
    to = f"{PREFECT}/runs?tag=2026-03-06-220000-0001&type=range&startDate=2026-03-04T"
    page = opened(office.operator).go(NIGHT)
    link = page.get_by_role("link", name="This night's flow runs in Prefect")
    assert (link.get_attribute("href") or "").startswith(to)
    page.goto(f"{office.base}/jobs/{id_of(1)}")
    page.get_by_text("More about this job").click()
    link = page.get_by_role("link", name="This night's flow runs in Prefect")
    assert (link.get_attribute("href") or "").startswith(to)
    assert "Prefect" not in opened().go(NIGHT).content()


def test_progress_is_live(office: Office, opened: Opened) -> None:
    """A page that is open follows the run, and asks no more once the job has ended."""
    writer, number = office.writer, 7
    begun = job(number, status=JobStatus.PROCESSING, step=Step.TRANSLATOR)
    writer.take([begun])
    waiting = segments_of(number, 4, status=SegmentStatus.PENDING, translation=None, qa_score=None)
    writer.commit(begun.job_id, job=begun, segments=waiting)
    desk = opened()
    progress = desk.go(f"/jobs/{begun.job_id}").locator("#progress")
    assert "0 of 4 segments ended" in progress.inner_text()

    writer.commit(begun.job_id, segments=segments_of(number, 3))
    desk.page.get_by_text("3 of 4 segments ended").wait_for()
    over = replace(begun, finalized=True, attempt_open=False, finished_at=EVENING, step=None)
    over = replace(over, status=JobStatus.COMPLETED)
    writer.commit(begun.job_id, job=over, segments=segments_of(number, 4))
    desk.page.get_by_text("All 4 segments ended").wait_for()
    writer.let_go(begun.job_id)
    asked = len(desk.asked)
    desk.page.wait_for_timeout(6_000)
    assert asked == len(desk.asked)


def test_costs_as_charts_and_as_tables(opened: Opened) -> None:
    """What is drawn stands in a table too."""
    page = opened().go("/costs?days=36000")
    page.locator("canvas").first.wait_for()

    assert "claude-sonnet-5-5" in page.get_by_role("table").first.inner_text()
    assert page.evaluate("[...document.querySelectorAll('canvas')].every(c => c.width > 100)")


@pytest.mark.parametrize("path", [f"/jobs/{id_of(3)}", NIGHT, "/jobs", "/costs?days=36000"])
def test_what_comes_from_outside_stays_text(opened: Opened, path: str) -> None:
    """Text that looks like markup is shown as it stands, wherever it comes from."""
    page = opened().go(path)
    page.wait_for_load_state("networkidle")

    assert "taken" != page.title()
    assert 0 == page.locator("main img, main script, [onerror], [onfocus]").count()
    if path.endswith(id_of(3)):
        assert EVIL in page.locator("#s0 .text").first.inner_text()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_usable_by_all(opened: Opened, size: tuple[int, int], scheme: str) -> None:
    """No page breaks a rule of WCAG that can be checked, nor is wider than its window."""
    desk = opened(size=size, scheme=scheme)
    broken: dict[str, Any] = {}
    for path in PAGES:
        page = desk.go(path)
        page.wait_for_load_state("networkidle")
        found = Axe().run(page).response["violations"]
        if found:
            broken[path] = [(v["id"], v["nodes"][0]["html"][:200]) for v in found]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            broken[path + " width"] = page.evaluate("document.documentElement.scrollWidth")

    assert {} == broken


def test_without_scripts(opened: Opened) -> None:
    """Where no script runs, everything can be read all the same."""
    desk = opened(java_script_enabled=False)
    for path in PAGES:
        assert desk.go(path).locator("h1").inner_text()


def test_libraries_are_what_they_say() -> None:
    """The libraries that are shipped have the contents that their registry gave."""
    assert [] == list(vendored.differences())
