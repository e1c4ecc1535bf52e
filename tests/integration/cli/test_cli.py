"""The command as a whole: help, completion, what it imports, how it ends."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from cli.commands import COMMANDS, ROOMS, loaded
from cli.main import application, main
from storage.lake import Lake
from tests.integration.cli.cli_samples import DONE, Nightdesk


def test_help_lists_every_command(nightdesk: Nightdesk) -> None:
    """`nightdesk` alone and `--help` show all commands; each has a help of its own."""
    ended = nightdesk()

    assert 0 == ended.code
    assert all(f" {command} " in ended.out for command in COMMANDS)
    assert ended.out == nightdesk("--help").out


@pytest.mark.parametrize("command", sorted(set(COMMANDS) - {"simulate"}))
def test_each_command_has_help(command: str) -> None:
    """Every command explains itself without doing anything."""
    ended = CliRunner().invoke(application(), [command, "--help"])

    assert 0 == ended.exit_code
    assert "Usage" in ended.output


def test_a_group_alone_prints_its_help(nightdesk: Nightdesk) -> None:
    """`nightdesk keys` without a command shows what there is; nothing else is said."""
    ended = nightdesk("keys")

    assert (2, "") == (ended.code, ended.err)
    assert "revoke" in ended.out


def test_the_simulators_options_are_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    """`simulate --help` lists what the simulator can be told."""
    with pytest.raises(SystemExit) as raised:
        main(["simulate", "--help"])

    assert 0 == raised.value.code
    assert "--rate-drop" in capsys.readouterr().out


@pytest.mark.parametrize("command", COMMANDS)
def test_the_table_says_what_each_command_says_of_itself(command: str) -> None:
    """The line that help shows of a command is the first of the command's own help."""
    first, _, _ = (loaded(command).help or "").partition("\n\n")

    assert COMMANDS[command] == " ".join(first.split())


def test_the_table_has_every_command() -> None:
    """Each module with an `app` is a command of its name in the table, and in its room."""
    folder = Path(__file__).resolve().parents[3] / "cli"
    modules = {
        (file.parent.name, file.stem)
        for file in folder.rglob("*.py")
        if "\napp = typer" in file.read_text()
    }

    assert modules == {(room, name) for room, names in ROOMS.items() for name in names}
    assert sorted(COMMANDS) == sorted(name for _, name in modules)


def imported(names: set[str], *words: str) -> set[str]:
    """Those of some modules that a command of its own process has imported at its end."""
    code = (
        "import sys\nfrom cli.main import main\n"
        f"try:\n    main({list(words)!r})\n"
        f"finally:\n    print(*({names!r} & set(sys.modules)), file=sys.stderr)"
    )
    environ = {name: text for name, text in os.environ.items() if not name.startswith("NIGHTDESK_")}
    ended = subprocess.run(
        [sys.executable, "-c", code], input=b"", capture_output=True, check=True, env=environ
    )
    return set(ended.stderr.decode().split())


DATA = {"duckdb", "pyarrow", "pandas", "numpy"}
ENGINES = {"anthropic", "prefect", "httpx", "fastapi", "obstore", "lxml", "regex"}


@pytest.mark.parametrize("words", [["--help"], ["segment", "--help"], ["--version"]])
def test_help_imports_nothing_heavy(words: list[str]) -> None:
    """What just prints starts without what takes long to import."""
    assert set() == imported(DATA | ENGINES | {"pydantic", "asyncio", "rich"}, *words)


def test_a_light_command_imports_nothing_heavy() -> None:
    """`nightdesk segment` starts without what keeps data and what asks models."""
    assert set() == imported(DATA | ENGINES - {"regex"}, "segment", "--lang", "de")


async def test_looking_imports_just_what_reads(filled: Path) -> None:
    """`jobs` and `costs` ask DuckDB, `status` of a live job reads its files; no more is needed."""
    home = ["--home", str(filled)]
    names = DATA | ENGINES | {"_duckdb", "pydantic", "psutil", "importlib.metadata", "rich.console"}

    for words in (["jobs"], ["jobs", "--json"], ["costs"], ["costs", "--by", "model,stage"]):
        assert {"_duckdb"} == imported(names, *words, *home)
    assert {"pyarrow"} == imported(names - {"importlib.metadata", "numpy"}, "status", DONE, *home)


async def test_looking_at_what_is_sealed_imports_duckdb_alone(filled: Path) -> None:
    """`status` of a sealed job asks DuckDB, without what reads live files or writes JSON."""
    lake = Lake.create(filled)
    lake.seal([DONE])
    lake.close()
    home = ["--home", str(filled)]
    names = DATA | ENGINES | {"_duckdb", "pydantic", "psutil", "importlib.metadata", "rich.console"}

    for words in (["jobs", "--status", "failed"], ["costs"], ["status", DONE]):
        assert {"_duckdb"} == imported(names, *words, *home)
    assert {"_duckdb", "pydantic"} == imported(
        DATA | {"_duckdb", "pydantic"}, "status", DONE, "--json", *home
    )


def test_the_version_is_told(nightdesk: Nightdesk) -> None:
    """`--version` prints the version of what is installed."""
    assert f"nightdesk {version('nightdesk')}\n" == nightdesk("--version").out


@pytest.mark.parametrize("words", [["-v", "status"], ["status", "-v"]])
def test_more_is_said(nightdesk: Nightdesk, words: list[str]) -> None:
    """With `-v`, before the command or after it, an error comes with its trace."""
    log = logging.getLogger("nightdesk")
    before = log.handlers[:], log.level, log.propagate
    try:
        ended = nightdesk(*words, "no-such-job")
    finally:
        log.handlers[:], log.level, log.propagate = before

    assert 2 == ended.code
    assert "Traceback" in ended.err
    assert ended.err.endswith("\nerror: no job 'no-such-job'\n")


@pytest.mark.parametrize(
    ("typed", "offered"), [("nightdesk we", ["webhooks"]), ("nightdesk jobs --st", ["--status"])]
)
def test_words_are_completed(typed: str, offered: list[str]) -> None:
    """The shell is offered commands by the table, and a command's own options."""
    asked = {"COMP_WORDS": typed, "COMP_CWORD": str(typed.count(" ")), "PATH": os.environ["PATH"]}
    ended = subprocess.run(
        [sys.executable, "-m", "cli.main"],
        env={**asked, "_NIGHTDESK_COMPLETE": "complete_bash"},
        capture_output=True,
        timeout=600,
    )

    assert offered == ended.stdout.decode().split()


@pytest.mark.parametrize("module", ["cli.night.run", "cli.night.demo", "flows.night"])
def test_what_begins_a_night_imports_no_prefect(module: str) -> None:
    """Prefect reads its settings when it is imported, so not before a night has its server."""
    code = f"import sys, {module}; print('prefect' in sys.modules)"

    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)

    assert b"False\n" == ended.stdout


def test_an_interrupted_command_ends_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C ends a command without a word."""

    def interrupted(**_: Any) -> None:
        raise KeyboardInterrupt

    app = typer.Typer()
    app.command("jobs")(interrupted)
    monkeypatch.setattr("cli.main.application", lambda **_: app)

    assert 130 == main(["jobs"])
