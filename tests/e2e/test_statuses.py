"""Every status of jobs and segments, seen in a real night."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from api.reading.answers import Answers
from storage.readmodel.readmodel import ReadModel
from tests.e2e.conftest import House
from tests.scripts import BLOCKED, CORRECTED

SCRIPT = f"""{BLOCKED}{CORRECTED}
[[rule]]
task = "assess"
match = "reviewed"
event = "error"
severity = "critical"
category = "accuracy/mistranslation"
explanation = "The opposite is said."

[[rule]]
match = "poison"
event = "status"
status = 400
anywhere = true

[[rule]]
task = "translate"
match = "hopeless"
event = "empty"

[[rule]]
match = "French"
event = "status"
status = 400
anywhere = true
"""

DOCUMENTS = {
    "in/completed.txt": "This sentence is simply translated.\n",
    "in/corrected.txt": "This sentence is corrected once.\n",
    "in/blocked.txt": "This sentence about {name} is blocked.\n\nThis one is not.\n",
    "in/reviewed.txt": "This sentence must be reviewed.\n",
    "in/failed.txt": "This sentence is hopeless.\n",
    "in/refused.txt": "".join(
        f"Sentence {n} is {'poison' if n == 30 else 'good'}.\n\n" for n in range(60)
    ),
}


def by_name(jobs: list[dict[str, Any]]) -> dict[str, str]:
    return {job["path"].split("/")[-1].split(".")[0]: job["status"] for job in jobs}


def test_every_end(house: House, simulated: Callable[..., Any]) -> None:
    """Each end of a job and of a segment comes from what happened to its segments."""
    house.write(DOCUMENTS)
    with simulated(SCRIPT):
        house.submit()
        house.write({"dead.txt": "This sentence is not asked for in French.\n"})
        house.called("submit", "dead.txt", "--from", "en", "--to", "fr")
        assert {job["status"] for job in house.json("jobs")["jobs"]} == {"queued"}
        # Two of the attempts are this night's: what failed has a second round at its end.
        night = house.night(code=1, NIGHTDESK_MAX_ATTEMPTS="3")
        assert by_name(night["jobs"]) == {
            "completed": "completed",
            "corrected": "completed",
            "blocked": "completed_with_blocks",
            "reviewed": "needs_review",
            "failed": "failed",
            "refused": "completed_with_blocks",
            "dead": "failed",
        }
        ids = {job["path"].split("/")[-1]: job["job_id"] for job in night["jobs"]}
        segments = {
            name: [(s["status"], s["retry_count"]) for s in house.json("status", i)["segments"]]
            for name, i in ids.items()
        }
        assert segments == {
            "completed.txt": [("done", 0)],
            "corrected.txt": [("done", 1)],
            "blocked.txt": [("blocked", 0), ("done", 0)],
            "reviewed.txt": [("qa_failed", 2)],
            "failed.txt": [("failed", 0)],
            "refused.txt": [("done", 0)] * 30 + [("blocked", 0)] + [("done", 0)] * 29,
            "dead.txt": [("processing", 0)],
        }
        (delivered,) = house.folder.glob("outbox/**/refused.txt")
        assert delivered.read_text().split("\n\n")[30] == "Sentence 30 is poison."
        status = house.json("status", ids["failed.txt"])
        assert status["current_step"] is None
        assert [entry["segment_id"] for entry in status["error_log"]] == [0, 0]
        blocked = house.json("result", ids["blocked.txt"])
        assert blocked["segments"][0]["translation"] is None
        assert blocked["translation"].startswith("This sentence about {name} is blocked.\n\n")
        assert house.json("result", ids["reviewed.txt"])["warning"] is not None
        night = house.night(code=1, NIGHTDESK_MAX_ATTEMPTS="3")
        assert by_name(night["jobs"]) == {"failed": "completed_with_blocks", "dead": "dead"}
        status = house.json("status", ids["failed.txt"])
        assert status["segments"][0]["status"] == "blocked"
        assert "no usable answer in 3 attempts" in status["segments"][0]["error"]
        (why, *_) = house.json("status", ids["dead.txt"])["error_log"]
        assert why["segment_id"] is None
        assert "refuses every request of this job" in why["message"]
        assert house.night()["jobs"] == []


AT_ONCE = "from storage.live import commits; commits.JOT_DELAY_S = 0.05"
"""So that what lasts as long as an answer here is written before the answer comes."""


def test_on_the_way(house: House, simulated: Callable[..., Any]) -> None:
    """While a night runs, readers see jobs and segments pass through the states between."""
    house.write(
        {
            # The second waits for the first with its assessment passed.
            "in/corrected.txt": "This sentence is corrected once.\n\nThis one is not.\n",
            "in/long.txt": "\n\n".join(f"Sentence {n} of many is here." for n in range(12)),
        }
    )
    jobs, segments, steps = set(), set(), set()
    with simulated(SCRIPT, latency=0.25):
        house.submit(NIGHTDESK_SOURCE_REVIEW="true")
        own = {"NIGHTDESK_MAX_IN_FLIGHT": "3", "NIGHTDESK_BRIEF": "true"}
        run = house.start("run", before=AT_ONCE, **own)
        ids = [job["job_id"] for job in house.json("jobs")["jobs"]]
        answers = Answers(ReadModel(house.home), max_attempts=3)
        while run.poll() is None:
            for job_id in ids:
                body = json.loads(answers.status(job_id))
                jobs.add(body["status"])
                steps.add(body["current_step"])
                segments |= {segment["status"] for segment in body["segments"]}
            time.sleep(0.02)
        assert run.returncode == 0
        answers.close()
    assert jobs == {"queued", "processing", "correcting", "completed"}
    # Finalizing and a failed QA before its correction last a few milliseconds: seen, or not.
    assert steps - {"finalizing"} == {None, "supervisor", "source_review", "translator", "qa"}
    assert segments - {"qa_failed"} == {
        "pending",
        "processing",
        "translated",
        "qa_passed",
        "correcting",
        "done",
    }
