"""Commands for a home as a whole: damage, newer homes, verifying, keys."""

from __future__ import annotations

import json
import shutil
from contextlib import closing
from pathlib import Path

import pytest

from storage.control.keys import Caller, Keys
from storage.lake import Lake
from storage.layout.documents import Documents
from storage.layout.manifest_content import FORMAT, encoded
from tasks.intake.submitter import present_owner
from tests.integration.cli.cli_samples import DONE, QUEUED, Nightdesk, job


def test_compacting_says_what_it_did(nightdesk: Nightdesk, filled: Path) -> None:
    """Compacting makes a part of what is sealed, and then finds nothing more to do."""
    with closing(Lake.create(filled)) as lake:
        lake.seal([DONE])
    before = nightdesk("result", DONE, "--json").json

    nothing = {"jobs": 0, "documents": 0}
    compacted = {"days": 1, "groups": 1, "parts": 1, "gone": nothing}
    assert nightdesk("compact", "--json").json == compacted
    assert nightdesk("compact").out == "nothing was to be compacted\n"
    assert before == nightdesk("result", DONE, "--json").json


def test_a_damaged_home_is_refused(
    nightdesk: Nightdesk, filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the manifest is gone, each command that needs it says so, and takes nothing away."""
    with closing(Lake.create(filled)) as lake:
        lake.seal([DONE])
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-sim-x")
    (tmp_path / "more.md").write_text("Noch ein Text.\n")
    (filled / "manifest.json").unlink()
    before = {path: path.read_bytes() for path in sorted(filled.glob("[lds]*/**/*.*"))}
    words = (
        "error: manifest.json is not there, and version 1 was published;"
        " `nightdesk rebuild manifest` makes it anew from the sealed files\n"
    )

    for command in (
        ["jobs"],
        ["status", DONE],
        ["result", DONE],
        ["costs"],
        ["catalog"],
        ["compact"],
        ["submit", "more.md", "--from", "de", "--to", "en"],
        ["run"],
    ):
        ended = nightdesk(*command)
        assert (3, "", words) == (ended.code, ended.out, ended.err), command

    assert before == {path: path.read_bytes() for path in sorted(filled.glob("[lds]*/**/*.*"))}


def test_a_manifest_is_made_anew(nightdesk: Nightdesk, filled: Path) -> None:
    """A manifest that is gone is made anew by a command; what stands in its way is an error."""
    with closing(Lake.create(filled)) as lake:
        lake.seal([DONE])
    jobs = nightdesk("jobs").out
    assert nightdesk("rebuild", "manifest").out == "the manifest is sound; nothing was changed\n"

    (filled / "manifest.json").unlink()
    assert nightdesk("rebuild", "manifest").out == "the manifest names 1 groups of 1 jobs\n"
    assert jobs == nightdesk("jobs").out

    (filled / "manifest.json").unlink()
    shutil.rmtree(filled / "live" / DONE)
    (calls,) = filled.glob("sealed/2026-03-06/calls-*")
    calls.unlink()
    ended = nightdesk("rebuild", "manifest")
    assert (3, "the manifest was not made anew; nothing was changed\n") == (ended.code, ended.out)
    assert f"{DONE} are nowhere else: {calls.relative_to(filled)}: it is not there" in ended.err


def test_a_newer_home_is_refused(nightdesk: Nightdesk, filled: Path, tmp_path: Path) -> None:
    """A home that a newer version has written is refused by every command, with both numbers."""
    path = filled / "manifest.json"
    fields = json.loads(path.read_text())
    del fields["sha256"]
    path.write_bytes(encoded({**fields, "format": FORMAT + 1, "more": {}}))
    (tmp_path / "more.md").write_text("Noch ein Text.\n")
    (tmp_path / "memory.tmx").write_text("<tmx/>")
    before = {p: p.read_bytes() for p in sorted(filled.glob("[!c]*/**/*.*"))}

    for command in (
        ["jobs"],
        ["result", DONE],
        ["compact"],
        ["verify"],
        ["rebuild", "manifest"],
        ["keys", "add", "me"],
        ["webhooks", "list"],
        ["memory", "import", "memory.tmx"],
        ["memory", "export", "out.tmx", "--from", "de", "--to", "en"],
        ["submit", "more.md", "--from", "de", "--to", "en"],
    ):
        ended = nightdesk(*command)
        assert (3, "") == (ended.code, ended.out), command
        assert ended.err == (
            f"error: manifest.json: the lake has format {FORMAT + 1}, and this Nightdesk knows"
            f" those up to {FORMAT}; use the version that wrote it, or a newer one\n"
        )

    assert before == {p: p.read_bytes() for p in sorted(filled.glob("[!c]*/**/*.*"))}


def test_verifying_says_what_it_found(nightdesk: Nightdesk, tmp_path: Path) -> None:
    """`verify` names what is wrong and what to do, and its exit code says whether it is a fault."""
    home = tmp_path / ".nightdesk"
    lake = Lake.create(home)
    store = Documents(home)
    lake.submit([job(QUEUED, document=store.put(b"Hello"), briefing=store.put(b"{}"))])
    lake.close()
    counts = "1 jobs, 0 segments, 0 calls and 2 documents"
    assert nightdesk("verify").out == f"{counts}: no faults, no leftovers\n"

    (home / "live" / "no job.9").mkdir()
    ended = nightdesk("verify")
    assert (0, f"{counts}: no faults, 1 leftover") == (ended.code, ended.out.splitlines()[-1])

    hello = "185f8db32271fe25f561a6fc938b2e264306ec304eda518007d1764826381969"
    (home / "documents" / "18" / hello).unlink()
    ended = nightdesk("verify")
    assert 1 == ended.code
    assert ended.out.splitlines()[:2] == [
        f"fault: missing document: documents/18/{hello}: job {QUEUED}: it is not there",
        "  what to do: restore it from a backup (docs/backup.md),"
        " or submit its document with --again",
    ]
    ended = nightdesk("verify", "--json")
    assert 1 == ended.code
    assert [fault["kind"] for fault in ended.json["faults"]] == ["missing document"]
    assert [left["place"] for left in ended.json["leftovers"]] == ["live/no job.9"]


def test_a_key_is_printed_once(nightdesk: Nightdesk, tmp_path: Path) -> None:
    """A key opens the door until it is revoked; the list shows names, never keys."""
    key = nightdesk("keys", "add", "dashboard").out.strip()
    with closing(Keys(tmp_path / ".nightdesk")) as keys:
        assert Caller("dashboard", present_owner()) == keys.caller_of(key)
        listed = nightdesk("keys", "list")
        assert ["dashboard"] == [
            k["name"] for k in nightdesk("keys", "list", "--json").json["keys"]
        ]
        assert key not in listed.out
        assert "the key 'dashboard' opens nothing any more\n" == (
            nightdesk("keys", "revoke", "dashboard").out
        )
        assert keys.caller_of(key) is None


def test_a_key_reads_the_jobs_of_whom_it_says(nightdesk: Nightdesk) -> None:
    """A key reads one owner's jobs or, as an operator's, those of all; never both."""
    assert "anna" == nightdesk("keys", "add", "a", "--owner", "anna", "--json").json["owner"]
    assert nightdesk("keys", "add", "b", "--operator", "--json").json["owner"] is None

    refused = nightdesk("keys", "add", "c", "--operator", "--owner", "anna")

    assert (2, "error: --owner: give --owner or --operator, not both\n") == (
        refused.code,
        refused.err,
    )
    assert ["anna", None] == [k["owner"] for k in nightdesk("keys", "list", "--json").json["keys"]]
