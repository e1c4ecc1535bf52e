"""What an operator sees of a night in Prefect."""

from __future__ import annotations

import asyncio
import json
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from prefect import flow
from prefect.artifacts import acreate_progress_artifact
from prefect.runtime import flow_run

from flows.maintenance import maintenance
from flows.prefect import progress_artifact
from tests.e2e.conftest import House
from tests.forked import Forked, prefect

ROOT = Path(__file__).resolve().parents[2]


def asked(api: str, path: str, body: dict[str, Any]) -> Any:
    """What Prefect's server answers to a POST."""
    request = urllib.request.Request(
        f"{api}{path}", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=120) as reply:
        return json.loads(reply.read())


def test_small_night(house: House, simulated: Callable[..., Any], prefect_api: str) -> None:
    """A small night shows a flow run a job and a task run a segment and stage."""
    house.write(
        {
            "in/one.md": "# Title\n\nThe first sentence. The second sentence.\n",
            "in/two.txt": "Only this sentence is here.\n",
        }
    )
    with simulated():
        house.submit()
        night = house.night(NIGHTDESK_DASHBOARD_URL="https://desk.example/")["night"]
    runs = asked(prefect_api, "/flow_runs/filter", {"flow_runs": {"tags": {"all_": [night]}}})
    assert {run["name"]: run["state"]["name"] for run in runs} == {
        "in/one.md → de": "completed",
        "in/two.txt → de": "completed",
    }
    assert all(set(run["tags"]) == {night, "en", "de"} for run in runs)
    ids = [run["id"] for run in runs]
    tasks = asked(prefect_api, "/task_runs/filter", {"flow_runs": {"id": {"any_": ids}}})
    assert Counter(run["name"].split()[0] for run in tasks) == {
        "supervisor": 2,
        "translator": 4,
        "qa": 4,
        "finalizing": 2,
    }
    assert {run["state_type"] for run in tasks} == {"COMPLETED"}
    found = asked(prefect_api, "/artifacts/filter", {"flow_runs": {"id": {"any_": ids}}})
    assert Counter((artifact["type"], artifact["key"]) for artifact in found) == {
        ("markdown", "report"): 2,
        ("progress", "progress"): 2,
        ("markdown", "page"): 2,
    }
    jobs = {run["id"]: run["parameters"]["job_id"] for run in runs}
    for artifact in found:
        if artifact["type"] == "markdown":
            assert (
                f"](https://desk.example/jobs/{jobs[artifact['flow_run_id']]})" in artifact["data"]
            )
    its = {"name": {"any_": [f"night {night}"]}}
    wanted = {"artifacts": {"key": {"any_": ["page"]}}, "flow_runs": its}
    pages = asked(prefect_api, "/artifacts/filter", wanted)
    assert any(f"(https://desk.example/nights/{night})" in page["data"] for page in pages)
    assert all(a["data"] == 100 for a in found if a["type"] == "progress")
    assert all("EUR" in a["data"] for a in found if a["key"] == "report")


async def ends_while_it_tells() -> None:
    """A flow run that ends once the server has made its progress, and before it knows."""
    told = asyncio.Event()

    async def slowly(*args: Any) -> UUID:
        created = await acreate_progress_artifact(*args)
        told.set()
        await asyncio.sleep(0.2)
        return created

    progress_artifact.EVERY_SECONDS = 0.01
    progress_artifact.acreate_progress_artifact = slowly  # type: ignore[attr-defined]
    async with progress_artifact.ProgressArtifact(lambda: 1.0 if told.is_set() else 0.5):
        await told.wait()
    sys.stdout.write(str(flow_run.id))


def run_that_ends_while_it_tells() -> None:
    """The same, as a process runs it."""
    asyncio.run(flow(ends_while_it_tells)())


def test_ended_in_the_middle_of_telling(house: House, prefect_api: str) -> None:
    """A run that ends while its progress is first told of has one artifact, which is up to date."""
    run = Forked(run_that_ends_while_it_tells, folder=house.folder, environ=house.environ)
    assert 0 == run.wait(), run.communicate()
    wanted = {"flow_runs": {"id": {"any_": run.communicate()[0].split()}}}
    found = asked(prefect_api, "/artifacts/filter", wanted)
    assert [(artifact["key"], artifact["data"]) for artifact in found] == [("progress", 100)]


