"""The command line as people and scripts use it: output, JSON and exit codes."""

from __future__ import annotations

import io
import json
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb
import pytest
import typer
from typer.testing import CliRunner

from api.reading.answers import Answers
from cli.commands import COMMANDS, ROOMS, loaded
from cli.main import application, main
from domain.cost.call import Call
from domain.job.job import Job, JobStatus
from domain.job.notes import LoggedError, Note, NoteType
from domain.job.segment import Segment, SegmentStatus
from domain.usage import TokenUsage
from storage.control.keys import Caller, Keys
from storage.control.leases import Leases
from storage.lake import Lake
from storage.layout.documents import Documents
from storage.layout.manifest_content import FORMAT, encoded
from storage.readmodel.readmodel import ReadModel
from tasks.intake.submitter import present_owner

NOW = datetime(2026, 3, 6, 10, 0, tzinfo=UTC)
DONE = "01a00000-0000-7000-8000-000000000001"
KILLED = "01a00000-0000-7000-8000-000000000002"
QUEUED = "01a00000-0000-7000-8000-000000000003"


@dataclass
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Nightdesk = Callable[..., Ended]


@pytest.fixture
def nightdesk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> Nightdesk:
    """Calls the command in a working folder of its own."""
    monkeypatch.chdir(tmp_path)
    for name in ("NIGHTDESK_HOME", "ANTHROPIC_API_KEY", "PREFECT_API_URL", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)

    def call(*words: str, stdin: bytes = b"") -> Ended:
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
            code = main(words)
        sys.stdout.flush()
        out, err = capfdbinary.readouterr()
        return Ended(code, out.decode(), err.decode())

    return call


def job(job_id: str, **changes: Any) -> Job:
    return replace(
        Job(
            job_id=job_id,
            owner="ann",
            source_path="docs/a.md",
            output_path="docs/a.md",
            format="markdown",
            source_lang="de",
            target_lang="en",
            briefing="{}",
            document="0" * 64,
            content_key=job_id,
            created_at=NOW,
            source_review=False,
        ),
        **changes,
    )


@pytest.fixture
async def filled(tmp_path: Path) -> Path:
    """A home with a completed job, one whose run was killed, and a queued one."""
    home = tmp_path / ".nightdesk"
    lake, leases = Lake.create(home), Leases(home)
    lake.submit([job(DONE), job(KILLED, source_path="docs/b.md"), job(QUEUED)])
    leases.open_run("a-run", NOW)
    for job_id in (DONE, KILLED):
        fence = leases.take(job_id, "a-run", NOW)
        assert fence is not None
        lake.hold(job_id, fence)
    await lake.commit(DONE, **done(Documents(home).put(b"# Hello\n")))
    under_way = {"status": JobStatus.PROCESSING, "attempt": 1, "attempt_open": True}
    await lake.commit(KILLED, job=job(KILLED, source_path="docs/b.md", **under_way))
    await lake.settle()
    leases.close_run("a-run")
    leases.close()
    lake.close()
    return home


def done(output: str) -> dict[str, Any]:
    usage = TokenUsage(uncached_input_tokens=1200, output_tokens=800)
    ended = job(
        DONE,
        status=JobStatus.COMPLETED,
        supervised=True,
        finalized=True,
        attempt=1,
        output=output,
        segment_count=1,
        source_words=1,
        target_words=1,
        qa_score=96.0,
        started_at=NOW,
        finished_at=NOW,
    )
    call = Call(
        call_id="c1",
        job_id=DONE,
        stage="translator",
        task="translate",
        attempt=1,
        segment_ids=(0,),
        engine="claude",
        model="claude-sonnet-5-5",
        transport="messages",
        usage=usage,
        cost_usd=Decimal("0.0016"),
        cost_eur=Decimal("0.0014"),
        eur_per_usd=Decimal("0.875"),
        price_version="p",
        prompt_version="q",
        latency_ms=10,
        stop_reason="end_turn",
        outcome="ok",
        request_id=None,
        simulated=False,
        started_at=NOW,
    )
    segment = Segment(
        DONE, 0, SegmentStatus.DONE, "Hallo", 1, "Hello", qa_score=96.0, retry_count=1
    )
    return {
        "job": ended,
        "segments": [segment],
        "calls": [call],
        "notes": [Note(DONE, 0, NoteType.LOW_CONFIDENCE, "A pun.", "translator", NOW)],
        "errors": [LoggedError(DONE, 0, "overloaded_error", "Busy.", "translator", NOW)],
    }


