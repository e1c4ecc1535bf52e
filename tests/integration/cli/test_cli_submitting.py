"""Handing in by command: what is taken, and what is said of the rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.cli.cli_samples import Nightdesk


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
            "alone, dialect, paths, by_key, protect, notes, metadata, glossary_ids",
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
        (
            {"nightdesk.toml": "protect = ['(?=x)']\n", "a.md": "x"},
            "submit a.md --from de --to en",
            "nightdesk.toml: protect: the pattern '(?=x)' is no regular expression of RE2: invalid "
            "perl operator: (?=; it has no look-around and no references to groups",
        ),
        (
            {"b.toml": "protect = ['x*']\n", "a.md": "x"},
            "submit a.md --briefing b.toml --from de --to en",
            "b.toml: protect: the pattern 'x*' fits where nothing stands; say what must stand "
            "there, such as x+ instead of x*",
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
