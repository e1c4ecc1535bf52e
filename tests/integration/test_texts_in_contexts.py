"""Equal texts of different contexts, and of the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest

from domain.briefing import Briefing
from domain.document.annotations import annotated
from domain.document.plan import Unit as Text
from domain.reuse.memory import Unit, import_key
from formats.registry import by_name
from tasks.reuse.recall import prepare, recalled
from tasks.reuse.sharing import parts
from tasks.run.night_memory import NightMemory
from tasks.session.job_session import JobSession
from tasks.translator import translation_question
from tests.integration.conftest import Sessions
from tests.integration.test_recall import Shelf

MAY = """msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgctxt "month"
msgid "May"
msgstr ""

msgctxt "permission"
msgid "May"
msgstr ""

msgid "May"
msgstr ""
"""
MONTH = """msgctxt "month"
msgid "May"
msgstr ""
"""


async def asked(memory: NightMemory, *sessions: JobSession) -> list[tuple[str, int]]:
    """The segments that have to be translated, by document and number."""
    items = [(session, i) for session in sessions for i in session.segments]
    found = []
    async for part in parts(memory, items):
        found += [(session.job.source_path[-5:], i) for session, i in part]
        for session, i in part:
            key = session.segments[i].memory_key or ""
            memory.passed(key, Unit("Mai", 100.0, "[]", "claude"))
    return found


async def test_the_month_and_the_verb_are_asked_apart(
    in_sessions: Callable[..., AbstractAsyncContextManager[list[JobSession]]],
) -> None:
    """Equal texts of several contexts are asked each, those of one context once a night."""
    async with in_sessions([MAY, MONTH], name="in.po") as (first, second):
        found = await asked(NightMemory(Shelf({}, {})), first, second)

    assert [("in.po", 0), ("in.po", 1), ("in.po", 2)] == found


async def test_a_model_is_told_the_context(in_session: Sessions) -> None:
    """What tells two texts apart is said to whoever translates them."""
    async with in_session(MAY, name="in.po") as session:
        turn = json.loads(translation_question(session, (0, 1, 2)).user)

    assert ["0|context: month", "1|context: permission"] == turn["author_notes"]


async def test_memory_of_before_serves_what_has_no_context(in_session: Sessions) -> None:
    """A text without a context has the key that it has had, one with a context another."""
    async with in_session(MAY, name="in.po") as session:
        month, permission, bare = (session.segments[i].memory_key or "" for i in range(3))
    async with in_session("May\n", name="in.txt") as session:
        plain = session.segments[0].memory_key

    assert plain == bare
    assert 3 == len({month, permission, bare})


@pytest.mark.parametrize(
    ("document", "imported_as", "served"),
    [
        (MAY, "", [2]),
        (MAY, "month", [0]),
        (MONTH, "", [0]),
        (MONTH, "permission", []),
    ],
    ids=["no context, of several", "its own", "no context, of one", "another's"],
)
async def test_imports(
    in_session: Sessions, document: str, imported_as: str, served: list[int]
) -> None:
    """An import without a context serves any, but where the document has several."""
    async with in_session(document, name="in.po") as session:
        key = import_key("ann", "en", "de", "May", imported_as)
        memory = NightMemory(Shelf({}, {key: Unit("Mai", None, None, "old.tmx")}))
        await prepare(memory, [session])
        found = [i for i in session.segments if recalled(memory, session, i)]

    assert served == found


def test_keys_as_contexts() -> None:
    """Where a briefing says so, texts are the same only at the same key."""
    briefing = Briefing(source_lang="en", target_lang="de", by_key=("menu.*",))
    units = [Text("Open", "label", path=path) for path in ("menu.open", "state.open")]
    units.append(Text("May", "label", path="menu.may", context="month"))

    assert ["menu.open", "", "month; menu.may"] == [u.context for u in annotated(units, briefing)]


def test_contexts_of_xliff() -> None:
    """XLIFF 1.2 has contexts for look-ups in a memory, beside those that say where a text is."""
    unit = (
        '<trans-unit id="{0}"><source>May</source><context-group purpose="{1}"><context '
        'context-type="x-sense">{0}</context></context-group></trans-unit>'
    )
    document = (
        '<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2"><file original="a" '
        'source-language="en" datatype="plaintext"><body>'
        + unit.format("month", "match")
        + unit.format("verb", "location match")
        + unit.format("a.c", "location")
        + "</body></file></xliff>"
    )

    units = by_name("xliff").extract(document.encode(), "de")

    assert ["month", "verb", ""] == [one.context for one in units]