# Submitting


def test_submit_prints_its_jobs_as_json(nightdesk: Nightdesk, tmp_path: Path) -> None:
    """A job a document and language, with what a script needs; again, they are duplicates."""
    (tmp_path / "a.md").write_text("Hallo")
    words = ("submit", "a.md", "--from", "de", "--to", "en", "--to", "fr", "--json")

    first, again = nightdesk(*words), nightdesk(*words)

    assert (0, 0) == (first.code, again.code)
    assert [
        {"path": "a.md", "target_lang": lang, "status": "queued", "duplicate": False}
        for lang in ("en", "fr")
    ] == [{k: v for k, v in one.items() if k != "job_id"} for one in first.json["jobs"]]
    assert [{**one, "duplicate": True} for one in first.json["jobs"]] == again.json["jobs"]


def test_submit_prints_a_table_for_people(nightdesk: Nightdesk, tmp_path: Path) -> None:
    """What was queued, how many, and what was passed over."""
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "a.md").write_text("Hallo")
    (docs / "b.png").write_text("x")

    ended = nightdesk("submit", "docs", "--from", "de", "--to", "en")

    head, row, *rest = ended.out.splitlines()
    assert ["job", "document", "languages", "status"] == head.split()
    assert ["docs/a.md", "de", "→", "en", "queued"] == row.split()[1:]
    assert ["1 queued", "1 passed over: 1 .png"] == rest


def test_a_manifest_in_a_folder_is_told(nightdesk: Nightdesk, tmp_path: Path) -> None:
    """Who wanted the table translated learns how; a file that is named is a document."""
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "a.md").write_text("Hallo")
    (docs / "b.csv").write_text("id,text\n1,Guten Abend\n")

    in_folder = nightdesk("submit", "docs", "--from", "de", "--to", "en")
    named = nightdesk("submit", "docs/b.csv", "--from", "de", "--to", "en", "--json")

    assert "1 passed over: 1 .csv (manifest)" in in_folder.out
    assert "or name it to have it translated itself" in in_folder.out
    assert ["b.csv"] == [Path(one["path"]).name for one in named.json["jobs"]]


def test_submit_names_what_is_bad_and_queues_the_rest(nightdesk: Nightdesk, tmp_path: Path) -> None:
    """One bad row of a manifest makes the exit code 2, and the good one is queued."""
    (tmp_path / "m.csv").write_text("text,source_lang,target_lang\nHallo,de,en\n,de,en\n")

    ended = nightdesk("submit", "--manifest", "m.csv", "--json")

    assert 2 == ended.code
    assert ["m.csv: row-2"] == [one["path"] for one in ended.json["jobs"]]
    assert "error: m.csv:3: path: give the document as path, text or texts\n" == ended.err


def test_a_file_that_is_not_there_is_said(nightdesk: Nightdesk) -> None:
    """A path that leads nowhere is bad input."""
    ended = nightdesk("submit", "a.md", "--from", "de", "--to", "en")

    assert (2, "error: a.md: there is no such file or folder\n") == (ended.code, ended.err)


@pytest.mark.parametrize(
    ("files", "words", "message"),
    [
        ({}, "submit", "PATH: give files, folders or --manifest"),
        ({}, "submit --nonsense", "No such option: --nonsense"),
        ({}, "nonsense", "No such command 'nonsense'."),
        ({}, "status", "Missing argument 'JOB'."),
        (
            {"a.md": "x"},
            "submit a.md --from de --to klingonisch",
            "target_lang: 'klingonisch' is no language code; write one by BCP-47, such as 'de', "
            "'en' or 'pt-BR'",
        ),
        (
            {"b.toml": 'tone = "x"\nsource_lang = \n'},
            "submit --briefing b.toml",
            "b.toml:2: not TOML: Invalid value",
        ),
        (
            {"b.toml": 'tonne = "x"\n', "a.md": "x"},
            "submit a.md --briefing b.toml --from de --to en",
            "b.toml: tonne: unknown field; known are source_lang, target_lang, domain, tone, "
            "text_type, instructions, style_reference, glossary, constraints, source_review, "
            "paths, notes, metadata, glossary_ids",
        ),
        (
            {"g.csv": "term,context\nLager,x\n"},
            "submit a.md --from de --to en --glossary g.csv",
            "g.csv:1: no column holds translations; add one named by a target language, such as "
            "'de'",
        ),
        (
            {"nightdesk.toml": "max_jobs = 'many'\n"},
            "jobs",
            "nightdesk.toml: max_jobs: Input should be a valid integer, unable to parse string as "
            "an integer",
        ),
        ({"nightdesk.toml": "[broken\n"}, "jobs", None),
        ({}, "status 0000", "no job '0000'"),
        ({}, "result ../../etc/passwd", "no job '../../etc/passwd'"),
        ({}, "costs --since yesterday", None),
        ({}, "costs --by colour", None),
        ({}, "segment --lang ??", None),
        ({}, "keys revoke nobody", "NAME: no key is named 'nobody'"),
    ],
)
def test_bad_input_is_one_clear_line_and_exit_code_2(
    nightdesk: Nightdesk, tmp_path: Path, files: dict[str, str], words: str, message: str | None
) -> None:
    """Whatever can't be used is said on standard error, where and why, without a traceback."""
    for name, content in files.items():
        (tmp_path / name).write_text(content)

    ended = nightdesk(*words.split())

    assert (2, "") == (ended.code, ended.out)
    assert ended.err.startswith("error: ")
    assert 1 == ended.err.count("\n")
    if message is not None:
        assert f"error: {message}\n" == ended.err


