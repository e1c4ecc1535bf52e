"""`python -m tests.vendored`: fetches the pages' libraries anew from the npm registry.

`api/page/static/vendor/vendored.json` names them: to take another version, change it there, run
this, and put in the SHA-256 that it prints for files that are not as they should be.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / "api/page/static/vendor"


def libraries() -> list[dict[str, Any]]:
    """What is vendored: name, version, licence and files of each."""
    found: list[dict[str, Any]] = json.loads((FOLDER / "vendored.json").read_text())
    return found


def differences() -> Iterator[str]:
    """A line for each file whose SHA-256 is not as it should be."""
    for library in libraries():
        for name, file in library["files"].items():
            found = hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()
            if found != file["sha256"]:
                yield f"{name} of {library['name']} {library['version']}: {found}"


def fetch(library: dict[str, Any]) -> None:
    """Put the files of one library into the folder."""
    with tempfile.TemporaryDirectory() as folder:
        packed = subprocess.run(
            ["npm", "pack", "--silent", f"{library['name']}@{library['version']}"],
            cwd=folder,
            check=True,
            capture_output=True,
            text=True,
        )
        with tarfile.open(Path(folder) / packed.stdout.strip()) as archive:
            for name, file in library["files"].items():
                member = archive.extractfile(f"package/{file['from']}")
                assert member is not None
                (FOLDER / name).write_bytes(member.read())


if __name__ == "__main__":
    for vendored in libraries():
        fetch(vendored)
    sys.exit("\n".join(differences()) or 0)
