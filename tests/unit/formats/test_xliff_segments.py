"""XLIFF 1.2 whose sources are split into segments, and the schemas of OASIS."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from domain.errors import DocumentError
from formats.bilingual.xliff.format import XliffFormat
from tests.unit.formats.test_xliff_format import FILES, one, segment, two, unit
from tests.xliff_schemas import violations

XLIFF = XliffFormat()
SEGMENTED = (
    '<seg-source><g id="1"><mrk mtype="seg" mid="1">Press <x id="2"/> now.</mrk></g> '
    '<mrk mtype="seg" mid="2">Then wait.</mrk></seg-source>'
)
SOURCE = '<g id="1">Press <x id="2"/> now.</g> Then wait.'


def file(after: str, more: str = "") -> bytes:
    return one(unit(SOURCE, more, SEGMENTED + after)).encode()


def target_of(output: bytes) -> tuple[str, str]:
    """The target's content and its state."""
    (target,) = etree.fromstring(output).xpath("//*[local-name()='target']")
    text = etree.tostring(target, encoding="unicode", with_tail=False)
    return text.partition(">")[2].removesuffix("</target>"), target.get("state")


def test_each_segment_is_a_unit() -> None:
    """A segment is asked for by itself; the target has the same segments, and all between them."""
    units = XLIFF.extract(file(""), "de")
    assert [(one.path, one.text) for one in units] == [
        ("1.1", 'Press <x id="1"/> now.'),
        ("1.2", "Then wait."),
    ]
    output = XLIFF.assemble(file(""), ['Jetzt <x id="1"/> drücken.', "Dann warten."], "de")
    assert target_of(output) == (
        '<g id="1"><mrk mtype="seg" mid="1">Jetzt <x id="2"/> drücken.</mrk></g> '
        '<mrk mtype="seg" mid="2">Dann warten.</mrk>',
        "translated",
    )
    assert XLIFF.same_structure(file(""), output) is None
    with pytest.raises(DocumentError, match="no source to translate"):
        XLIFF.extract(output, "de")


def test_a_segment_without_a_translation() -> None:
    """It is empty, the target is to be looked at, and the next night asks for it alone."""
    output = XLIFF.assemble(file(""), ["Drücken.", "Dann warten."], "de")
    content, state = target_of(output)
    assert '<mrk mtype="seg" mid="1"/>' in content
    assert state == "needs-review-translation"
    assert [one.text for one in XLIFF.extract(output, "de")] == ['Press <x id="1"/> now.']
    whole = XLIFF.assemble(output, ['Jetzt <x id="1"/>.'], "de")
    assert target_of(whole)[1] == "translated"
    assert "Dann warten." in target_of(whole)[0]


@pytest.mark.parametrize(
    ("state", "asked_for"),
    [("", 1), (' state="needs-translation"', 2), (' state="translated"', 1), (' state="new"', 2)],
)
def test_what_a_target_has_already(state: str, asked_for: int) -> None:
    """A filled segment stays unless the target's state says that it is new; empty ones are asked
    for whatever it says."""
    there = (
        f'<target{state}><mrk mtype="seg" mid="1">Jetzt <x id="2"/>.</mrk>'
        '<mrk mtype="seg" mid="2"/></target>'
    )
    assert len(XLIFF.extract(file(there), "de")) == asked_for


def test_lost_codes_of_a_segment_are_told() -> None:
    """A filled segment must have its codes; an empty one has none to have."""
    there = '<target><mrk mtype="seg" mid="1">Jetzt.</mrk><mrk mtype="seg" mid="2"/></target>'
    assert "inline codes" in (XLIFF.same_structure(file(""), file(there)) or "")
    empty = '<target><mrk mtype="seg" mid="1"/><mrk mtype="seg" mid="2">Warten.</mrk></target>'
    assert XLIFF.same_structure(file(""), file(empty)) is None


PROFILE = (
    '<slr:profiles xmlns:slr="urn:oasis:names:tc:xliff:sizerestriction:2.0" generalProfile="{}"/>'
)


@pytest.mark.parametrize(
    ("profile", "size", "limit"),
    [
        ("xliff:codepoints", "12", 12),
        ("xliff:codepoints", "3,12", 12),
        ("xliff:codepoints", "many", None),
        ("xliff:codepoints", "9" * 30, None),
        ("xliff:utf8", "12", None),
    ],
)
def test_size_restrictions(profile: str, size: str, limit: int | None) -> None:
    """A size in code points is a limit of the unit."""
    namespace = 'xmlns:s="urn:oasis:names:tc:xliff:sizerestriction:2.0"'
    limited = segment("Open it").replace("<unit ", f'<unit {namespace} s:sizeRestriction="{size}" ')
    (only,) = XLIFF.extract(two(PROFILE.format(profile) + limited).encode(), "de")
    assert only.max_chars == limit
    both = limited.replace("</unit>", "<segment><source>Or so</source></segment></unit>")
    found = XLIFF.extract(two(PROFILE.format(profile) + both).encode(), "de")
    assert [unit.max_chars for unit in found] == [None, None]


ALL = [
    *(text.removeprefix("\ufeff") for text in FILES),
    file("").decode(),
    file('<target state="new"/><note>A note</note>').decode(),
    one(
        '<group id="g"><context-group purpose="location"><context context-type="sourcefile">a.js'
        "</context></context-group>"
        + unit("Open it", ' xml:space="preserve" resname="a"', '<note from="dev">x</note>')
        + "</group><bin-unit id='b' mime-type='image/png'><bin-source><external-file href='a'/>"
        "</bin-source></bin-unit>"
    ),
    two(
        '<unit id="u"><notes><note id="n">A verb</note></notes><originalData><data id="d1">{0}'
        "</data></originalData><segment><source>Open "
        '<ph id="1" dataRef="d1"/></source></segment><ignorable><source> </source></ignorable>'
        "<segment><source>Or <pc id='2'>not</pc></source></segment></unit>"
    ),
]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(ALL), st.lists(st.text(max_size=9)), st.sets(st.integers(0, 2)))
def test_results_are_valid(text: str, words: list[str], undone: set[int]) -> None:
    """What is valid by its schema stays so, whatever is put in and whoever has to look at it."""
    data = text.encode()
    assert violations(data) == []
    units = XLIFF.extract(data, "de")
    texts = [
        (words[i] if i < len(words) else "") + one.text if i % 2 == 0 else one.text + "ü"
        for i, one in enumerate(units)
    ]
    output = XLIFF.assemble(data, texts, "de", undone)
    assert violations(output) == []


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        (FILES[0], "</source>", '</source><target state="done">x</target>'),
        (FILES[0], "<source>", "<target>x</target><source>"),
        (two(segment("Open")), '<segment id="s"', '<segment id="s" state="done"'),
    ],
)
def test_the_schemas_refuse(text: str, old: str, new: str) -> None:
    """What is not as the schema asks is told, so that a file with no violation has been read."""
    broken = text.replace(old, new)
    assert broken != text
    assert violations(broken.encode())
