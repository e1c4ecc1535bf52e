"""Intake: files, folders, manifests and briefings become queued jobs, each content once."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from domain.briefing import Briefing
from domain.errors import BriefingError
from domain.job.job import Job, JobStatus
from storage.control.submissions import Submissions
from storage.lake import Lake
from storage.layout.documents import Documents
from storage.readmodel.readmodel import ReadModel
from tasks.intake.briefings import read_briefing_file
from tasks.intake.submitter import Intake, Submitter, gather

NOW = datetime(2026, 3, 6, 22, 0, tzinfo=UTC)
DE_EN: dict[str, Any] = {"source_lang": "de", "target_lang": ["en"]}


def numbered_ids() -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"01a00000-0000-7000-8000-{next(numbers):012d}"


@pytest.fixture
def submitter(tmp_path: Path) -> Submitter:
    return Submitter(tmp_path / "home", "ann", False, lambda: NOW, numbered_ids())


def written(folder: Path, **files: str | bytes) -> Path:
    for name, content in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def submitted(
    submitter: Submitter,
    *paths: Path,
    fields: dict[str, Any] = DE_EN,
    manifest: Path | None = None,
    again: bool = False,
) -> Intake:
    return submitter.take(gather(paths, manifest, fields), again=again)


def ids(intake: Intake) -> list[str]:
    return [one.job.job_id for one in intake.accepted]


def outputs(intake: Intake) -> list[tuple[str, str]]:
    return [(one.job.target_lang, one.job.output_path) for one in intake.accepted]


def stored(submitter: Submitter) -> list[Job]:
    with closing(ReadModel(submitter.home)) as read_model:
        return read_model.jobs()


def briefing_of(submitter: Submitter, job: Job) -> Briefing:
    return Briefing.model_validate_json(Documents(submitter.home).get(job.briefing))


def said(intake: Intake, folder: Path) -> list[str]:
    return [str(error).replace(f"{folder}/", "") for error in intake.rejected]


def test_a_document_becomes_a_durable_job_for_each_language(
    submitter: Submitter, tmp_path: Path
) -> None:
    """A document into two languages is two queued jobs in the lake, with its bytes stored."""
    written(tmp_path, a_md="# Hallo\n")
    fields = {"source_lang": "DE", "target_lang": ["en", "pt_br"], "tone": "friendly"}

    intake = submitted(submitter, tmp_path / "a.md", fields=fields)

    first, second = (one.job for one in intake.accepted)
    assert [first, second] == stored(submitter)
    assert ("de", "en", "pt-BR") == (first.source_lang, first.target_lang, second.target_lang)
    assert (JobStatus.QUEUED, "markdown", "ann", NOW) == (
        first.status,
        first.format,
        first.owner,
        first.created_at,
    )
    assert (str(tmp_path / "a.md"), "a.md") == (first.source_path, first.output_path)
    assert ["friendly"] * 2 == [briefing_of(submitter, job).tone for job in (first, second)]
    assert b"# Hallo\n" == Documents(submitter.home).get(first.document)


def test_jobs_with_the_same_briefing_share_one_stored_briefing(
    submitter: Submitter, tmp_path: Path
) -> None:
    """A job's row holds its briefing's hash only; alike briefings are stored once a language."""
    written(tmp_path, a_md="Hallo", b_md="Welt")
    fields = {"source_lang": "de", "target_lang": ["en", "fr"], "instructions": "Be brief. " * 100}

    intake = submitted(submitter, tmp_path / "a.md", tmp_path / "b.md", fields=fields)

    a_en, a_fr, b_en, b_fr = (one.job.briefing for one in intake.accepted)
    assert (a_en, a_fr) == (b_en, b_fr)
    assert (64, 64) == (len(a_en), len(a_fr))
    assert 4 == sum(1 for path in (submitter.home / "documents").rglob("*") if path.is_file())


def test_a_pipe_or_a_device_is_refused_unread(submitter: Submitter, tmp_path: Path) -> None:
    """What may never end is not read: it is named, and the rest is queued."""
    written(tmp_path, a_md="Hallo")
    os.mkfifo(tmp_path / "pipe.md")
    (tmp_path / "zero.md").symlink_to("/dev/zero")

    intake = submitted(submitter, *(tmp_path / name for name in ("pipe.md", "zero.md", "a.md")))

    assert [("en", "a.md")] == outputs(intake)
    assert [
        "pipe.md: it is no file but a pipe or a device; hand in a file",
        "zero.md: it is no file but a pipe or a device; hand in a file",
    ] == said(intake, tmp_path)


def test_a_folder_is_walked_in_order_without_what_is_hidden(
    submitter: Submitter, tmp_path: Path
) -> None:
    """A folder gives its documents by name, below its own name; other kinds are counted."""
    docs = written(
        tmp_path / "docs",
        b_md="B",
        a__z_txt="Z",
        a__image_png=b"\x89PNG",
        _hidden_md="H",
        _git__x_md="X",
        c_html="<p>C</p>",
    )

    intake = submitted(submitter, docs)

    assert [("en", "docs/b.md"), ("en", "docs/c.html"), ("en", "docs/a/z.txt")] == outputs(intake)
    assert {".png": 1} == intake.skipped
    assert () == intake.rejected


def test_the_same_content_and_briefing_again_is_the_job_that_is_there(
    submitter: Submitter, tmp_path: Path
) -> None:
    """Content that was submitted with the same briefing becomes no second job, unless `again`."""
    written(tmp_path, a_md="Hallo", copy__b_md="Hallo")
    first = submitted(submitter, tmp_path / "a.md")

    repeated = submitted(submitter, tmp_path / "a.md")
    renamed = submitted(submitter, tmp_path / "copy" / "b.md")
    otherwise = submitted(submitter, tmp_path / "a.md", fields={**DE_EN, "tone": "formal"})
    anew = submitted(submitter, tmp_path / "a.md", again=True)

    assert [False] == [one.duplicate for one in first.accepted]
    assert [(True, ids(first)[0])] == [(o.duplicate, o.job.job_id) for o in repeated.accepted]
    assert [(True, ids(first)[0])] == [(o.duplicate, o.job.job_id) for o in renamed.accepted]
    assert not otherwise.accepted[0].duplicate
    assert not anew.accepted[0].duplicate
    assert 3 == len(stored(submitter))


def test_documents_alike_in_one_submission_each_have_their_output(
    submitter: Submitter, tmp_path: Path
) -> None:
    """Two files of one content are two jobs, and the same two when they are submitted again."""
    docs = written(tmp_path / "docs", a_md="Hallo", b_md="Hallo")

    first = submitted(submitter, docs)
    again = submitted(submitter, docs)

    assert [("en", "docs/a.md"), ("en", "docs/b.md")] == outputs(first)
    assert ids(first) == ids(again)
    assert [True, True] == [one.duplicate for one in again.accepted]


def test_names_that_collide_get_a_number(submitter: Submitter, tmp_path: Path) -> None:
    """Files of one name from different folders don't overwrite each other's output."""
    written(tmp_path, x__a_md="Eins", y__a_md="Zwei")

    intake = submitted(submitter, tmp_path / "x" / "a.md", tmp_path / "y" / "a.md")

    assert [("en", "a.md"), ("en", "a-2.md")] == outputs(intake)


def test_what_cannot_be_used_is_named_and_the_rest_is_queued(
    submitter: Submitter, tmp_path: Path
) -> None:
    """Empty, binary, missing and unknown files are an error each; the good one is queued."""
    written(tmp_path, empty_md="", junk_txt=b"\x00\x01\x02\xff" * 40, x_pdf="%PDF", good_md="Gut.")
    names = ("empty.md", "junk.txt", "x.pdf", "none.md", "good.md")

    intake = submitted(submitter, *(tmp_path / name for name in names))

    assert [("en", "good.md")] == outputs(intake)
    assert ["x.pdf", "none.md", "empty.md", "junk.txt"] == [
        Path(error.where or "").name for error in intake.rejected
    ]
    assert "none.md: there is no such file or folder" == said(intake, tmp_path)[1]


def test_an_unreadable_file_is_an_error_of_its_own(submitter: Submitter, tmp_path: Path) -> None:
    """A file that goes away before it is read is named; nothing else is lost."""
    written(tmp_path, a_md="A.", b_md="B.")
    gathered = gather([tmp_path / "a.md", tmp_path / "b.md"], None, DE_EN)
    (tmp_path / "a.md").unlink()

    intake = submitter.take(gathered)

    assert ["a.md: can't be read: No such file or directory"] == said(intake, tmp_path)
    assert [("en", "b.md")] == outputs(intake)


def test_a_folder_without_documents_is_an_error(submitter: Submitter, tmp_path: Path) -> None:
    """A folder in which nothing can be translated is named."""
    docs = written(tmp_path / "docs", x_png="x")

    assert ["docs: there is no document in this folder"] == said(
        submitted(submitter, docs), tmp_path
    )


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (
            {"target_lang": ["en"]},
            "source_lang: not given; say it with --from, in the briefing or in the manifest",
        ),
        (
            {"source_lang": "de", "target_lang": ["tlhxyz"]},
            "target_lang: 'tlhxyz' is no language code; write one by BCP-47, such as 'de', 'en' "
            "or 'pt-BR'",
        ),
        ({**DE_EN, "source_lang": "en"}, "target_lang: source and target are both 'en'"),
    ],
)
def test_a_briefing_that_cannot_be_used_stops_the_submission(
    tmp_path: Path, fields: dict[str, Any], message: str
) -> None:
    """Missing, unknown and equal languages are said before anything is queued."""
    with pytest.raises(BriefingError) as raised:
        gather([tmp_path], None, fields)

    assert message == str(raised.value)


def test_manifest_rows_become_jobs_and_bad_rows_are_placed(
    submitter: Submitter, tmp_path: Path
) -> None:
    """Rows give paths, text and texts; a bad one is named by its row, the rest is queued."""
    written(
        tmp_path,
        docs__a_md="Hallo",
        docs__empty_txt="",
        docs__m_csv="id,path,text,texts,source_lang,target_lang\n"
        ",a.md,,,,\n"
        "greeting/1,,Guten Tag,,,en|fr\n"
        ',,,"[""Auf"", ""Zu""]",de,en\n'
        ",empty.txt,,,,\n"
        ",none.md,,,,\n"
        ",,Hallo,,,xx-bad-code\n",
    )

    intake = submitted(submitter, manifest=tmp_path / "docs" / "m.csv")

    assert [
        ("en", "a.md"),
        ("en", "greeting_1.txt"),
        ("fr", "greeting_1.txt"),
        ("en", "row-4.json"),
    ] == outputs(intake)
    assert "texts" == intake.accepted[3].job.format
    assert [5, 6, 7] == [error.line for error in intake.rejected]
    assert ["path", "path", "target_lang"] == [error.field for error in intake.rejected]
    assert (
        "docs/m.csv:6: path: docs/none.md: can't be read: No such file or directory"
        == said(intake, tmp_path)[1]
    )


def test_metadata_that_no_json_can_hold_spoils_its_own_row(
    submitter: Submitter, tmp_path: Path
) -> None:
    """An object nested too deep is an error of its row; the other rows are queued."""
    deep = "[" * 600 + "]" * 600
    row = '{"text": "Eins", "target_lang": "en", "metadata": {"a": ' + deep + "}}\n"
    written(tmp_path, m_jsonl=row + '{"text": "Zwei", "target_lang": "en"}\n')

    intake = submitted(submitter, manifest=tmp_path / "m.jsonl")

    assert [("en", "row-2.txt")] == outputs(intake)
    assert [1] == [error.line for error in intake.rejected]


def test_a_briefing_names_its_glossaries_and_may_bring_its_text(
    submitter: Submitter, tmp_path: Path
) -> None:
    """A briefing in TOML reads the glossaries it names; its own text becomes a document."""
    written(
        tmp_path,
        office_csv="term,en\nLager,warehouse\n",
        b_toml='source_lang = "de"\ntarget_lang = "en"\nglossary_ids = ["office"]\n'
        'text = "Das Lager ist voll."\n',
    )
    briefing = tmp_path / "b.toml"

    intake = submitter.take(gather([], None, read_briefing_file(briefing), briefing=briefing))

    job = intake.accepted[0].job
    assert [("en", "b.txt")] == outputs(intake)
    assert b"Das Lager ist voll." == Documents(submitter.home).get(job.document)
    assert ["Lager"] == [term.term for term in briefing_of(submitter, job).glossary]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("target_lang = 3", "target_lang: write one language or a list of them"),
        ('target_lang = ["en", 3]', "target_lang: Input should be a valid string"),
        ("glossary_ids = 7", "glossary_ids: write a list of names of glossaries"),
        (
            'glossary_ids = ["../x"]',
            "glossary_ids: '../x' is no name of a glossary; "
            "`office` stands for office.csv, office.tbx or office.json beside it",
        ),
        ("glossary = 5", "glossary: Input should be a valid list"),
        ("text = 4", "text: write a string"),
        ('texts = "Save"', 'texts: write a list of strings, such as ["Save", "Open"]'),
        ("texts = [1]", 'texts: write a list of strings, such as ["Save", "Open"]'),
        ('text = "a"\ntexts = ["b"]', "texts: give only one of text and texts"),
    ],
)
def test_a_briefings_field_of_a_wrong_kind_is_named(
    tmp_path: Path, line: str, message: str
) -> None:
    """A field of a wrong kind is an error with the briefing's file, the field and what to write."""
    briefing = tmp_path / "b.toml"
    target = "" if "target_lang" in line else 'target_lang = "en"\n'
    briefing.write_text(f'source_lang = "de"\n{target}{line}\n')

    with pytest.raises(BriefingError) as raised:
        gather([tmp_path], None, read_briefing_file(briefing), briefing=briefing)

    assert f"{briefing}: {message}" == str(raised.value)