def test_a_home_that_cannot_be_made_is_a_wrong_environment(
    nightdesk: Nightdesk, tmp_path: Path
) -> None:
    """A home below a file ends with exit code 3."""
    (tmp_path / "file").write_text("")
    (tmp_path / "a.md").write_text("Hallo")

    ended = nightdesk("submit", "a.md", "--from", "de", "--to", "en", "--home", "file/home")

    assert 3 == ended.code
    assert ended.err.startswith("error: ")


# Reading


def test_jobs_are_listed_as_they_stand_now(nightdesk: Nightdesk, filled: Path) -> None:
    """A job whose run was killed is failed; a status narrows the list."""
    ended = nightdesk("jobs")

    assert (
        f"""\
job                                   document   languages  status     score  words     EUR
{DONE}  docs/a.md  de → en    completed   96.0      1  0.0014
{KILLED}  docs/b.md  de → en    failed                0  0.0000
{QUEUED}  docs/a.md  de → en    queued                0  0.0000
"""
        == ended.out
    )
    assert [KILLED] == [
        one["job_id"] for one in nightdesk("jobs", "--status", "failed", "--json").json["jobs"]
    ]
    assert "no jobs are dead\n" == nightdesk("jobs", "--status", "dead").out


def test_status_prints_the_endpoints_very_json(nightdesk: Nightdesk, filled: Path) -> None:
    """`status --json` and `result --json` are what the read-model answers, byte for byte."""
    with closing(Answers(ReadModel(filled), max_attempts=3)) as answers:
        status, result = answers.status(DONE), answers.result(DONE)

    assert status.decode() + "\n" == nightdesk("status", DONE, "--json").out
    assert result.decode() + "\n" == nightdesk("result", DONE, "--json").out


def test_status_reads_well(nightdesk: Nightdesk, filled: Path) -> None:
    """A person sees the status, what was spent, the segments and the error log."""
    assert (
        f"""\
{DONE}: completed
1,200 tokens in, 800 out, 0.0014 EUR
created 2026-03-06T10:00:00+00:00
started 2026-03-06T10:00:00+00:00
finished 2026-03-06T10:00:00+00:00
segment  status  score  corrections  error
      0  done     96.0            1
2026-03-06T10:00:00+00:00 translator, segment 0: overloaded_error: Busy.
"""
        == nightdesk("status", DONE).out
    )


def test_result_prints_the_translation_or_writes_it(
    nightdesk: Nightdesk, filled: Path, tmp_path: Path
) -> None:
    """Alone it prints the document; with --out the document lies in the file, byte for byte."""
    assert "# Hello\n" == nightdesk("result", DONE).out

    ended = nightdesk("result", DONE, "--out", "out.md")

    assert (0, "") == (ended.code, ended.out)
    assert b"# Hello\n" == (tmp_path / "out.md").read_bytes()


def test_a_result_that_is_not_there_yet_is_said(nightdesk: Nightdesk, filled: Path) -> None:
    """A job without a result says its status."""
    ended = nightdesk("result", QUEUED)

    assert (2, f"error: job {QUEUED} is queued; there is no result yet\n") == (
        ended.code,
        ended.err,
    )


