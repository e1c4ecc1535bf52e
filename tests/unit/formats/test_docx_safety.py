"""Whatever a translation or a document holds, a Word document stays sound."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from domain.errors import DocumentError
from domain.placeholders.markup import scan
from tests import office_files
from tests.office_files import parts, replaced, word, word_part
from tests.unit.formats.docx_samples import (
    DOCUMENT,
    DOCX,
    FORMATTED,
    W,
    pseudo,
    runs,
    texts,
)


@pytest.mark.parametrize(
    "translation",
    [
        "no tags",
        '<g id="1">x</g>',
        '<g id="1">x</g><x id="2"/><x id="2"/>',
        '<g id="1">x<x id="2"/>',
        '</g>x<g id="1"><x id="2"/>',
        '<g id="2">x</g><x id="1"/>',
        '<g id="1">x</g><x id="2"/><g id="3">y</g>',
        '<g id="1">x</g><x id="2"/></g>',
        " \n ",
        "",
    ],
)
def test_other_tags(translation: str) -> None:
    """A translation without the tags of its source leaves the document as it is."""
    data = word(FORMATTED)
    assert data == DOCX.assemble(data, [translation], "de")


@pytest.mark.parametrize(
    ("translation", "expected"),
    [
        ("</w:t></w:r>", "</w:t></w:r>"),
        ("a & b &amp; &lt;c&gt; &nbsp;", "a & b & <c> &nbsp;"),
        ("&amp;lt;", "&lt;"),
        ('</g><x id="1"/>', '</g><x id="1"/>'),
        ("a\0b\x0bc\ud800d\uffff", "a\ufffdb\ufffdc\ufffdd\ufffd"),
        ("a\r\n\n\tb", "a b"),
        ("]]>", "]]>"),
    ],
)
def test_hostile_text(translation: str, expected: str) -> None:
    """Whatever a translation holds is text, where its source has no tags."""
    data = word("<w:p><w:r><w:t>Source</w:t></w:r></w:p>")
    done = DOCX.assemble(data, [translation], "de")
    root = etree.fromstring(parts(done)[DOCUMENT])
    assert [expected] == [node.text for node in root.iter(f"{W}t")]
    assert DOCX.same_structure(data, done) is None


INNER = st.sampled_from(
    [
        "<w:t xml:space='preserve'> some text </w:t>",
        "<w:t>word</w:t>",
        "<w:rPr><w:b/></w:rPr><w:t>bold</w:t>",
        "<w:rPr><w:i/></w:rPr><w:t xml:space='preserve'> </w:t>",
        "<w:rPr><w:i/></w:rPr><w:t>italic</w:t><w:br/><w:t>line</w:t>",
        "<w:tab/>",
        "<w:commentReference w:id='1'/>",
        '<w:fldChar w:fldCharType="begin"/>',
        "<w:instrText>HYPERLINK x</w:instrText>",
        '<w:fldChar w:fldCharType="separate"/>',
        '<w:fldChar w:fldCharType="end"/>',
        "<w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t>",
    ]
).map(runs)
AROUND = st.sampled_from(
    [
        '<w:hyperlink w:anchor="a">{}</w:hyperlink>',
        "<w:ins>{}</w:ins>",
        "<w:sdt><w:sdtPr/><w:sdtContent>{}</w:sdtContent></w:sdt>",
        "<w:bookmarkStart w:id='1'/>{}",
        "{}<w:bookmarkEnd w:id='1'/><!-- a comment -->",
        "<w:del>{}</w:del>",
        "{}",
    ]
)
PARAGRAPHS = st.recursive(
    INNER,
    lambda inner: st.tuples(AROUND, st.lists(inner, max_size=5)).map(
        lambda pair: pair[0].format("".join(pair[1]))
    ),
    max_leaves=12,
)


@settings(max_examples=100, deadline=None)
@given(st.lists(PARAGRAPHS, max_size=6), st.text(max_size=20), st.sampled_from(["de", "he"]))
def test_any_paragraph(inner: list[str], extra: str, lang: str) -> None:
    """Of whatever a paragraph is made, its text comes out, goes in, and nothing else changes."""
    data = word(f"<w:p>{''.join(inner)}</w:p><w:p><w:r><w:t>End</w:t></w:r></w:p>")
    before = texts(data)
    assert data == DOCX.assemble(data, before, lang)
    translations = [f"Ä{pseudo(text)}ä" for text in before]
    done = DOCX.assemble(data, translations, lang)
    assert DOCX.same_structure(data, done) is None
    assert [_letters(text) for text in translations] == [_letters(text) for text in texts(done)]
    nasty = DOCX.assemble(data, [text + extra for text in before], lang)
    assert DOCX.same_structure(data, nasty) is None


def _letters(text: str) -> list[str]:
    """The letters and tags, whatever the tags' numbers and white space."""
    done, at = "", 0
    for token in scan(text):
        done += text[at : token.start]
        at = token.end
    return (done + text[at:]).split()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("<w:tab/>", "", "word/document.xml, line 1: <tab> is missing"),
        ("<w:tab/>", "<w:tab/><w:tab/>", "word/document.xml, line 1: <tab> was added"),
        ("</w:body>", "<w:p/></w:body>", "word/document.xml, line 1: nothing became <p>"),
        ("<w:p>", "<w:p><w:pPr><w:jc/></w:pPr>", "word/document.xml, line 1: <jc> was added"),
    ],
)
def test_structure(old: str, new: str, expected: str) -> None:
    """A difference is told with its part and line."""
    data = word(FORMATTED)
    assert DOCX.same_structure(data, replaced(data, DOCUMENT, old, new)) == expected


