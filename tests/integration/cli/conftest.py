"""The command in a working folder of its own, and a home with jobs."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from cli.main import main
from domain.job.job import JobStatus
from storage.control.leases import Leases
from storage.lake import Lake
from storage.layout.documents import Documents
from tests.integration.cli.cli_samples import DONE, KILLED, NOW, QUEUED, Ended, Nightdesk, done, job


@pytest.fixture
def nightdesk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> Nightdesk:
    """Calls the command in a working folder of its own."""
    monkeypatch.chdir(tmp_path)
    for name in ("NIGHTDESK_HOME", "ANTHROPIC_API_KEY", "PREFECT_API_URL", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)

    def call(*words: str, stdin: bytes = b"") -> Ended:
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
            code = main(words)
        sys.stdout.flush()
        out, err = capfdbinary.readouterr()
        return Ended(code, out.decode(), err.decode())

    return call


@pytest.fixture
async def filled(tmp_path: Path) -> Path:
    """A home with a completed job, one whose run was killed, and a queued one."""
    home = tmp_path / ".nightdesk"
    lake, leases = Lake.create(home), Leases(home)
    lake.submit([job(DONE), job(KILLED, source_path="docs/b.md"), job(QUEUED)])
    leases.open_run("a-run", NOW)
    for job_id in (DONE, KILLED):
        fence = leases.take(job_id, "a-run", NOW)
        assert fence is not None
        lake.hold(job_id, fence)
    await lake.commit(DONE, **done(Documents(home).put(b"# Hello\n")))
    under_way = {"status": JobStatus.PROCESSING, "attempt": 1, "attempt_open": True}
    await lake.commit(KILLED, job=job(KILLED, source_path="docs/b.md", **under_way))
    await lake.settle()
    leases.close_run("a-run")
    leases.close()
    lake.close()
    return home
