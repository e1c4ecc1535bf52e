"""The inbox: what lies there becomes jobs, and moves aside once they are durable."""

from __future__ import annotations

import os
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain.job.job import Job
from domain.settings import Settings
from storage.readmodel.readmodel import ReadModel
from tasks.intake.inbox import not_taken, take_inbox
from tasks.intake.queueing import Intake, Submitter, present_owner
from tasks.intake.submitter import gather

NOW = datetime(2026, 3, 6, 22, 0, tzinfo=UTC)
LONG_AGO = NOW - timedelta(hours=1)
BRIEFING = 'source_lang = "de"\ntarget_lang = ["en", "fr"]\n'


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


def put(inbox: Path, name: str, content: str | bytes, changed: datetime = LONG_AGO) -> Path:
    path = inbox / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    os.utime(path, (changed.timestamp(), changed.timestamp()))
    return path


def taken(inbox: Path, night: str = "night-1") -> Intake:
    home = inbox.parent / "home"
    return take_inbox(Settings(inbox=str(inbox)), home, night, NOW)


def stored(inbox: Path) -> list[Job]:
    with closing(ReadModel(inbox.parent / "home")) as read_model:
        return read_model.jobs()


def outputs(intake: Intake) -> list[tuple[str, str]]:
    return [(one.job.target_lang, one.job.output_path) for one in intake.accepted]


def files(inbox: Path) -> list[str]:
    return sorted(str(p.relative_to(inbox)) for p in inbox.rglob("*") if p.is_file())


def test_documents_are_wanted_in_the_nearest_briefings_languages(inbox: Path) -> None:
    """A briefing holds for its folder and those below, until a nearer one; documents move aside."""
    put(inbox, "briefing.toml", BRIEFING)
    put(inbox, "a.md", "Hallo")
    put(inbox, "shop/briefing.toml", 'source_lang = "de"\ntarget_lang = "it"\n')
    put(inbox, "shop/deep/b.txt", "Guten Tag")

    intake = taken(inbox)

    assert [("en", "a.md"), ("fr", "a.md"), ("it", "shop/deep/b.txt")] == outputs(intake)
    assert [
        ".done/night-1/a.md",
        ".done/night-1/shop/deep/b.txt",
        "briefing.toml",
        "shop/briefing.toml",
    ] == files(inbox)


def test_what_is_named_as_a_document_and_is_no_file_is_told(inbox: Path) -> None:
    """A pipe, a dangling link and a folder among documents keep nothing from being queued."""
    put(inbox, "briefing.toml", BRIEFING)
    put(inbox, "a.md", "Hallo")
    os.mkfifo(inbox / "pipe.md")
    os.mkfifo(inbox / "pipe")
    (inbox / "link.md").symlink_to("nowhere.md")
    (inbox / "folder.md").mkdir()

    intake = taken(inbox)

    assert [("en", "a.md"), ("fr", "a.md")] == outputs(intake)
    assert [
        "link.md: it is no file but a link that leads nowhere, a pipe or a device",
        "pipe.md: it is no file but a link that leads nowhere, a pipe or a device",
    ] == [line.replace(f"{inbox}/", "") for line in not_taken(intake)]


def test_a_manifest_whose_document_is_missing_moves_aside(inbox: Path) -> None:
    """The row is told, the others are queued, and the manifest is what is rejected."""
    put(inbox, "m.csv", "path,text,source_lang,target_lang\nnone.md,,de,en\n,Hallo,de,en\n")

    intake = taken(inbox)

    assert [("en", "row-3.txt")] == outputs(intake)
    assert ["m.csv:2: path: none.md: can't be read: No such file or directory"] == [
        line.replace(f"{inbox}/", "") for line in not_taken(intake)
    ]
    assert [".rejected/night-1/m.csv", ".rejected/night-1/m.csv.error.txt"] == files(inbox)


def test_what_cannot_be_moved_stays_and_is_told(inbox: Path) -> None:
    """Where files can't be moved aside, their jobs are queued all the same."""
    put(inbox, "briefing.toml", BRIEFING)
    put(inbox, "a.md", "Hallo")
    put(inbox, ".done", "a file where a folder should be")

    intake = taken(inbox)

    assert [("en", "a.md"), ("fr", "a.md")] == outputs(intake)
    assert [f"{inbox}/a.md: it can't be moved out of the way, so it stays: Not a directory"] == [
        *not_taken(intake)
    ]
    assert (inbox / "a.md").is_file()


