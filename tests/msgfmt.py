"""gettext's own reader of its files, which Debian's package `gettext` has."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest


def complaints(data: bytes, folder: Path) -> str:
    """What msgfmt says of a file that it takes: warnings, or nothing.

    Skips the test where gettext is not installed.
    """
    if shutil.which("msgfmt") is None:
        pytest.skip("gettext is not installed: there is no msgfmt")
    path = folder / "read.po"
    path.write_bytes(data)
    command = ["msgfmt", "--check-format", "--check-domain", "-o", "/dev/null", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stderr
