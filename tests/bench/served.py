"""`python -m tests.bench.served HOME [--peer URL]`: the API over a lake, or over its peer."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from api import serving
from api.reading.answers import Answers
from domain.settings import Settings
from tests.bench.peer import PostgresReads


def main() -> None:
    """Serve on a free port, told in the first line, until the process is ended."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.served")
    parser.add_argument("home", type=Path)
    parser.add_argument("--peer")
    arguments = parser.parse_args()
    settings = Settings(requests_per_minute=10_000_000)
    with serving.listen("127.0.0.1", 0) as listener:
        running = serving.server(arguments.home, settings)
        if arguments.peer:
            state = running.config.app.state  # type: ignore[union-attr]
            state.answers = Answers(PostgresReads(arguments.peer, arguments.home), max_attempts=3)
        sys.stdout.write(f"{listener.getsockname()[1]}\n")
        sys.stdout.flush()
        running.run(sockets=[listener])


if __name__ == "__main__":
    main()
