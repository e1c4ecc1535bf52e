"""What users of other tools suffered by memories, contexts and placeholders, tried here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from domain.job.notes import NoteType
from domain.placeholders.masking import differences, mask, restore
from domain.placeholders.repair import repaired
from formats.registry import by_name
from tasks.delivery.exchange import import_file
from tasks.reuse.recall import prepare, recalled
from tasks.reuse.sharing import parts
from tests.integration.conftest import Sessions, to_the_end
from tests.integration.test_reviewed_translations import from_memory, tmx

STATES = """msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Reply"
msgstr ""

msgctxt "button"
msgid "Reply"
msgstr ""

msgctxt "heading"
msgid "Reply"
msgstr ""
"""
SAID = {"": "Antwort", "button": "Antworten", "heading": "Die Antwort"}
XLIFF = (
    '<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2"><file original="a" '
    'source-language="en" target-language="de" datatype="plaintext"><body>'
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def taken_in(home: Path, pairs: Mapping[str, str], *, reviewed: bool = True) -> list[str]:
    """What a person wrote is taken in; the reasons for what is left out."""
    file = tmx(home.parent / "own.tmx", pairs)
    return list(import_file(home, file, owner="ann", reviewed=reviewed).left_out)


def test_each_context_is_there_as_it_was_written() -> None:
    """A text with a context is not lost, and its context is no part of it."""
    units = by_name("po").extract(STATES.encode(), "de")

    assert [("Reply", ""), ("Reply", "button"), ("Reply", "heading")] == [
        (unit.text, unit.context) for unit in units
    ]


def test_each_context_has_its_own_translation() -> None:
    """One text in three contexts comes back with three translations, each in its place."""
    output = by_name("po").assemble(STATES.encode(), list(SAID.values()), "de").decode()

    for context, said in SAID.items():
        head = f'msgctxt "{context}"\n' if context else "\n"
        assert f'{head}msgid "Reply"\nmsgstr "{said}"\n' in output


def of_contexts(home: Path) -> None:
    """What a person wrote for the text in two of its contexts is taken in."""
    unit = (
        '<trans-unit id="{0}" approved="yes"><source>Reply</source><target>{1}</target>'
        '<context-group purpose="match"><context context-type="x">{0}</context></context-group>'
        "</trans-unit>"
    )
    units = "".join(unit.format(context, said) for context, said in SAID.items() if context)
    (home.parent / "own.xlf").write_text(f"{XLIFF}{units}</body></file></xliff>")
    import_file(home, home.parent / "own.xlf", owner="ann")


async def test_the_same_context_goes_first(in_session: Sessions, home: Path) -> None:
    """Of several translations of a text the one from its own context is taken."""
    of_contexts(home)
    async with in_session(STATES, name="in.po") as session:
        await prepare(session.run.memory, [session])
        found = [recalled(session.run.memory, session, i) for i in session.segments]

    assert [None, "Antworten", "Die Antwort"] == [one and one[0].translation for one in found]


async def test_tmx_says_the_context(in_session: Sessions, home: Path) -> None:
    """So does a property of TMX, by which a person corrects one text of several."""
    prop = '<prop type="x-context">heading</prop><prop type="x-reviewed">yes</prop>'
    file = tmx(home.parent / "own.tmx", {"Reply": "Die Antwort"}, prop)
    import_file(home, file, owner="ann")
    async with in_session(STATES, name="in.po") as session:
        await prepare(session.run.memory, [session])
        found = [recalled(session.run.memory, session, i) for i in session.segments]

    assert [None, None, "Die Antwort"] == [one and one[0].translation for one in found]


async def test_several_contexts_are_no_inconsistency(in_session: Sessions, home: Path) -> None:
    """That a text is another one in another context is told to nobody as a fault."""
    of_contexts(home)
    async with in_session(STATES, name="in.po") as session:
        memory = session.run.memory
        await prepare(memory, [session])
        asked = [part async for part in parts(memory, [(session, i) for i in session.segments])]
        await to_the_end(session)
        notes = [note.message for note in session.notes if note.type is NoteType.TERMINOLOGY]
        output = session.run.documents.get(session.job.output or "").decode()

    assert [1] == [len(part) for part in asked]
    assert [] == notes
    assert 'msgctxt "button"\nmsgid "Reply"\nmsgstr "Antworten"\n' in output
    assert 'msgctxt "heading"\nmsgid "Reply"\nmsgstr "Die Antwort"\n' in output


async def test_taken_in_twice_is_once(in_session: Sessions, home: Path) -> None:
    """The same file taken in again changes nothing of what is used."""
    for _ in range(3):
        taken_in(home, {"Send it.": "Schick es ab."})
    async with in_session("Send it.", name="in.txt") as session:
        found = await from_memory(session)

    assert found is not None
    assert "Schick es ab." == found.translation


async def test_one_bad_unit_spoils_no_other(in_session: Sessions, home: Path) -> None:
    """What can't be used of a file is told, and all else of it is taken in."""
    told = taken_in(home, {"Wait {seconds} s.": "Warte {Sekunden} s.", "Send it.": "Schick es."})
    async with in_session("Send it.\n\nWait {seconds} s.\n", name="in.txt") as session:
        await prepare(session.run.memory, [session])
        found = [recalled(session.run.memory, session, i) for i in session.segments]

    assert ["the markup of both texts differs"] == told
    assert ["Schick es.", None] == [one and one[0].translation for one in found]


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("It takes {duration}.", "Das dauert {Dauer}."),
        ("See <ref-1/> there.", "Siehe <Verweis-1/> dort."),
        ("{n, plural, one {# cat} other {# cats}} here", "{n, Plural, eine {# Katze}} hier"),
        ("Size of {{ total }}", "Größe von {{ Summe }}"),
        ("%(count)s left", "%(Anzahl)s übrig"),
    ],
)
async def test_a_translated_variable_is_never_used(
    in_session: Sessions, home: Path, source: str, target: str
) -> None:
    """A translation in which a variable's name or a tag was translated too serves nobody."""
    escaped = {
        text.replace("<", "&lt;"): said.replace("<", "&lt;") for text, said in [(source, target)]
    }

    assert ["the markup of both texts differs"] == taken_in(home, escaped)
    async with in_session(source, name="in.txt") as session:
        assert await from_memory(session) is None


