"""What a person wrote goes before what a machine did, of whatever night."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain.errors import DocumentError
from domain.job.segment import Segment, SegmentStatus
from storage.lake import Lake
from storage.verify.rebuilding import rebuild_manifest
from tasks.delivery.exchange import Taken, import_file
from tasks.reuse.recall import prepare, recalled
from tasks.reuse.sharing import parts
from tasks.session.job_session import JobSession
from tests.integration.conftest import Sessions, to_the_end

TEXT = "It is good."


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def tmx(path: Path, pairs: Mapping[str, str], prop: str = "") -> Path:
    """A TMX file of translations into German."""
    units = (
        f'<tu>{prop}<tuv xml:lang="en"><seg>{source}</seg></tuv>'
        f'<tuv xml:lang="de"><seg>{target}</seg></tuv></tu>'
        for source, target in pairs.items()
    )
    body = "\n".join(units)
    path.write_text(f'<tmx version="1.4"><header srclang="en"/><body>\n{body}\n</body></tmx>')
    return path


def by_ann(home: Path, name: str, target: str, *, reviewed: bool = True) -> Taken:
    """What a person says of the one sentence, taken in."""
    file = tmx(home.parent / name, {TEXT: target})
    return import_file(home, file, owner="ann", reviewed=reviewed)


async def from_memory(session: JobSession) -> Segment | None:
    """The first segment as the run's own memory has it."""
    await prepare(session.run.memory, [session])
    found = recalled(session.run.memory, session, 0)
    return found[0] if found else None


async def by_machine(in_session: Sessions, name: str) -> str:
    """A job that a machine translates, without a look at the memory."""
    async with in_session(f"{TEXT}\n\nAnd {name}.\n", name=f"{name}.txt") as session:
        await to_the_end(session)
        assert session.segments[0].translation not in (None, TEXT)
        return session.job.job_id


@pytest.mark.parametrize("order", ["before", "after", "between"])
async def test_a_person_wins(in_session: Sessions, home: Path, order: str) -> None:
    """Whether it was taken in before or after a machine's, a person's translation is used."""
    if order != "before":
        await by_machine(in_session, "one")
    by_ann(home, "ann.tmx", "Das ist gut.")
    if order != "after":
        await by_machine(in_session, "two")
    async with in_session(f"{TEXT}\n\nLast.\n", name="last.txt") as session:
        found = await from_memory(session)
        ordinary = session.segments[1]

    assert found is not None
    assert ("Das ist gut.", "reviewed_translation", SegmentStatus.QA_PASSED) == (
        found.translation,
        found.origin,
        found.status,
    )
    assert SegmentStatus.PENDING is ordinary.status


async def test_a_person_wins_for_good(in_session: Sessions, home: Path) -> None:
    """What a person wrote is there after sealing, compaction and the manifest made anew."""
    by_ann(home, "ann.tmx", "Das ist gut.")
    jobs = [await by_machine(in_session, name) for name in ("one", "two")]
    later = datetime.now(UTC) + timedelta(days=2)
    with closing(Lake.create(home)) as lake:
        for job in jobs:
            lake.seal([job])
        lake.compact(later)
    (home / "manifest.json").unlink()
    rebuild_manifest(home, later)
    async with in_session(f"{TEXT}\n\nLast.\n", name="last.txt") as session:
        found = await from_memory(session)

    assert found is not None
    assert "Das ist gut." == found.translation


async def test_the_later_person_wins(in_session: Sessions, home: Path) -> None:
    """Of two people the one who is taken in last counts, and no import that nobody reviewed."""
    by_ann(home, "first.tmx", "Es ist gut.")
    by_ann(home, "second.tmx", "Das ist gut.")
    by_ann(home, "old.tmx", "Gut ist es.", reviewed=False)
    async with in_session(TEXT, name="in.txt") as session:
        found = await from_memory(session)

    assert found is not None
    assert ("Das ist gut.", "reviewed_translation") == (found.translation, found.origin)


async def test_an_import_that_nobody_reviewed_is_as_ever(in_session: Sessions, home: Path) -> None:
    """Without a word of a person a machine's translation goes before an import."""
    await by_machine(in_session, "one")
    by_ann(home, "old.tmx", "Das ist gut.", reviewed=False)
    async with in_session(f"{TEXT}\n\nLast.\n", name="last.txt") as session:
        found = await from_memory(session)

    assert found is not None
    assert "translation_memory" == found.origin
    assert "Das ist gut." != found.translation


async def test_a_person_is_not_overruled(in_session: Sessions, home: Path) -> None:
    """What code would fault is used all the same, its findings beside it, and delivered."""
    by_ann(home, "ann.tmx", "Das ist 3-mal gut.")
    async with in_session(TEXT, name="in.txt") as session:
        await prepare(session.run.memory, [session])
        leading = [part async for part in parts(session.run.memory, [(session, 0)])]
        await to_the_end(session)
        segment = session.segments[0]
        output = session.run.documents.get(session.job.output or "").decode()
        calls = session.run.lake.load(session.job.job_id).calls

    assert [] == leading
    assert [] == list(calls)
    assert "Das ist 3-mal gut." == output
    assert "reviewed_translation" == segment.origin
    assert "accuracy/number" in (segment.findings or "")


