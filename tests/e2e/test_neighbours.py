"""What befalls one job of a night befalls no other, and is said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow.parquet as pq

from storage.readmodel.readmodel import ReadModel
from tests.e2e.conftest import House

DOCUMENTS = {f"in/{n}.txt": f"Sentence {n} is the only one here." for n in range(4)}


def blob(house: House, job_id: str, which: str) -> Any:
    """Where a job's document or briefing lies."""
    read_model = ReadModel(house.home)
    record = read_model.record(job_id)
    read_model.close()
    assert record is not None
    key = getattr(record.job, which)
    return house.home / "documents" / key[:2] / key


def test_a_document_that_is_gone(house: House, simulated: Callable[..., Any]) -> None:
    """Its job alone fails, twice in the night, and says why; the third attempt is its last."""
    house.write(DOCUMENTS)
    with simulated():
        house.submit()
        ids = {job["path"].split("/")[-1]: job["job_id"] for job in house.json("jobs")["jobs"]}
        lost = ids["2.txt"]
        blob(house, lost, "document").unlink()
        night = house.night(code=1)
        found = {job["job_id"]: (job["status"], job["attempt"]) for job in night["jobs"]}
        assert found == dict.fromkeys(ids.values(), ("completed", 1)) | {lost: ("failed", 2)}
        status = house.json("status", lost)
        assert [(e["type"], e["step"]) for e in status["error_log"]] == [
            ("FileDamaged", "supervisor"),
            ("FileDamaged", "supervisor"),
        ]
        why = {job["job_id"]: job["error"] for job in night["jobs"]}
        assert why.pop(lost).startswith("supervisor: FileDamaged: ")
        assert set(why.values()) == {None}
        folder = house.folder / night["outbox"]
        assert "is not there; restore it from a backup" in (folder / "report.md").read_text()
        table = {
            r["job_id"]: r["error"] for r in pq.read_table(folder / "jobs.parquet").to_pylist()
        }
        assert table == {job["job_id"]: job["error"] for job in night["jobs"]}
        assert sorted(path.name for path in (folder / "de" / "in").iterdir()) == [
            "0.txt",
            "1.txt",
            "3.txt",
        ]
        (last,) = house.night(code=1)["jobs"]
        assert (last["status"], last["attempt"]) == ("dead", 3)
        assert house.night()["jobs"] == []
