"""The dialect of a document is found where it is handed in, and kept with its job."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import uuid_utils

from domain.dialect_names import DialectName
from domain.settings import Settings
from tasks.intake.submitter import Submitter, gather, take_inbox

NOW = datetime(2026, 12, 1, 22, 0, tzinfo=UTC)
LANGUAGES = {"source_lang": "en", "target_lang": "de"}


@pytest.fixture(autouse=True)
def _short_way_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing above a test's own folder is looked at."""
    monkeypatch.setenv("HOME", str(tmp_path))


def laid(folder: Path, files: dict[str, str]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return folder


def formats_of(
    tmp_path: Path,
    paths: list[Path],
    fields: dict[str, object] | None = None,
    *,
    manifest: Path | None = None,
    otherwise: DialectName = "commonmark",
) -> dict[str, str]:
    """The formats of the jobs that a submission becomes, by the documents' names."""
    submitter = Submitter(
        tmp_path / "state",
        "ann",
        False,
        lambda: NOW,
        lambda: str(uuid_utils.uuid7()),
        dialect=otherwise,
    )
    intake = submitter.take(gather(paths, manifest, {**LANGUAGES, **(fields or {})}))
    assert intake.rejected == ()
    return {Path(one.job.source_path).name: one.job.format for one in intake.accepted}


def test_the_nearest_configuration_above_counts(tmp_path: Path) -> None:
    """A page is of the site it lies in, also where that begins above the folder handed in."""
    site = laid(
        tmp_path / "site",
        {
            "mkdocs.yml": "site_name: Ships",
            "docs/index.md": "# Ships\n",
            "docs/deep/down/page.md": "Sails.\n",
            "docs/app/docusaurus.config.js": "module.exports = {}",
            "docs/app/start.md": "Oars.\n",
            "docs/app/more.mdx": "Ropes.\n",
            "docs/notes.txt": "Keels.\n",
        },
    )
    assert formats_of(tmp_path, [site / "docs"]) == {
        "index.md": "markdown:mkdocs",
        "page.md": "markdown:mkdocs",
        "start.md": "markdown:docusaurus",
        "more.mdx": "mdx:docusaurus",
        "notes.txt": "text",
    }


def test_a_site_ends_at_its_repository(tmp_path: Path) -> None:
    """A configuration above a repository's top is another site's."""
    laid(tmp_path / "all", {"mkdocs.yml": "site_name: All", "own/.git/HEAD": "ref"})
    laid(tmp_path / "all/own", {"page.md": "Sails.\n"})
    assert formats_of(tmp_path, [tmp_path / "all/own/page.md"]) == {"page.md": "markdown"}


def test_what_is_said_counts_before_what_is_found(tmp_path: Path) -> None:
    """A briefing's dialect, the site's, the text's, the setting's: the first that there is."""
    site = laid(
        tmp_path / "site",
        {"mkdocs.yml": "site_name: Ships", "a.md": "::: tip Gap\nMind it.\n:::\n"},
    )
    bare = laid(tmp_path / "bare", {"b.md": "::: tip Gap\nMind it.\n:::\n", "c.md": "Sails.\n"})
    both = [site / "a.md", bare]
    assert formats_of(tmp_path, both, otherwise="hugo") == {
        "a.md": "markdown:mkdocs",
        "b.md": "markdown:vitepress",
        "c.md": "markdown:hugo",
    }
    said = {"dialect": "quarto"}
    assert set(formats_of(tmp_path, both, said).values()) == {"markdown:quarto"}
    plain = {"dialect": "commonmark"}
    assert set(formats_of(tmp_path, both, plain, otherwise="hugo").values()) == {"markdown"}


def test_a_manifest_names_a_dialect_by_row(tmp_path: Path) -> None:
    """A row's own dialect counts; where its cell is empty, the document's site tells."""
    folder = laid(
        tmp_path / "site",
        {
            "mkdocs.yml": "site_name: Ships",
            "a.md": "Sails.\n",
            "b.md": "Oars.\n",
            "night.csv": "path,dialect\na.md,\nb.md,myst\n",
        },
    )
    assert formats_of(tmp_path, [], manifest=folder / "night.csv") == {
        "a.md": "markdown:mkdocs",
        "b.md": "markdown:myst",
    }


def test_the_inbox_keeps_a_sites_configuration(tmp_path: Path) -> None:
    """It is no document, stays for the next night, and one above the inbox is not looked at."""
    inbox = laid(
        tmp_path / "inbox",
        {
            "briefing.toml": 'source_lang = "en"\ntarget_lang = ["de"]\n',
            "book/_quarto.yml": "project:\n  title: Ships\n",
            "book/page.md": "Sails.\n",
            "page.md": "Oars.\n",
        },
    )
    laid(tmp_path, {"mkdocs.yml": "site_name: Above"})
    intake = take_inbox(
        Settings(inbox=str(inbox), outbox=str(tmp_path / "outbox")),
        tmp_path / "state",
        "tonight",
        datetime.now(UTC) + timedelta(minutes=1),
    )
    found = {one.job.output_path: one.job.format for one in intake.accepted}
    assert found == {"book/page.md": "markdown:quarto", "page.md": "markdown"}
    assert intake.rejected == ()
    assert (inbox / "book/_quarto.yml").exists()
    assert not (inbox / "book/page.md").exists()


def test_a_configuration_is_no_document_of_its_folder(tmp_path: Path) -> None:
    """A folder that is walked tells how many it passed over; named by itself, it is taken."""
    site = laid(tmp_path / "site", {"mkdocs.yml": "site_name: Ships", "a.md": "Sails.\n"})
    gathered = gather([site], None, LANGUAGES)
    assert [source.name for source in gathered.sources] == [str(site / "a.md")]
    assert gathered.skipped == {".yml (site configuration)": 1}
    named = gather([site / "mkdocs.yml"], None, LANGUAGES)
    assert [source.format for source in named.sources] == ["yaml"]


def test_a_link_that_leads_out_of_the_inbox_tells_nothing(tmp_path: Path) -> None:
    """What a configuration in the inbox links to elsewhere is not read."""
    outside = laid(tmp_path / "outside", {"conf.py": 'extensions = ["myst_parser"]'})
    inbox = laid(
        tmp_path / "inbox",
        {"briefing.toml": 'source_lang = "en"\ntarget_lang = ["de"]\n', "page.md": "Oars.\n"},
    )
    (inbox / "conf.py").symlink_to(outside / "conf.py")
    intake = take_inbox(
        Settings(inbox=str(inbox), outbox=str(tmp_path / "outbox")),
        tmp_path / "state",
        "tonight",
        datetime.now(UTC) + timedelta(minutes=1),
    )
    assert [one.job.format for one in intake.accepted] == ["markdown"]
