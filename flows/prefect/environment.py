"""What Prefect and its server are told by their environment.

The settings are those that keep up: see docs/operating.md for what each does.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from pathlib import Path

from storage.files.durable import private_folder

SERVER_SETTINGS: Mapping[str, str] = {
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "200",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_ENABLED": "false",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
}
TRIM_SETTINGS: Mapping[str, str] = {
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "flow_runs",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(30 * 86_400),
}
"""How the server trims its own database; the environment may say otherwise."""

NIGHT_SETTINGS: Mapping[str, str] = {
    "PREFECT_SERVER_API_BLOCKS_REGISTER_ON_START": "false",
    "PREFECT_SERVER_MEMOIZE_BLOCK_AUTO_REGISTRATION": "false",
}
"""Of a server that is there for nights alone; the environment may say otherwise.

Nobody sets blocks up on one that goes with its night, and their kinds take seconds to enter. Nor
shall it note that they are entered: Prefect notes so even where it has not entered them, and the
home's next server would not either.
"""

CLIENT_SETTINGS: Mapping[str, str] = {
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
    "PREFECT_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_TASKS_DEFAULT_NO_CACHE": "true",
    "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
    "PREFECT_CLIENT_MAX_RETRIES": "7",
    "DO_NOT_TRACK": "1",
}
LOOPBACK = ("127.0.0.1", "localhost")


def server_environment(home: Path, port: int, environ: Mapping[str, str]) -> dict[str, str]:
    """The environment a server of ours runs in; its database lies below the home."""
    folder = (home / "prefect").resolve()
    private_folder(folder)
    url = f"http://127.0.0.1:{port}/api"
    own = {"PREFECT_HOME": str(folder), "PREFECT_API_URL": url, "PREFECT_UI_API_URL": url}
    clean = {k: v for k, v in environ.items() if "API_KEY" not in k and not k.startswith("AWS_")}
    return {**TRIM_SETTINGS, **clean, **SERVER_SETTINGS, **own}


def go_direct(environ: MutableMapping[str, str]) -> None:
    """Set the environment to reach what is on this machine past any proxy that it names."""
    named = environ.get("no_proxy") or environ.get("NO_PROXY") or ""
    hosts = [host for host in named.split(",") if host.strip()]
    hosts += [host for host in LOOPBACK if host not in hosts]
    environ["NO_PROXY"] = environ["no_proxy"] = ",".join(hosts)