def test_a_briefing_in_the_inbox_brings_no_document(inbox: Path) -> None:
    """A text in an inbox's briefing is told; the documents wait until it is mended."""
    put(inbox, "briefing.toml", BRIEFING + 'text = "Hallo"\n')
    put(inbox, "a.md", "Hallo")

    intake = taken(inbox)

    assert () == intake.accepted
    assert [
        f"{inbox}/briefing.toml: text: a briefing in the inbox brings no document; "
        "lay it beside as a file"
    ] == [*not_taken(intake)]
    assert ["a.md", "briefing.toml"] == files(inbox)


def test_an_outbox_within_the_inbox_is_left_alone(inbox: Path) -> None:
    """What was translated is not taken in again where the outbox or the home lies in the inbox."""
    put(inbox, "briefing.toml", BRIEFING)
    put(inbox, "results/night-0/en/a.md", "Hello")
    put(inbox, "home/notes.md", "Hello")
    settings = Settings(inbox=str(inbox), outbox=str(inbox / "results"))

    assert () == take_inbox(settings, inbox / "home", "night-1", NOW).accepted


def test_the_inbox_and_a_submission_by_hand_make_one_job(inbox: Path) -> None:
    """What one user submits by hand and leaves in the inbox is the same job, by one owner."""
    path = put(inbox, "a.md", "Hallo")
    put(inbox, "briefing.toml", 'source_lang = "de"\ntarget_lang = "en"\n')
    submitter = Submitter(
        inbox.parent / "home", present_owner(), False, lambda: NOW, lambda: "by-hand-1"
    )
    by_hand = submitter.take(gather([path], None, {"source_lang": "de", "target_lang": ["en"]}))

    by_inbox = taken(inbox)

    assert [("by-hand-1", False)] == [(one.job.job_id, one.duplicate) for one in by_hand.accepted]
    assert [("by-hand-1", True)] == [(one.job.job_id, one.duplicate) for one in by_inbox.accepted]


def test_what_is_not_taken_in_is_told_a_line_each(inbox: Path) -> None:
    """Rejected files are told with their reason, files of unknown kinds by number and suffix."""
    put(inbox, "briefing.toml", BRIEFING)
    put(inbox, "empty.md", "")
    put(inbox, "a.docs", "x")
    put(inbox, "b.docs", "x")

    lines = [line.replace(f"{inbox}/", "") for line in not_taken(taken(inbox))]

    assert [
        "empty.md: there is no text to translate in this document; leave it out",
        "2 .docs left in the inbox: no format is known for this end of a name",
    ] == lines


def test_a_night_without_an_inbox_takes_nothing(tmp_path: Path) -> None:
    """An inbox that is not there is empty."""
    assert Intake((), (), {}) == taken(tmp_path / "none")


def test_what_cannot_be_used_moves_aside_with_its_reason(inbox: Path) -> None:
    """A bad document is rejected with a text that says why; the rest is queued."""
    put(inbox, "briefing.toml", BRIEFING)
    put(inbox, "junk.txt", b"\x00\x01\xff" * 50)
    put(inbox, "good.txt", "Hallo")

    intake = taken(inbox)

    assert [("en", "good.txt"), ("fr", "good.txt")] == outputs(intake)
    assert [
        ".done/night-1/good.txt",
        ".rejected/night-1/junk.txt",
        ".rejected/night-1/junk.txt.error.txt",
        "briefing.toml",
    ] == files(inbox)
    reason = (inbox / ".rejected/night-1/junk.txt.error.txt").read_text()
    assert reason == f"{intake.rejected[0]}\n"


def test_a_document_without_a_briefing_is_rejected(inbox: Path) -> None:
    """Nobody guesses the languages of a document."""
    put(inbox, "a.md", "Hallo")

    intake = taken(inbox)

    assert ["no briefing.toml beside it or above says which languages it is wanted in"] == [
        error.message for error in intake.rejected
    ]
    assert [".rejected/night-1/a.md", ".rejected/night-1/a.md.error.txt"] == files(inbox)


def test_documents_wait_for_a_broken_briefing(inbox: Path) -> None:
    """A briefing that can't be used is named; its documents stay until it is mended."""
    put(inbox, "briefing.toml", "source_lang = \n")
    put(inbox, "a.md", "Hallo")

    intake = taken(inbox)

    assert [("briefing.toml", 1)] == [(Path(e.where or "").name, e.line) for e in intake.rejected]
    assert ["a.md", "briefing.toml"] == files(inbox)