async def test_lost_markup_is_told_when_it_is_taken_in(in_session: Sessions, home: Path) -> None:
    """A person's translation without its source's placeholders is left out, with its line."""
    file = tmx(home.parent / "ann.tmx", {"Open {name}.": "Öffnen.", TEXT: "Das ist gut."})

    taken = import_file(home, file, owner="ann", reviewed=True)

    assert (1, 1) == (taken.units, taken.reviewed)
    assert {"the markup of both texts differs": 1} == dict(taken.left_out)
    assert {"the markup of both texts differs": 2} == taken.first_lines
    async with in_session("Open {name}.", name="in.txt") as session:
        assert await from_memory(session) is None


async def test_lost_markup_is_told_when_it_is_needed(in_session: Sessions, home: Path) -> None:
    """One without what a briefing protects is not used, and the job's error log says so."""
    file = tmx(home.parent / "ann.tmx", {"Open ~name~.": "Öffnen: ~nome~."})
    import_file(home, file, owner="ann", reviewed=True)
    briefing = {"protect": [r"~[a-z]+~"]}
    async with in_session("Open ~name~.", name="in.txt", briefing=briefing) as session:
        await prepare(session.run.memory, [session])
        asked = [part async for part in _given_up(session)]
        await session.run.lake.settle()
        errors = session.run.lake.load(session.job.job_id).errors

    assert [[0]] == asked
    assert [
        (
            "memory",
            "the reviewed translation from ann.tmx is not used: ⟦v1⟧ is missing; "
            "⟦+v1⟧ is not in the source",
        )
    ] == [(error.type, error.message) for error in errors]


async def _given_up(session: JobSession) -> AsyncIterator[list[int]]:
    memory = session.run.memory
    async for part in parts(memory, [(session, 0)]):
        yield [i for _, i in part]
        memory.abandon(session.segments[0].memory_key or "", (session.job.job_id, 0))


def test_a_file_says_who(home: Path, tmp_path: Path) -> None:
    """TMX says it by a property, unit by unit."""
    prop = '<prop type="x-origin">m</prop><prop type="x-reviewed">yes</prop>'
    mixed = tmx(tmp_path / "a.tmx", {"One.": "Eins."}, prop).read_text()
    mixed = mixed.replace(
        "</body>", mixed[mixed.index("<tu>") : mixed.index("</body>")] + "</body>"
    )
    mixed = mixed.replace("yes", "no", 1)
    (tmp_path / "a.tmx").write_text(mixed)

    taken = import_file(home, tmp_path / "a.tmx", owner="ann")

    assert (2, 1) == (taken.units, taken.reviewed)


XLIFF_1 = """<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">
<file original="a" source-language="en" target-language="de" datatype="plaintext"><body>
<trans-unit id="1"><source>It is good.</source>
  <target state="signed-off">Das ist gut.</target></trans-unit>
<trans-unit id="2" approved="yes"><source>A <g id="1">cat</g>.</source>
  <target>Eine <g id="1">Katze</g>.</target></trans-unit>
<trans-unit id="3"><source>Dog</source><target state="translated">Hund</target></trans-unit>
<trans-unit id="4"><source>Cow</source>
  <target state="needs-review-translation">Kuh</target></trans-unit>
<trans-unit id="5"><source>Pig</source></trans-unit>
<trans-unit id="6" approved="yes"><source>Run. Stop.</source>
  <target>Lauf. Halt.</target></trans-unit>
</body></file></xliff>
"""
XLIFF_2 = """<xliff version="2.0" xmlns="urn:oasis:names:tc:xliff:document:2.0" srcLang="en"
trgLang="de">
<file id="f"><unit id="1">
<segment state="final"><source>It is good.</source><target>Das ist gut.</target></segment>
<segment state="translated"><source>Dog</source><target>Hund</target></segment>
<segment state="initial"><source>Cow</source><target>Kuh</target></segment>
</unit></file></xliff>
"""


def test_xliff_without_a_language(home: Path) -> None:
    """A file that doesn't say its target language is taken in where the user says it."""
    file = home.parent / "own.xlf"
    file.write_text(XLIFF_1.replace(' target-language="de"', ""))

    with pytest.raises(DocumentError) as raised:
        import_file(home, file, owner="ann")

    assert f"{file}:2: target-language: it is not given; say it with --from and --to" == str(
        raised.value
    )
    assert 5 == import_file(home, file, owner="ann", target_lang="de").units


@pytest.mark.parametrize(
    ("document", "counts", "line"), [(XLIFF_1, (5, 4), 8), (XLIFF_2, (2, 1), 6)], ids=["1.2", "2.0"]
)
async def test_xliff_says_what_is_approved(
    in_session: Sessions, home: Path, document: str, counts: tuple[int, int], line: int
) -> None:
    """What XLIFF says a person approved wins, its other translations are imports as ever."""
    (home.parent / "ann.xlf").write_text(document)

    taken = import_file(home, home.parent / "ann.xlf", owner="ann")

    assert counts == (taken.units, taken.reviewed)
    assert {"its state says that it is not done": line} == taken.first_lines
    async with in_session(f"{TEXT}\n\nDog\n", name="in.txt") as session:
        await prepare(session.run.memory, [session])
        found = [recalled(session.run.memory, session, i) for i in session.segments]
    assert [("Das ist gut.", "reviewed_translation"), ("Hund", "translation_memory")] == [
        (one[0].translation, one[0].origin) for one in found if one is not None
    ]
