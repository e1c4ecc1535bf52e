"""`python -m tests.bench.timing`: whether the time of a 404 tells another's job from none.

Asked of a server whose jobs are another owner's, in turns, with the delay of a 404 and without.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path

import httpx

from api.endpoints import replies
from api.serving import server
from domain.settings import Settings
from storage.control.keys import Keys
from storage.layout.documents import Documents
from tests.integration.api.api_samples import MORNING, UNKNOWN, cases, fill, id_of
from tests.served import in_a_thread

TIMES = 300


def separation(port: int, key: str, one: str, other: str, times: int = TIMES) -> float:
    """How well the time tells two paths apart: 0.5 not at all, 1 always.

    The chance that an answer to one took longer than an answer to the other (Mann and Whitney's
    U over all pairs), or the other way round; asked in turns, so that other load meets both.
    """
    took: dict[str, list[float]] = {one: [], other: []}
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers={"X-API-Key": key}) as client:
        client.get(one)
        for _ in range(times):
            for path in (one, other):
                began = time.perf_counter()
                client.get(path)
                took[path].append(time.perf_counter() - began)
    wins = statistics.mean(a > b for a in took[one] for b in took[other])
    return max(wins, 1 - wins)


def main() -> None:
    """Measure and print."""
    paths = (f"/v1/jobs/{id_of(2)}", f"/v1/jobs/{UNKNOWN}")
    with tempfile.TemporaryDirectory() as name:
        home = Path(name) / "home"
        asyncio.run(fill(home, cases(Documents(home).put(b"Sentence."))))
        keys = Keys(home)
        key = keys.add("outsider", MORNING, owner="nobody")
        keys.close()
        with in_a_thread(server(home, Settings(requests_per_minute=1_000_000))) as port:
            for delay in (replies.NOT_FOUND_AFTER_S, 0):
                replies.NOT_FOUND_AFTER_S = delay
                told = separation(port, key, *paths)
                sys.stdout.write(f"a 404 after {delay} s: told apart {told:.2f} of the time\n")


if __name__ == "__main__":
    main()