def test_files_still_being_written_wait_for_the_next_night(inbox: Path) -> None:
    """A document that changed a second ago stays, and so does the manifest that names it."""
    put(inbox, "briefing.toml", BRIEFING)
    put(inbox, "fresh.md", "Hallo", changed=NOW - timedelta(seconds=1))
    put(inbox, "named.md", "Hallo", changed=NOW - timedelta(seconds=1))
    put(inbox, "m.csv", "path\nnamed.md\n")

    assert () == taken(inbox).accepted
    assert ["briefing.toml", "fresh.md", "m.csv", "named.md"] == files(inbox)


def test_a_manifest_speaks_for_the_documents_it_names(inbox: Path) -> None:
    """A document in a manifest is queued as its row says, not also by its folder's briefing."""
    put(inbox, "briefing.toml", BRIEFING)
    put(inbox, "terms.csv", "term,it\nLager,magazzino\n")
    put(inbox, "a.md", "Hallo")
    put(inbox, "m.csv", "path,target_lang\na.md,it\n")

    intake = taken(inbox)

    assert [("it", "a.md")] == outputs(intake)
    assert [".done/night-1/a.md", ".done/night-1/m.csv", "briefing.toml", "terms.csv"] == (
        files(inbox)
    )


def test_a_manifest_with_a_bad_row_is_kept_with_the_reasons(inbox: Path) -> None:
    """Good rows are queued; the manifest is rejected with its bad rows named."""
    put(inbox, "m.csv", "text,source_lang,target_lang\nHallo,de,en\nHallo,de,\n")

    intake = taken(inbox)

    assert [("en", "row-2.txt")] == outputs(intake)
    assert [".rejected/night-1/m.csv", ".rejected/night-1/m.csv.error.txt"] == files(inbox)
    assert (
        f"{inbox}/m.csv:3: target_lang: not given; say it with --to, in the briefing or in the "
        "manifest\nRows that are not named here are queued; hand in the others alone.\n"
    ) == (inbox / ".rejected/night-1/m.csv.error.txt").read_text()


def test_documents_wait_beside_a_manifest_that_cannot_be_read(inbox: Path) -> None:
    """A document that a broken manifest may name is not rejected for having no briefing."""
    put(inbox, "m.csv", "path,colour\na.md,red\n")
    put(inbox, "a.md", "Hallo")

    intake = taken(inbox)

    assert ["m.csv"] == [Path(error.where or "").name for error in intake.rejected]
    assert [".rejected/night-1/m.csv", ".rejected/night-1/m.csv.error.txt", "a.md"] == files(inbox)


def test_a_manifest_names_nothing_outside_of_the_inbox(inbox: Path) -> None:
    """Who may put files into the inbox can't have others read through it."""
    (inbox.parent / "secret.txt").write_text("Geheim")
    put(inbox, "m.csv", "path,source_lang,target_lang\n../secret.txt,de,en\n")

    intake = taken(inbox)

    assert () == intake.accepted
    assert ["the document lies outside of the inbox"] == [e.message for e in intake.rejected]


def test_a_kill_before_the_move_neither_loses_nor_doubles(inbox: Path) -> None:
    """What is queued and still lies in the inbox becomes the job that is there already."""
    put(inbox, "briefing.toml", BRIEFING)
    put(inbox, "a.md", "Hallo")
    put(inbox, "b.md", "Hallo")
    before = taken(inbox)
    for name in ("a.md", "b.md"):
        (inbox / ".done/night-1" / name).rename(inbox / name)

    after = taken(inbox, "night-2")

    assert [o.job.job_id for o in before.accepted] == [o.job.job_id for o in after.accepted]
    assert 4 == len(stored(inbox))
    assert [".done/night-2/a.md", ".done/night-2/b.md", "briefing.toml"] == files(inbox)


def test_other_kinds_of_files_stay_and_are_counted(inbox: Path) -> None:
    """An image beside documents is left where it is."""
    put(inbox, "briefing.toml", BRIEFING)
    put(inbox, "logo.png", b"\x89PNG")

    assert {".png": 1} == taken(inbox).skipped
    assert ["briefing.toml", "logo.png"] == files(inbox)