def test_source_review_follows_the_briefing_and_else_the_setting(tmp_path: Path) -> None:
    """A briefing that doesn't speak of source review takes the setting's default."""
    written(tmp_path, a_md="Hallo")
    submitter = Submitter(tmp_path / "home", "ann", True, lambda: NOW, numbered_ids())

    default = submitted(submitter, tmp_path / "a.md")
    off = submitted(submitter, tmp_path / "a.md", fields={**DE_EN, "source_review": False})

    assert (True, False) == (
        default.accepted[0].job.source_review,
        off.accepted[0].job.source_review,
    )


def test_a_claim_whose_submitter_died_is_made_good(submitter: Submitter, tmp_path: Path) -> None:
    """A job that was claimed and never entered is entered by who submits the same again."""
    written(tmp_path, a_md="Hallo")
    probe = Submitter(tmp_path / "elsewhere", "ann", False, lambda: NOW, numbered_ids())
    key = submitted(probe, tmp_path / "a.md").accepted[0].job.content_key
    Lake.create(submitter.home).close()
    with closing(Submissions(submitter.home)) as submissions:
        submissions.claim("ann", {key: "01a00000-dead-7000-8000-000000000000"})

    intake = submitted(submitter, tmp_path / "a.md")

    assert [("01a00000-dead-7000-8000-000000000000", False)] == [
        (one.job.job_id, one.duplicate) for one in intake.accepted
    ]
    assert ["01a00000-dead-7000-8000-000000000000"] == [job.job_id for job in stored(submitter)]