def test_structure_of_parts() -> None:
    """Parts without text must be the same, byte for byte, and none come or go."""
    data = word(FORMATTED, {"word/media/a.txt": "abc"})
    changed = replaced(data, "word/media/a.txt", "abc", "abd")
    assert DOCX.same_structure(data, changed) == "the part word/media/a.txt changed"
    fewer = word(FORMATTED)
    assert DOCX.same_structure(data, fewer) == "the part word/media/a.txt is missing"
    assert DOCX.same_structure(fewer, data) == "the part word/media/a.txt was added"


@pytest.mark.parametrize("kind", ["document.macroEnabled", "template.macroEnabledTemplate"])
def test_macros(kind: str) -> None:
    """A document with macros is taken, and they stay in it."""
    data = office_files.package(
        {DOCUMENT: f"application/vnd.ms-word.{kind}.main+xml"},
        {
            DOCUMENT: word_part("document", f"<w:body>{FORMATTED}</w:body>"),
            "word/vbaProject.bin": "\0macro",
        },
    )
    done = DOCX.assemble(data, ['Die <g id="1">Quelle</g><x id="2"/>endet'], "de")
    assert b"\0macro" == parts(done)["word/vbaProject.bin"]
    assert b"Quelle" in parts(done)[DOCUMENT]


def test_deep_pairs() -> None:
    """Pairs around pairs beyond any reason stay as they are, however deep."""
    deep = "<w:ins>" * 200 + runs("<w:t>deep</w:t>") + "</w:ins>" * 200
    data = word(f"<w:p>{runs('<w:t>a</w:t>')}{deep}{runs('<w:t>z</w:t>')}</w:p>")
    assert 1 == texts(data)[0].count("<x ")


def test_long_documents() -> None:
    """Hostile repetition takes linear time: megabytes of runs, fields and marks in a paragraph."""
    many = 5_000
    noise = runs('<w:fldChar w:fldCharType="begin"/>') + '<w:bookmarkStart w:id="1"/>'
    bold = (
        runs("<w:rPr><w:b/></w:rPr><w:t>b</w:t>", f"<w:t>{number}a</w:t>") for number in range(many)
    )
    data = word(f"<w:p>{noise * many}{''.join(bold)}{noise * many}</w:p>")
    (text,) = texts(data)
    assert many == text.count("<g ")
    done = DOCX.assemble(data, [text + "!"], "de")
    assert DOCX.same_structure(data, done) is None


def test_nothing_to_translate() -> None:
    """A document without prose is refused with what to do."""
    with pytest.raises(DocumentError, match="no text to translate in this document; leave it out"):
        DOCX.extract(word("<w:p/>"), "de")


def test_count_of_texts() -> None:
    """There must be a text for each unit."""
    data: Any = word(FORMATTED)
    with pytest.raises(ValueError, match="zip"):
        DOCX.assemble(data, ["a", "b"], "de")
