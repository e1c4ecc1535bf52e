"""Translations in and out as TMX, through a lake and the command line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import application, main
from domain.cost.call import Call
from domain.errors import DocumentError
from domain.job.job import Job, JobStatus
from domain.job.segment import Segment, SegmentStatus
from domain.reuse.memory import Unit, import_key
from domain.usage import TokenUsage
from storage.control.leases import Leases
from storage.lake import Lake
from storage.layout.documents import Documents
from storage.readmodel.memory import Memory
from tasks.delivery.exchange import export_tmx, import_file
from tasks.intake.queueing import present_owner

NOON = datetime(2026, 3, 6, 12, tzinfo=UTC)
JOB = "019cc307-7c00-7000-8000-000000000001"
TMX = """<tmx version="1.4"><header srclang="en-US"/><body>
<tu><tuv xml:lang="en-US"><seg>Yes.</seg></tuv><tuv xml:lang="de-DE"><seg>Ja.</seg></tuv></tu>
<tu><tuv xml:lang="de"><seg><ph>{b}</ph> <ph>{a}</ph></seg></tuv>
    <tuv xml:lang="en"><seg>Is <ph>{a}</ph> <ph>{b}</ph></seg></tuv></tu>
<tu><tuv xml:lang="en"><seg>One</seg></tuv><tuv xml:lang="de"><seg>Eins<ph>{a}</ph></seg></tuv></tu>
<tu><tuv xml:lang="en"><seg>No</seg></tuv><tuv xml:lang="de"><seg> </seg></tuv></tu>
<tu><tuv xml:lang="en"><seg>A<ph/></seg></tuv><tuv xml:lang="de"><seg>A<ph/></seg></tuv></tu>
<tu><tuv xml:lang="fr"><seg>Un</seg></tuv><tuv xml:lang="de"><seg>Eins</seg></tuv></tu>
</body></tmx>"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    Lake.create(home).close()
    return home


@pytest.fixture
def tmx(tmp_path: Path) -> Path:
    file = tmp_path / "old.tmx"
    file.write_text(TMX)
    return file


def found(home: Path, source: str, *pair: str, owner: str = "ann") -> Unit | None:
    key = import_key(owner, *(pair or ("en", "de")), source)
    with closing(Memory(home, engines=["claude"], target_score=95, simulated=False)) as memory:
        return memory.imported([key, "0" * 64]).get(key)


def test_units_are_kept_and_what_is_not_is_said(home: Path, tmx: Path) -> None:
    """Usable units are found by owner, languages and text; others are counted by reason."""
    taken = import_file(home, tmx, owner="ann", source_lang="en", target_lang="de")

    assert 2 == taken.units
    assert {
        "the markup of both texts differs": 5,
        "a text is empty": 6,
        "an inline code doesn't say what it stands for": 7,
        "no text in two languages that were asked for": 8,
    } == taken.first_lines
    assert [1, 1, 1, 1] == list(taken.left_out.values())
    assert Unit("Ja.", None, None, "old.tmx") == found(home, "Yes.")
    assert Unit("⟦v2⟧ ⟦v1⟧", None, None, "old.tmx") == found(home, "Is ⟦v1⟧ ⟦v2⟧")
    assert found(home, "Yes.", owner="ben") is None
    assert found(home, "Yes.", "en-US", "de-DE") is None


def test_units_keep_the_languages_of_their_file(home: Path, tmx: Path) -> None:
    """Without languages asked for, units count as of those their file names."""
    import_file(home, tmx, owner="ann")

    assert found(home, "Yes.") is None
    assert found(home, "Yes.", "en-US", "de-DE") is not None


def test_the_later_import_counts(home: Path, tmx: Path) -> None:
    """Of two imports with the same text the later one is used, also while a memory is open."""
    with closing(Memory(home, engines=["claude"], target_score=95, simulated=False)) as memory:
        key = import_key("ann", "en", "de", "Yes.")
        for text in ("Ja.", "Jawohl."):
            tmx.write_text(TMX.replace("Ja.", text))
            import_file(home, tmx, owner="ann", source_lang="en", target_lang="de")
            assert text == memory.imported([key])[key].answer
        for file in sorted((home / "memory").iterdir())[1:]:
            file.unlink()
        assert "Ja." == memory.imported([key])[key].answer


def test_a_bad_file_leaves_nothing(home: Path, tmx: Path) -> None:
    """Of a file that breaks off no unit is kept."""
    tmx.write_text(TMX.replace("</body>", ""))

    with pytest.raises(DocumentError, match="mismatched tag"):
        import_file(home, tmx, owner="ann")

    assert [] == list((home / "memory").glob("*"))


async def night(
    home: Path, *segments: Segment, calls: Sequence[Call] = (), briefing: str = "{}"
) -> None:
    """A job that ended with these segments."""
    stored = Documents(home).put(briefing.encode())
    lake, leases = Lake.create(home), Leases(home)
    leases.open_run("night", NOON)
    job = Job(
        job_id=JOB,
        owner="ann",
        source_path="a.md",
        output_path="a.md",
        format="markdown",
        source_lang="en",
        target_lang="de",
        briefing=stored,
        document="0" * 64,
        content_key="key",
        created_at=NOON,
        source_review=False,
    )
    lake.submit([job])
    fence = leases.take(JOB, "night", NOON)
    assert fence is not None
    lake.hold(JOB, fence)
    ended = replace(job, status=JobStatus.COMPLETED, supervised=True, finalized=True)
    await lake.commit(JOB, job=ended, segments=segments, calls=calls)
    await lake.settle()
    lake.close()
    leases.close()


