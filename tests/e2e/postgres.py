"""A PostgreSQL of a test's own, from the programs that the machine has."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DEBIAN = Path("/usr/lib/postgresql")


def programs() -> Path | None:
    """The folder with `initdb` and `pg_ctl`; None where PostgreSQL isn't installed."""
    found = shutil.which("pg_ctl")
    if found:
        return Path(found).parent
    folders = sorted(DEBIAN.glob("*/bin/pg_ctl"))
    return folders[-1].parent if folders else None


@contextmanager
def postgres(bin_folder: Path) -> Iterator[str]:
    """A server on a loopback port; gives the URL that Prefect connects to."""
    # PostgreSQL refuses to run as root.
    user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    folder = Path(tempfile.mkdtemp(prefix="nightdesk-postgres-"))
    if user:
        shutil.chown(folder, "postgres", "postgres")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data = str(folder / "data")

    def run(*words: str) -> None:
        subprocess.run(
            [*user, *words],
            cwd=folder,
            check=True,
            stdin=subprocess.DEVNULL,
            timeout=600,
            stdout=subprocess.DEVNULL,
        )

    control = [str(bin_folder / "pg_ctl"), "-D", data, "-w"]
    options = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder}"
    try:
        run(str(bin_folder / "initdb"), "-D", data, "-U", "prefect", "-A", "trust")
        run(*control, "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield f"postgresql+asyncpg://prefect@127.0.0.1:{port}/postgres"
        finally:
            run(*control, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