def test_costs_are_sums_of_the_ledger(nightdesk: Nightdesk, filled: Path) -> None:
    """Costs are told apart as asked, in words and in JSON."""
    assert (
        """\
stage       target_lang  calls  tokens in  tokens out  cache read  cache write     USD     EUR
translator  en               1      1,200         800           0            0  0.0016  0.0014
"""
        == nightdesk("costs", "--by", "stage,target_lang").out
    )
    assert {"costs": []} == nightdesk("costs", "--since", "2026-03-07", "--json").json
    assert "nothing was spent\n" == nightdesk("costs", "--since", "2026-03-07").out
    assert [0.0014] == [row["cost_eur"] for row in nightdesk("costs", "--json").json["costs"]]


def test_a_catalog_opens_in_duckdb(nightdesk: Nightdesk, filled: Path, tmp_path: Path) -> None:
    """The catalog's file holds the views, and says how to open it."""
    ended = nightdesk("catalog", "views.duckdb")

    path = tmp_path / "views.duckdb"
    assert f"{path}\nopen it with: duckdb -readonly {path}\n" == ended.out
    with duckdb.connect(str(path), read_only=True) as connection:
        assert [(3,)] == connection.execute("SELECT count(*) FROM jobs").fetchall()


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


def test_a_name_with_a_line_break_stays_on_its_line(nightdesk: Nightdesk, tmp_path: Path) -> None:
    """Control characters of a file's name are written as escapes, in tables and in errors."""
    (tmp_path / "a\nb.md").write_text("Hallo")
    (tmp_path / "c\x1b.md").write_text("")

    ended = nightdesk("submit", "a\nb.md", "c\x1b.md", "--from", "de", "--to", "en")

    assert "a\\nb.md" in ended.out.splitlines()[1]
    assert (
        2,
        "error: c\\x1b.md: there is no text to translate in this document; leave it out\n",
    ) == (
        ended.code,
        ended.err,
    )


# Segmenting


def test_segments_are_json_lines(nightdesk: Nightdesk, tmp_path: Path) -> None:
    """A text from a file or from standard input gives one line a segment, numbered from 0."""
    text = "Das ist gut. Es geht z. B. weiter.\n\nEin „neuer“ Absatz."
    (tmp_path / "a.txt").write_text(text)
    lines = (
        '{"id": 0, "text": "Das ist gut."}\n'
        '{"id": 1, "text": "Es geht z. B. weiter."}\n'
        '{"id": 2, "text": "Ein „neuer“ Absatz."}\n'
    )

    assert lines == nightdesk("segment", "--lang", "de", "a.txt").out
    assert lines == nightdesk("segment", "--lang", "de", stdin=text.encode()).out


def test_an_empty_text_has_no_segments(nightdesk: Nightdesk) -> None:
    """Nothing in gives nothing out, and all is well."""
    assert Ended(0, "", "") == nightdesk("segment", "--lang", "de")


def test_text_that_is_no_utf8_is_said(nightdesk: Nightdesk) -> None:
    """Junk on standard input is bad input."""
    ended = nightdesk("segment", "--lang", "de", stdin=b"abc\xff")

    assert (2, "error: standard input: not UTF-8 at byte 3\n") == (ended.code, ended.err)


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


# The whole


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
    ended = subprocess.run([sys.executable, "-c", code], input=b"", capture_output=True, check=True)
    return set(ended.stderr.decode().split())


DATA = {"duckdb", "pyarrow", "pandas", "numpy"}
ENGINES = {"anthropic", "prefect", "httpx", "fastapi", "obstore", "lxml", "regex"}


@pytest.mark.parametrize("words", [["--help"], ["segment", "--help"], ["--version"]])
def test_help_imports_nothing_heavy(words: list[str]) -> None:
    """What just prints starts without what takes long to import."""
    assert set() == imported(DATA | ENGINES | {"pydantic", "asyncio"}, *words)


def test_a_light_command_imports_nothing_heavy() -> None:
    """`nightdesk segment` starts without what keeps data and what asks models."""
    assert set() == imported(DATA | ENGINES - {"regex"}, "segment", "--lang", "de")


async def test_looking_imports_just_what_reads(filled: Path) -> None:
    """`jobs` and `costs` ask DuckDB, `status` reads a file; no more than that is imported."""
    home = ["--home", str(filled)]
    names = DATA | ENGINES | {"rich.console"}

    assert {"duckdb"} == imported(names, "jobs", *home)
    assert {"duckdb"} == imported(names, "costs", *home)
    assert "duckdb" not in imported(names - {"numpy"}, "status", DONE, *home)
    assert {"pyarrow"} == imported(names - {"numpy"}, "status", DONE, *home)


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
        timeout=60,
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
