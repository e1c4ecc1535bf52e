"""Arrow as a lake uses it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]

WRITES = """
import sys
import pyarrow as pa
from storage.live.live_bytes import live_bytes
from storage.tables.rows import LiveRow

live_bytes("a-job", [(1, LiveRow("jobs", "job", "{}"))])
print(sorted({"pandas", "pyarrow.dataset"} & sys.modules.keys()))
print(pa.default_memory_pool().backend_name)
print(pa.table({"a": [1]}).to_pandas().shape)
"""


def test_arrow_takes_no_more_than_a_lake_needs() -> None:
    """Whoever writes rows imports no pandas; who asks for a data frame gets one."""
    done = subprocess.run(
        [sys.executable, "-c", WRITES], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert ["[]", "system", "(1, 1)"] == done.stdout.splitlines()