def passed(number: int, source: str, answer: str, score: float = 100.0) -> Segment:
    return Segment(
        JOB,
        number,
        SegmentStatus.DONE,
        source,
        1,
        translation=answer,
        answer=answer,
        qa_score=score,
        origin="claude",
        memory_key=f"{source}",
    )


async def test_what_is_exported_can_be_imported(home: Path, tmp_path: Path) -> None:
    """What passed QA is written once a text, and is found again elsewhere once imported."""
    await night(
        home,
        passed(0, "Yes <b>and</b> no.", "Ja ⟦1⟧und⟦/1⟧ nein."),
        passed(1, "Yes.", "Ja."),
        passed(2, "Yes.", "Jawohl."),
        passed(3, "Bad.", "Schlecht.", 90.0),
        passed(4, "Bell\0", "Klingel"),
    )
    file, other = tmp_path / "all.tmx", tmp_path / "other"

    count = export_tmx(home, file, source_lang="en", target_lang="de", target_score=95)
    none = export_tmx(
        home, tmp_path / "no.tmx", source_lang="de", target_lang="en", target_score=95
    )
    taken = import_file(other, file, owner="ben")

    assert (2, 0, 2) == (count, none, taken.units)
    assert Unit("Ja ⟦1⟧und⟦/1⟧ nein.", None, None, "all.tmx") == found(
        other, "Yes ⟦1⟧and⟦/1⟧ no.", owner="ben"
    )
    unit = found(other, "Yes.", owner="ben")
    assert unit is not None
    assert "Jawohl." == unit.answer


async def test_protected_texts_are_exported_as_translated(home: Path, tmp_path: Path) -> None:
    """What a briefing protects is a placeholder in both languages, and of no other job."""
    await night(
        home,
        passed(0, "Hi ~name~, {n} files.", "Hallo ⟦v1⟧, ⟦v2⟧ Dateien."),
        briefing='{"protect": ["~[a-z]+~"]}',
    )
    file, other = tmp_path / "all.tmx", tmp_path / "other"

    export_tmx(home, file, source_lang="en", target_lang="de", target_score=95)
    import_file(other, file, owner="ben")

    unit = found(other, "Hi ⟦v1⟧, ⟦v2⟧ files.", owner="ben")
    assert Unit("Hallo ⟦v1⟧, ⟦v2⟧ Dateien.", None, None, "all.tmx") == unit


async def test_what_the_simulator_answered_is_not_exported(home: Path, tmp_path: Path) -> None:
    """A rehearsal's translations stay where they are."""
    call = Call(
        call_id="c",
        job_id=JOB,
        stage="translator",
        task="translate",
        attempt=1,
        segment_ids=(0,),
        engine="claude",
        model="m",
        transport="messages",
        usage=TokenUsage(),
        cost_usd=Decimal(0),
        cost_eur=Decimal(0),
        eur_per_usd=Decimal(1),
        price_version="p",
        prompt_version="p",
        latency_ms=1,
        stop_reason="end_turn",
        outcome="ok",
        request_id=None,
        simulated=True,
        started_at=NOON,
    )
    await night(home, passed(0, "Yes.", "Ja."), calls=[call])

    file = tmp_path / "all.tmx"

    assert 0 == export_tmx(home, file, source_lang="en", target_lang="de", target_score=95)


def test_the_command_takes_in_and_writes(home: Path, tmx: Path) -> None:
    """`nightdesk memory import` and `export` say how many translations they moved."""
    app = application()
    at_home = ["--home", str(home)]

    ended = CliRunner().invoke(
        app, ["memory", "import", str(tmx), "--from", "en", "--to", "de", *at_home]
    )

    assert ended.stdout.splitlines() == [
        "2 translations taken in",
        "1 left out: the markup of both texts differs; the first in line 5",
        "1 left out: a text is empty; the first in line 6",
        "1 left out: an inline code doesn't say what it stands for; the first in line 7",
        "1 left out: no text in two languages that were asked for; the first in line 8",
    ]
    assert found(home, "Yes.", owner=present_owner()) is not None
    out = tmx.with_name("out.tmx")
    ended = CliRunner().invoke(
        app, ["memory", "export", str(out), "--from", "en", "--to", "de", "--json", *at_home]
    )
    assert {"file": str(out), "units": 0} == json.loads(ended.stdout)
    assert out.exists()


def test_the_command_names_what_is_wrong(
    home: Path, tmx: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A missing file, a wrong language and a missing folder are bad input."""
    at_home = ["--home", str(home)]
    missing = str(tmx.with_name("missing.tmx"))

    codes = [
        main(["memory", "import", missing, *at_home]),
        main(["memory", "import", str(tmx.parent), *at_home]),
        main(["memory", "import", str(tmx), "--from", "xx-yy-zz", *at_home]),
        main(["memory", "export", "/no/such/a.tmx", "--from", "en", "--to", "de", *at_home]),
    ]

    assert [2, 2, 2, 2] == codes
    assert [
        f"error: {missing}: can't be read: No such file or directory",
        f"error: {tmx.parent}: it is no file",
        "error: --from: 'xx-yy-zz' is no language code; write one by BCP-47, such as 'de', 'en' "
        "or 'pt-BR'",
        "error: /no/such/a.tmx: there is no folder /no/such; make it first",
    ] == capsys.readouterr().err.splitlines()
