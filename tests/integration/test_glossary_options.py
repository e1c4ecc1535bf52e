"""Glossaries of all kinds, by the command line and in the inbox."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cli.main import main
from domain.briefing import Briefing
from domain.job.job import Job
from domain.settings import Settings
from storage.layout.documents import Documents
from storage.readmodel.readmodel import ReadModel
from tasks.intake.inbox import take_inbox

NOW = datetime(2026, 3, 6, 22, 0, tzinfo=UTC)
CSV = "term,en\nLager,warehouse\n"
JSON = '[{"term": "Kunde", "translations": {"en": "customer"}}]'
TBX = (
    '<tbx style="dca" type="TBX-Basic" xml:lang="de" xmlns="urn:iso:std:iso:30042:ed-2">'
    "<text><body><conceptEntry>\n"
    '<langSec xml:lang="de"><termSec><term>Lager</term></termSec></langSec>\n'
    '<langSec xml:lang="en"><termSec><term>storehouse</term></termSec></langSec>\n'
    "</conceptEntry></body></text></tbx>"
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NIGHTDESK_HOME", raising=False)
    for name, content in (("a.csv", CSV), ("b.tbx", TBX), ("c.json", JSON), ("d.md", "Das Lager")):
        (tmp_path / name).write_text(content)
    return tmp_path


def told(home: Path, jobs: Sequence[Job]) -> dict[str, str]:
    """What the only job's glossary asks for, by term."""
    (job,) = jobs
    briefing = Briefing.model_validate_json(Documents(home).get(job.briefing))
    return {entry.term: entry.translations["en"] for entry in briefing.glossary}


def submitted(folder: Path, *options: str) -> dict[str, str]:
    home = folder / "home"
    words = ["submit", "d.md", "--from", "de", "--to", "en", "--home", str(home), *options]
    assert main(words) == 0
    with closing(ReadModel(home)) as read_model:
        return told(home, read_model.jobs())


@pytest.mark.parametrize(
    ("order", "lager"),
    [(("a.csv", "b.tbx", "c.json"), "warehouse"), (("b.tbx", "c.json", "a.csv"), "storehouse")],
)
def test_several_glossaries(folder: Path, order: tuple[str, ...], lager: str) -> None:
    """Each `--glossary` counts, and of two translations the first one's."""
    options = [word for name in order for word in ("--glossary", name)]

    assert submitted(folder, *options) == {"Lager": lager, "Kunde": "customer"}


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (
            "b.tbx",
            TBX.replace(' xml:lang="en"', ""),
            "b.tbx:3: xml:lang: this <langSec> does not say its language",
        ),
        ("c.json", '[\n{"term": "x"},\n{"term": ""}]', "c.json:3: term: String should have"),
    ],
)
def test_a_glossary_that_cannot_be_used(
    folder: Path, name: str, content: str, message: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """What is wrong with it is said in a line, with file, line and field; nothing is queued."""
    (folder / name).write_text(content)
    words = ["submit", "d.md", "--from", "de", "--to", "en", "--home", "home", "--glossary", name]

    assert main(words) == 2
    assert message in capfd.readouterr().err


def test_glossaries_in_the_inbox(folder: Path) -> None:
    """In the inbox glossaries of all kinds serve the briefing that names them, and stay there."""
    inbox = folder / "inbox"
    inbox.mkdir()
    for name in ("b.tbx", "c.json", "d.md"):
        (folder / name).rename(inbox / name)
    (inbox / "briefing.toml").write_text(
        'source_lang = "de"\ntarget_lang = "en"\nglossary_ids = ["b", "c"]\n'
    )
    before = (NOW - timedelta(hours=1)).timestamp()
    for path in inbox.iterdir():
        os.utime(path, (before, before))

    intake = take_inbox(Settings(inbox=str(inbox)), folder / "home", "night-1", NOW)

    assert intake.rejected == ()
    assert not intake.skipped
    assert told(folder / "home", [one.job for one in intake.accepted]) == {
        "Lager": "storehouse",
        "Kunde": "customer",
    }
    assert {"b.tbx", "c.json", "briefing.toml"} <= {path.name for path in inbox.iterdir()}
