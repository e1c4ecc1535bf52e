"""The package that is installed; importing it puts the folder of all others first on the path.

In a wheel they lie inside of it, in a checkout beside it. So a `tasks.py` or an `api/` in the
folder where someone works is never taken for ours, whatever PYTHONPATH says.
"""

from __future__ import annotations

import sys
from pathlib import Path

_HERE = Path(__file__).resolve().parent
FOLDER = _HERE if (_HERE / "cli").is_dir() else _HERE.parent

if sys.path[:1] != [str(FOLDER)]:
    sys.path.insert(0, str(FOLDER))


def main() -> int:
    """Run one command, as the command line names it.

    Returns:
        The exit code.
    """
    from cli.main import main as command

    return command()
