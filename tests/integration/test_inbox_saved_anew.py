"""What goes to `.done` is what was queued, whenever the file is saved anew."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from storage.lake import Lake
from storage.layout.documents import Documents
from tasks.intake import putting_away
from tests.integration.test_inbox import (
    BRIEFING,
    LONG_AGO,
    files,
    inbox,
    outputs,
    put,
    stored,
    taken,
)

__all__ = ["inbox"]

ENGLISH = 'source_lang = "de"\ntarget_lang = "en"\n'


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
    """Has something done once the documents are read and their jobs durable."""

    def then(act: Callable[[], object]) -> None:
        submit = Lake.submit
        acts = [act]

        def submitted(self: Lake, jobs: list) -> list:  # type: ignore[type-arg]
            done = submit(self, jobs)
            while acts:
                acts.pop()()
            return done

        monkeypatch.setattr(Lake, "submit", submitted)

    return then


def texts(folder: Path) -> list[str]:
    """The texts that are queued."""
    documents = Documents(folder.parent / "home")
    return [documents.get(job.document).decode() for job in stored(folder)]


def test_a_document_that_is_saved_anew_stays(
    inbox: Path, meanwhile: Callable[[Callable[[], object]], None]
) -> None:
    """The new text, in the same file or in one that replaces it, is the next night's."""
    put(inbox, "briefing.toml", ENGLISH)
    put(inbox, "a.md", "Alt")
    put(inbox, "b.md", "Alt und b")
    put(inbox, "c.md", "Alt und c")
    put(inbox, ".b.md.swp", "Neues b")

    def save() -> None:
        put(inbox, "a.md", "Neu")
        (inbox / ".b.md.swp").replace(inbox / "b.md")

    meanwhile(save)

    assert [("en", "a.md"), ("en", "b.md"), ("en", "c.md")] == outputs(taken(inbox))
    assert [".done/night-1/c.md", "a.md", "b.md", "briefing.toml"] == files(inbox)
    assert [("en", "a.md"), ("en", "b.md")] == outputs(taken(inbox, "night-2"))
    assert ["Alt", "Alt und b", "Alt und c", "Neu", "Neues b"] == sorted(texts(inbox))
    assert "Neu" == (inbox / ".done/night-2/a.md").read_text()


def test_a_rejected_document_that_is_mended_stays(
    inbox: Path, meanwhile: Callable[[Callable[[], object]], None]
) -> None:
    """What was found wrong with the old text is no reason to put the new one aside."""
    put(inbox, "briefing.toml", ENGLISH)
    put(inbox, "a.md", b"\0\1\2")
    put(inbox, "b.md", "Hallo")
    meanwhile(lambda: put(inbox, "a.md", "Neu"))

    assert 1 == len(taken(inbox).rejected)
    assert [".done/night-1/b.md", "a.md", "briefing.toml"] == files(inbox)


def test_a_manifest_and_what_it_names_stay_together(
    inbox: Path, meanwhile: Callable[[Callable[[], object]], None]
) -> None:
    """Where one document of it changed, none goes: it needs its row, and the row its file."""
    put(inbox, "m.csv", "path,source_lang,target_lang\na.md,de,en\nsub/../b.md,de,en\n")
    put(inbox, "a.md", "Alt")
    put(inbox, "b.md", "Auch alt")
    put(inbox, "sub/n.csv", "text,source_lang,target_lang\nWelt,de,en\n")
    meanwhile(lambda: put(inbox, "b.md", "Neu"))

    assert 3 == len(taken(inbox).accepted)
    assert [".done/night-1/sub/n.csv", "a.md", "b.md", "m.csv"] == files(inbox)

    again = taken(inbox, "night-2")

    assert [True, False] == [one.duplicate for one in again.accepted]
    assert [".done/night-1/sub/n.csv"] == [f for f in files(inbox) if "night-2" not in f]


def test_a_manifest_that_is_saved_anew_stays(
    inbox: Path, meanwhile: Callable[[Callable[[], object]], None]
) -> None:
    """Its new rows are the next night's."""
    put(inbox, "m.csv", "text,source_lang,target_lang\nHallo,de,en\n")
    meanwhile(lambda: put(inbox, "m.csv", "text,source_lang,target_lang\nHallo,de,en\nWelt,de,en"))

    assert 1 == len(taken(inbox).accepted)
    assert ["m.csv"] == files(inbox)
    assert [True, False] == [one.duplicate for one in taken(inbox, "night-2").accepted]


def test_a_file_that_someone_has_open_to_write_stays(inbox: Path) -> None:
    """What is written to it after it was read would lie in `.done` and never be translated."""
    put(inbox, "briefing.toml", ENGLISH)
    with put(inbox, "a.md", "Hallo").open("r+") as writer:
        assert [("en", "a.md")] == outputs(taken(inbox))
        assert ["a.md", "briefing.toml"] == files(inbox)
        writer.write("Welt!")
    os.utime(inbox / "a.md", (LONG_AGO.timestamp(), LONG_AGO.timestamp()))

    assert [False] == [one.duplicate for one in taken(inbox, "night-2").accepted]
    assert "Welt!" == (inbox / ".done/night-2/a.md").read_text()


@pytest.mark.parametrize("dies_at", ["_is_as_read", "_renamed"])
def test_what_a_dead_night_left_aside_is_put_back(
    inbox: Path, monkeypatch: pytest.MonkeyPatch, dies_at: str
) -> None:
    """A night that dies between setting aside and moving loses nothing, and pays for none twice."""
    put(inbox, "briefing.toml", BRIEFING)
    put(inbox, "a.md", "Hallo")
    put(inbox, "sub/b.md", "Welt")

    class Killed(BaseException):
        pass

    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(putting_away, dies_at, die)
        with pytest.raises(Killed):
            taken(inbox)
    assert [".taking/.done/a.md", ".taking/.done/sub/b.md", "briefing.toml"] == files(inbox)
    put(inbox, "a.md", "Neu")

    again = taken(inbox, "night-2")

    assert [("a.md", True), ("a.md", False), ("sub/b.md", True)] == sorted(
        ((o.job.output_path, o.duplicate) for o in again.accepted if o.job.target_lang == "en"),
        key=lambda pair: (pair[0], not pair[1]),
    )
    assert [
        ".done/night-2/a-2.md",
        ".done/night-2/a.md",
        ".done/night-2/sub/b.md",
        "briefing.toml",
    ] == files(inbox)