def test_a_name_that_is_no_utf8_is_queued(submitter: Submitter, tmp_path: Path) -> None:
    """A file whose name is no UTF-8 becomes a job with a name that tables can hold."""
    path = os.fsencode(tmp_path) + b"/gr\xfcn.md"
    Path(os.fsdecode(path)).write_text("Hallo")

    intake = submitted(submitter, Path(os.fsdecode(path)))

    job = intake.accepted[0].job
    assert ("gr\\udcfcn.md", "gr_n.md") == (Path(job.source_path).name, job.output_path)
    assert [job] == stored(submitter)


def test_folders_of_our_own_are_left_out(submitter: Submitter, tmp_path: Path) -> None:
    """The outbox inside a folder that is submitted is not taken for documents."""
    written(tmp_path, a_md="Hallo", outbox__night__en__a_md="Hello")

    gathered = gather([tmp_path], None, DE_EN, leave_out=[(tmp_path / "outbox").resolve()])

    assert ["a.md"] == [Path(source.name).name for source in gathered.sources]


@pytest.mark.parametrize("together", [1, 500])
def test_a_document_named_twice_is_one_job(
    submitter: Submitter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, together: int
) -> None:
    """The same file twice in a submission is one new job, with `again` as without."""
    monkeypatch.setattr("tasks.intake.queueing.TOGETHER", together)
    written(tmp_path, a_md="Hallo")
    paths = [tmp_path / "a.md"] * 2

    for again in (False, True):
        intake = submitted(submitter, *paths, again=again)
        assert [False, True] == [one.duplicate for one in intake.accepted]
        assert 1 == len(set(ids(intake)))
    assert 2 == len(stored(submitter))


def test_all_texts_kept(submitter: Submitter, tmp_path: Path) -> None:
    """A document whose texts must all stay as they are is refused, with the reason."""
    book = openpyxl.Workbook()
    book.active.append(["Open", '=COUNTIF(A:A,"Open")'])
    out = io.BytesIO()
    book.save(out)
    (error,) = submitted(submitter, written(tmp_path, in_xlsx=out.getvalue())).rejected
    assert str(error).endswith(
        "in.xlsx: all its texts stay as they are, for formulas, drop-downs, conditional formats or"
        " filters name them; leave it out"
    )
