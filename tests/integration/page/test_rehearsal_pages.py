"""Pages of a home in which there were nights and rehearsals."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from storage.control.keys import Keys
from storage.tables.records import JobRecord
from tests.pages import ENDED, Writer, desk, id_of, job, segments_of, served

REHEARSAL: dict[str, Any] = {
    "batch_id": "2026-03-05-220000-0001",
    "simulated": True,
    "source_path": "tried.md",
}


def test_rehearsals_stand_apart(browser: Browser, tmp_path: Path) -> None:
    """Nights and jobs are those with models; a tab leads to the rehearsals, which say so."""
    writer = Writer(tmp_path / "home")
    writer.write(JobRecord(job(1, **ENDED), segments_of(1, 1)))
    writer.write(JobRecord(job(2, **{**ENDED, **REHEARSAL}), segments_of(2, 1)))
    key = Keys(tmp_path / "home").add("editor", datetime.now(UTC), owner="newsroom")
    with served(tmp_path / "home") as base:
        visitor = desk(browser, base)
        visitor.sign_in(key)
        page = visitor.go("/")
        assert ["/nights/2026-03-06-220000-0001"] == _rows(page)
        page.get_by_role("link", name="Rehearsals").click()
        page.get_by_text("pseudo-translations by the simulator").wait_for()
        assert ["/nights/2026-03-05-220000-0001"] == _rows(page)
        page.get_by_role("rowheader").get_by_role("link").click()
        page.get_by_role("heading", name="Rehearsal of").wait_for()
        assert [f"/jobs/{id_of(2)}"] == _rows(page)
        assert [f"/jobs/{id_of(1)}"] == _rows(visitor.go("/jobs"))
        assert [f"/jobs/{id_of(2)}"] == _rows(visitor.go("/jobs?simulated=true"))
        visitor.context.close()
    writer.close()


def _rows(page: Page) -> list[str]:
    found = page.get_by_role("rowheader").get_by_role("link").all()
    return [link.get_attribute("href") or "" for link in found]
