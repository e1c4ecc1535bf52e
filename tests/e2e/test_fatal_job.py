"""A job that kills each night it is worked on in costs the others no more than those nights."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from storage.readmodel.readmodel import ReadModel
from tests.e2e.conftest import House

FATAL = """
import asyncio, os, re, signal
from engines.claude.client import Claude
from tasks.session.job_session import JobSession

ask, commit, begun, others = Claude.ask, JobSession.commit, set(), set()

async def committed(session, *segments, **rows):
    await commit(session, *segments, **rows)
    if session.job.source_path != "in/0.txt":
        others.add(session.job.source_path)

async def asked(engine, question):
    (document,) = set(re.findall("of document (.)", question.user))
    while len(others) < 2 if document == "0" else "HELD" in os.environ and document in begun:
        await asyncio.sleep(0.01)
    begun.add(document)
    if document == "0":
        os.kill(os.getpid(), signal.SIGKILL)
    return await ask(engine, question)

Claude.ask, JobSession.commit = asked, committed
"""
"""Asking for a text of one job kills the process, once each of two others has committed something
in it; with `HELD`, only one request goes out for each of these."""

SETTINGS = {"NIGHTDESK_PACK_SEGMENTS": "1"}


def sentences(document: int) -> str:
    return "\n\n".join(f"Sentence {n} of document {document} is here." for n in range(8))


def killed(house: House, **settings: str) -> None:
    """A night that dies of the job."""
    night = house.start("run", before="import fatal", **SETTINGS, **settings)
    _, err = night.communicate()
    assert -signal.SIGKILL == night.returncode, err


def reports(house: House) -> list[Path]:
    return sorted((house.folder / "outbox").glob("*/report.md"))


def found(house: House) -> dict[str, tuple[str, int]]:
    """Status and attempt of each job."""
    read_model = ReadModel(house.home)
    jobs = {job.source_path: (str(job.status), job.attempt) for job in read_model.jobs()}
    read_model.close()
    return jobs


def test_what_kills_three_nights_runs_last_and_alone(
    house: House, simulated: Callable[..., Any]
) -> None:
    """After three killed nights the fourth completes all others, and its report has them.

    Only then is the job touched that kills, which costs it no attempt.
    """
    (house.folder / "fatal.py").write_text(FATAL, encoding="utf-8")
    house.write({f"in/{n}.txt": sentences(n) for n in range(3)})
    with simulated():
        house.submit()
        for _ in range(3):
            killed(house, HELD="1")
            assert {"queued", "processing"} >= {status for status, _ in found(house).values()}
        assert [] == reports(house)
        killed(house)
        jobs = found(house)
        assert jobs.pop("in/0.txt") in {("queued", 0), ("processing", 1)}
        assert jobs == dict.fromkeys(("in/1.txt", "in/2.txt"), ("completed", 1))
        (report,) = reports(house)
        text = report.read_text(encoding="utf-8")
        assert "in/0.txt" not in text
        assert sorted(path.name for path in (report.parent / "de" / "in").iterdir()) == [
            "1.txt",
            "2.txt",
        ]