def test_coarse_night(house: House, simulated: Callable[..., Any], prefect_api: str) -> None:
    """In a coarse grain one flow run covers jobs, one task run covers segments of several."""
    house.write({f"in/{n}.txt": f"Sentence {n} is the only one." for n in range(6)})
    with simulated():
        house.submit()
        night = house.night(NIGHTDESK_SEGMENTS_PER_TASK="4", NIGHTDESK_JOBS_PER_FLOW="6")
    assert {job["status"] for job in night["jobs"]} == {"completed"}
    filters = {"flow_runs": {"tags": {"all_": [night["night"]]}}}
    (run,) = asked(prefect_api, "/flow_runs/filter", filters)
    assert run["state"]["name"] == "completed"
    tasks = asked(prefect_api, "/task_runs/filter", filters)
    assert Counter(run["name"].split()[0] for run in tasks) == {
        "supervisor": 1,
        "translator": 2,
        "qa": 2,
        "finalizing": 1,
    }


def deploy(environ: dict[str, str]) -> None:
    """Make the work pool that prefect.yaml names, and deploy all that it holds."""
    make = ["work-pool", "create", "nightdesk", "--type", "process", "--overwrite"]
    for words in (make, ["--no-prompt", "deploy", "--all"]):
        made = Forked(prefect, words, folder=ROOT, environ=environ)
        assert 0 == made.wait(), made.communicate()


@pytest.mark.xdist_group("deployments")
def test_deployments(prefect_api: str, house: House) -> None:
    """`prefect deploy --all` registers what runs on demand and what on a schedule that fires."""
    deploy(house.environ)
    deployments = asked(prefect_api, "/deployments/filter", {})
    assert {d["name"]: [s["schedule"]["cron"] for s in d["schedules"]] for d in deployments} == {
        "nightly": ["0 22 * * *"],
        "translate_job": [],
        "translate_jobs": [],
        "maintenance": ["0 12 * * *"],
    }
    assert awaited_runs(prefect_api, "nightly")
    assert awaited_runs(prefect_api, "maintenance")


def awaited_runs(api: str, deployment: str) -> list[Any]:
    """The flow runs of a deployment that its schedule has made, waited for."""
    wanted = {
        "deployments": {"name": {"any_": [deployment]}},
        "flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}},
    }
    while not (runs := asked(api, "/flow_runs/filter", wanted)):
        time.sleep(0.5)
    found: list[Any] = runs
    return found


def maintained() -> None:
    """The flow `maintenance`, run as a worker runs it."""
    asyncio.run(maintenance())


def test_maintenance(house: House, simulated: Callable[..., Any], prefect_api: str) -> None:
    """The flow `maintenance` compacts the lake, says what it did, and fails where a fault is."""
    with simulated():
        for name in ("one", "two"):
            house.write({f"in/{name}.txt": f"The sentence {name} is the only one."})
            house.submit()
            house.night()
    before = house.json("costs")
    run = Forked(maintained, folder=house.folder, environ=house.environ)
    assert 0 == run.wait(), run.communicate()
    ended = {
        "flows": {"name": {"any_": ["maintenance"]}},
        "flow_runs": {"state": {"type": {"any_": ["COMPLETED"]}}},
    }
    (run,) = asked(prefect_api, "/flow_runs/filter", ended)
    assert run["state"]["message"] == "2 groups of 1 days became 1 parts"
    assert len(list((house.home / "sealed").glob("[0-9]*/jobs-*"))) == 3
    assert before == house.json("costs")
    verified = house.json("verify")
    assert ([], [], 2) == tuple(verified[name] for name in ("faults", "leftovers", "jobs"))

    damaged = next((house.home / "documents").glob("??/*"))
    damaged.write_bytes(b"something else")
    run = Forked(maintained, folder=house.folder, environ=house.environ)
    assert 1 == run.wait()
    ended["flow_runs"]["state"]["type"]["any_"] = ["FAILED"]
    (run,) = asked(prefect_api, "/flow_runs/filter", ended)
    assert (
        f"- damaged document: documents/{damaged.parent.name}/{damaged.name}: its content"
        in (run["state"]["message"])
    )
    wanted = {"artifacts": {"key": {"any_": ["maintenance"]}}, "sort": "CREATED_DESC"}
    assert (
        "## Faults\n\n- damaged document"
        in (asked(prefect_api, "/artifacts/filter", wanted)[0]["data"])
    )
