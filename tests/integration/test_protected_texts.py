"""What a briefing and the settings protect, from handing in to delivery."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from domain.briefing import Briefing
from domain.job.segment import SegmentStatus
from domain.reuse.memory import Unit, import_key
from storage.layout.documents import Documents
from tasks.intake.submitter import Submitter, gather
from tasks.reuse.recall import prepare, recalled
from tasks.run.night_memory import NightMemory
from tests.integration.conftest import Sessions, to_the_end
from tests.integration.test_recall import Shelf, keyed

TILDES = {"protect": [r"~[a-z]+~"]}
NOW = datetime(2026, 3, 6, 22, 0, tzinfo=UTC)


@pytest.fixture
def hand_in(tmp_path: Path) -> Callable[..., Any]:
    """Hands in a document, with patterns of the settings and of its briefing."""
    numbers = count(1)

    def handed_in(text: str, settings: tuple[str, ...] = (), **fields: Any) -> Any:
        (tmp_path / "a.txt").write_text(text)
        submitter = Submitter(
            tmp_path / "home",
            "ann",
            False,
            lambda: NOW,
            lambda: f"01a00000-0000-7000-8000-{next(numbers):012d}",
            protect=settings,
        )
        languages = {"source_lang": "en", "target_lang": ["de"]}
        return submitter.take(gather([tmp_path / "a.txt"], None, {**languages, **fields}))

    return handed_in


async def test_a_job_keeps_what_its_briefing_protects(in_session: Sessions) -> None:
    """The translator sees a placeholder, and the document has the very text again."""
    text = "Hello ~name~, you have @COUNT@ files.\n\n~alone~\n"
    async with in_session(
        text, name="in.txt", briefing={"protect": [r"~[a-z]+~", "@[A-Z]+@"]}
    ) as session:
        seen = session.document.masked(0).text
        await to_the_end(session)
        segments = list(session.segments.values())
        output = session.run.documents.get(session.job.output or "").decode()

    assert "Hello ⟦v1⟧, you have ⟦v2⟧ files." == seen
    assert [SegmentStatus.DONE] == [segment.status for segment in segments]
    assert "~name~" in output
    assert "@COUNT@" in output
    assert output.endswith("\n\n~alone~\n")
    assert "Hello" not in output


async def test_one_that_is_lost_is_asked_for_again(in_session: Sessions) -> None:
    """A translation without a protected text is no translation."""
    script = '[[rule]]\ntask = "translate"\nevent = "lose_placeholder"\ntimes = 1\n'
    async with in_session(
        "Hello ~name~, go on.", script, name="in.txt", briefing=TILDES
    ) as session:
        await to_the_end(session)
        segment = session.segments[0]
        tasks = [call.task for call in session.run.lake.load(session.job.job_id).calls]

    assert "correct" in tasks
    assert "~name~" in (segment.translation or "")


def test_settings_and_briefing_together(hand_in: Callable[..., Any], tmp_path: Path) -> None:
    """A job's briefing has its own patterns and those of the settings, each once."""
    intake = hand_in("Hello ~name~ <1>", (r"<\d+>", r"~[a-z]+~"), **TILDES)

    stored = Documents(tmp_path / "home").get(intake.accepted[0].job.briefing)
    assert (r"~[a-z]+~", r"<\d+>") == Briefing.model_validate_json(stored).protect


def test_other_patterns_are_another_job(hand_in: Callable[..., Any]) -> None:
    """The same document is another job under another pattern, and the same under the same."""
    plain, first = hand_in("Hello ~name~"), hand_in("Hello ~name~", (r"~[a-z]+~",))
    again, in_briefing = (
        hand_in("Hello ~name~", (r"~[a-z]+~",)),
        hand_in("Hello ~name~", **TILDES),
    )

    assert [False, False, True, True] == [
        intake.accepted[0].duplicate for intake in (plain, first, again, in_briefing)
    ]


def test_a_document_of_nothing_else_is_refused(hand_in: Callable[..., Any]) -> None:
    """Where all is protected there is nothing to translate, as in any other empty document."""
    intake = hand_in("~name~\n\n~other~\n", (r"~[a-z]+~",))

    assert [] == list(intake.accepted)
    assert ["nothing in the document is left to translate beside what is protected"] == [
        error.message for error in intake.rejected
    ]


@pytest.mark.parametrize(
    ("source", "target", "translation"),
    [
        ("Hi ~name~, $x go.", "Hallo ~name~, $x los.", "Hallo ~name~, $x los."),
        ("Hi ⟦v1⟧, $x go.", "Hallo ⟦v1⟧, $x los.", "Hallo ~name~, $x los."),
        ("Hi ~name~, $x go.", "Hallo ~nome~, $x los.", None),
        ("Hi ~name~, $x go.", "Hallo, $x los.", None),
    ],
    ids=["as other tools have it", "as exported from here", "translated", "lost"],
)
async def test_imports_under_protection(
    in_session: Sessions, source: str, target: str, translation: str | None
) -> None:
    """An import serves a text with protected stretches where it has them all, and else not."""
    async with in_session("Hi ~name~, $x go.", name="in.txt", briefing=TILDES) as session:
        keyed(session)
        key = import_key("ann", "en", "de", source)
        memory = NightMemory(Shelf({}, {key: Unit(target, None, None, "old.tmx")}))
        await prepare(memory, [session])
        found = recalled(memory, session, 0)

    assert translation == (found and found[0].translation)


async def test_remembered_under_another_pattern(in_session: Sessions) -> None:
    """What was translated with a text in the open does not serve one where it is protected."""
    async with in_session("Hi ~name~, go.", name="in.txt") as session:
        (open_key,) = keyed(session)
    async with in_session("Hi ~name~, go.", name="in.txt", briefing=TILDES) as session:
        (key,) = keyed(session)
        memory = NightMemory(Shelf({key: Unit("Hallo ~name~, los.", 100.0, "[]", "claude")}, {}))
        await prepare(memory, [session])
        assert recalled(memory, session, 0) is None

    assert open_key != key
