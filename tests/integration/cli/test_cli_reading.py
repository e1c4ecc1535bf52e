"""What commands tell of jobs, costs and texts."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import duckdb

from api.reading.answers import Answers
from storage.readmodel.readmodel import ReadModel
from tests.integration.cli.cli_samples import DONE, KILLED, QUEUED, Ended, Nightdesk


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


def test_segments_go_by_what_is_protected(nightdesk: Nightdesk, tmp_path: Path) -> None:
    """No sentence ends within what the settings protect, and one of nothing else is none."""
    (tmp_path / "nightdesk.toml").write_text("protect = ['<<.*?>>']\n")

    ended = nightdesk("segment", "--lang", "en", stdin=b"See <<No. It is>> here.\n\n<<Alone.>>")

    assert '{"id": 0, "text": "See <<No. It is>> here."}\n' == ended.out


def test_an_empty_text_has_no_segments(nightdesk: Nightdesk) -> None:
    """Nothing in gives nothing out, and all is well."""
    assert Ended(0, "", "") == nightdesk("segment", "--lang", "de")


def test_text_that_is_no_utf8_is_said(nightdesk: Nightdesk) -> None:
    """Junk on standard input is bad input."""
    ended = nightdesk("segment", "--lang", "de", stdin=b"abc\xff")

    assert (2, "error: standard input: not UTF-8 at byte 3\n") == (ended.code, ended.err)
