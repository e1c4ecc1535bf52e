"""`python -m tests.bench.sized`: one night over what waits in the home, measured from inside.

Prints one JSON line; on standard error, after each tenth of the jobs, where it stands. The
server's start is not in it, its CPU time is.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
import urllib.request
from collections import Counter
from pathlib import Path

from flows.prefect.server import server_for
from storage.files.settings_file import load_settings
from tasks.run.progress import Progress
from tests.bench.shares import Shares

ENDED = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")


def main() -> None:
    """Run the night and print what it took."""
    settings = load_settings(Path.cwd(), os.environ, {})
    tenths: list[dict[str, float]] = []
    began = time.process_time()

    def watch(progress: Progress) -> None:
        if progress.jobs_done < progress.jobs_total * (len(tenths) + 1) / 10:
            return
        tenth = {
            "jobs": progress.jobs_done,
            "seconds": round(progress.elapsed_s),
            "cpu_s": round(time.process_time() - began),
            "mb": round(_megabytes("VmRSS")),
            "peak_mb": round(_megabytes("VmHWM")),
        }
        tenths.append(tenth)
        print(json.dumps(tenth), file=sys.stderr)  # noqa: T201 - for who waits

    with server_for(Path(settings.home), os.environ) as api:
        # Prefect reads its settings when it is imported.
        from flows.night import run_night

        with Shares() as shares:
            report, recorded = run_night(settings, {}, watch=watch)
        flow_runs = [_flow_runs(api, report.night), _flow_runs(api, report.night, *ENDED)]
    found = {
        "jobs": len(report.jobs),
        "segments": sum(job.segment_count for job in report.jobs),
        "statuses": Counter(str(job.status) for job in report.jobs),
        "seconds": round(report.seconds, 1),
        "peak_mb": round(_megabytes("VmHWM")),
        "tenths": tenths,
        "cpu_s": {part: round(seconds, 1) for part, seconds in shares.seconds.items()},
        "server_cpu_s": round(_children_s(), 1),
        "task_runs": [recorded.expected, recorded.ended],
        "flow_runs": flow_runs,
    }
    print(json.dumps(found))  # noqa: T201 - read by tests.bench.size


def _megabytes(name: str) -> float:
    """What the kernel says of this process: `VmHWM`, its most memory ever, or `VmRSS`, now."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith(name))
    return int(line.split()[1]) / 1024


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _flow_runs(api: str, night: str, *types: str) -> int:
    """Flow runs of the night that the server knows, or those it knows in some states."""
    wanted: dict[str, object] = {"tags": {"all_": [night]}}
    if types:
        wanted["state"] = {"type": {"any_": list(types)}}
    body = json.dumps({"flow_runs": wanted}).encode()
    url = f"{api}/flow_runs/count"
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as reply:
        return int(reply.read())


if __name__ == "__main__":
    main()