@pytest.mark.parametrize("bent", ["【v1】", "［v1］", "⟦ V1 ⟧", "[[v1]]", "⟦ｖ１⟧"])
def test_placeholders_that_a_model_bent(bent: str) -> None:
    """A placeholder that comes back in other signs is known again, and nothing of it is shown."""
    masked = mask("{current} of {max}")
    answer = repaired(masked, f"{bent} / ⟦v2⟧")

    assert () == differences(masked, answer)
    assert "{current} / {max}" == restore(answer, masked)


async def test_no_translation_of_another_line(in_session: Sessions) -> None:
    """Texts that differ in their codes alone share a translation, and each has its own codes."""
    unit = '<trans-unit id="{0}"><source>Press <x id="{0}"/> now.</source></trans-unit>'
    rest = '<trans-unit id="c"><source>Wait now.</source></trans-unit></body></file></xliff>'
    document = XLIFF + unit.format("a") + unit.format("b") + rest
    async with in_session(document, name="in.xlf") as session:
        keys = [session.segments[i].memory_key for i in range(3)]
        await to_the_end(session)
        output = session.run.documents.get(session.job.output or "").decode()

    targets = re.findall("<target[^>]*>(.*?)</target>", output)
    assert keys[0] == keys[1] != keys[2]
    assert ['Þŕéšš <x id="a"/> ñóŵ.', 'Þŕéšš <x id="b"/> ñóŵ.', "Ŵáíţ ñóŵ."] == targets


async def test_a_match_with_tags_is_a_match(in_session: Sessions, home: Path) -> None:
    """A translation with tags is used as one without, and its tags are those of the text."""
    taken_in(home, {"Press &lt;b&gt;Send&lt;/b&gt;.": "Drück auf &lt;b&gt;Senden&lt;/b&gt;."})
    async with in_session("Press <i>Send</i>.", name="in.md") as session:
        found = await from_memory(session)

    assert found is not None
    assert "Drück auf <i>Senden</i>." == found.translation


async def test_a_revised_term_is_the_one_that_is_used(in_session: Sessions, home: Path) -> None:
    """What was approved before and is revised now does not come back."""
    taken_in(home, {"Open the binder.": "Öffne die Mappe."})
    taken_in(home, {"Open the binder.": "Öffne den Ordner."})
    taken_in(home, {"Open the binder.": "Mach die Mappe auf."}, reviewed=False)
    async with in_session("Open the binder.", name="in.txt") as session:
        found = await from_memory(session)

    assert found is not None
    assert "Öffne den Ordner." == found.translation


async def test_another_user_is_not_served(in_session: Sessions, home: Path) -> None:
    """What one user takes in is not in another's documents."""
    file = tmx(home.parent / "own.tmx", {"Send it.": "Schick es ab."})
    import_file(home, file, owner="ben", reviewed=True)
    async with in_session("Send it.", name="in.txt") as session:
        assert await from_memory(session) is None
