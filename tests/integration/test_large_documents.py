"""Documents of megabytes, taken apart in a process of their own."""

from __future__ import annotations

import subprocess
import sys

import pytest

CHILD = """
import re, sys
from pathlib import Path
from domain.document.plan import plan
from formats.registry import by_name

repeated, times = sys.argv[1].encode().decode("unicode_escape"), int(sys.argv[2])
document = (repeated * times).encode()
found = plan(by_name("markdown").extract(document, "de"), "en", "de")
# Of a child, `ru_maxrss` begins at what its parent had.
peak = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]
print(len(document), len(found.segments), peak)
"""
LONG = "Open the drawer " + "and take out one more of the folders that lie in it " * 12 + "now."


@pytest.mark.parametrize(
    ("repeated", "times", "size", "segments"),
    [
        (
            "Open drawer 12 and take out `folder` 7 before the night shift begins. ",
            75_000,
            5,
            75_000,
        ),
        (LONG + r"\n\n", 4_800, 3, 4_800),
    ],
)
def test_memory(repeated: str, times: int, size: int, segments: int) -> None:
    """A paragraph of 5 MB, and 3 MB of paragraphs, are taken apart within 300 MB."""
    command = [sys.executable, "-c", CHILD, repeated, str(times)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    length, found, kilobytes = map(int, done.stdout.split())
    assert length // 1_000_000 == size
    assert found == segments
    assert kilobytes < 300 * 1024
