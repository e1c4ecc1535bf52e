"""Presentations in and out."""

from __future__ import annotations

import io

import pptx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from domain.errors import DocumentError
from domain.placeholders.markup import scan
from formats.office.pptx import PptxFormat
from tests import office_files, slide_samples
from tests.office_files import parts, replaced

PPTX = PptxFormat()
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
P = "http://schemas.openxmlformats.org/presentationml/2006/main"
SLIDE = "ppt/slides/slide1.xml"


def texts(data: bytes) -> list[str]:
    return [unit.text for unit in PPTX.extract(data, "de")]


def presentation(*paragraphs: str) -> bytes:
    """A presentation of one slide with a shape that holds these paragraphs."""
    names = f'xmlns:p="{P}" xmlns:a="{A}" xmlns:r="{office_files.OFFICE}"'
    inner = "".join(f"<a:p>{paragraph}</a:p>" for paragraph in paragraphs)
    return office_files.package(
        {"ppt/presentation.xml": office_files.POWERPOINT},
        {
            "ppt/presentation.xml": f"<p:presentation {names}><p:sldIdLst>"
            '<p:sldId id="256" r:id="rId1"/></p:sldIdLst></p:presentation>',
            "ppt/_rels/presentation.xml.rels": office_files.relationships(
                ("rId1", "slide", "slides/slide1.xml")
            ),
            SLIDE: f"<p:sld {names}><p:cSld><p:spTree><p:sp><p:txBody>{inner}</p:txBody></p:sp>"
            "</p:spTree></p:cSld></p:sld>",
        },
    )


def body(data: bytes) -> str:
    """What the shape of `presentation` holds."""
    found = parts(data)[SLIDE].decode()
    return found[found.index("<p:txBody>") + 10 : found.index("</p:txBody>")]


def pseudo(text: str) -> str:
    """The text with other letters in it, its markup as it was."""
    done, at = [], 0
    for token in scan(text):
        done += (text[at : token.start].upper(), text[token.start : token.end])
        at = token.end
    return "".join((*done, text[at:].upper()))


@pytest.mark.parametrize("name", slide_samples.SAMPLES)
def test_own_texts(name: str) -> None:
    """The texts of its own units give a presentation back, byte for byte."""
    data = slide_samples.saved(name)
    assert data == PPTX.assemble(data, texts(data), "de")


@pytest.mark.parametrize("lang", ["de", "ar"])
@pytest.mark.parametrize("name", slide_samples.SAMPLES)
def test_translated(name: str, lang: str) -> None:
    """Translations stand where their sources stood, in slides that are the same otherwise."""
    data = slide_samples.saved(name)
    translations = [
        unit.text if unit.kept else pseudo(unit.text) + " x" for unit in PPTX.extract(data, lang)
    ]
    done = PPTX.assemble(data, translations, lang)
    assert [text.strip() for text in translations] == [text.strip() for text in texts(done)]
    assert PPTX.same_structure(data, done) is None
    assert list(parts(data)) == list(parts(done))
    pptx.Presentation(io.BytesIO(done))
    again = PPTX.assemble(done, texts(data), "de")
    assert texts(data) == texts(again)
    assert PPTX.same_structure(data, again) is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("title_slide", [("title", "slide1/Title 1", "The title"),
                         ("heading", "slide1/Subtitle 2", "What it is about")]),
        ("bullets", [("title", "slide1/Title 1", "Points"),
                     ("list_item", "slide1/Content Placeholder 2", "First point"),
                     ("list_item", "slide1/Content Placeholder 2", "On level 1"),
                     ("list_item", "slide1/Content Placeholder 2", "On level 2")]),
        ("text_box", [("paragraph", "slide1/TextBox 1",
                       'In a box<x id="1"/>and on a line\tafter a tab')]),
        ("formats", [("paragraph", "slide1/TextBox 1",
                      'Some <g id="1">bold</g> <g id="2">and large</g> <g id="3">red</g>')]),
        ("links", [("paragraph", "slide1/TextBox 1", 'See <g id="1">our pages</g>.')]),
        ("groups", [("paragraph", "slide1/TextBox 2", "In a group"),
                    ("paragraph", "slide1/Oval 4", "In a group's group")]),
        ("merged_table", [("cell", "slide1/Table 1", "Across")]),
        ("notes", [("title", "slide1/Title 1", "With notes"),
                   ("paragraph", "notes1/Notes Placeholder 2", "First note."),
                   ("paragraph", "notes1/Notes Placeholder 2", "Second note.")]),
        ("chart", [("title", "slide1/Title 1", "A chart")]),
        ("slide_numbers", [("paragraph", "slide1/TextBox 1", 'Slide <x id="1"/> of many')]),
        ("languages", [("paragraph", "slide1/TextBox 1", "Half a sentence, whole")]),
        ("reordered", [("title", "slide1/Title 1", "Now the first"),
                       ("title", "slide2/Title 1", "Now the second")]),
        ("backgrounds", [("title", "slide1/Title 1", "On top"),
                         ("paragraph", "slideLayout6/Box", "On some"),
                         ("paragraph", "slideMaster1/Box", "On all")]),
        ("empty", [("paragraph", "slide1/TextBox 1", "Text")]),
        ("signs", [("paragraph", "slide1/TextBox 1",
                    "a &lt; b &amp; c, &lt;b&gt;no tag&lt;/b&gt; &amp;amp; {x} %s")]),
    ],
)  # fmt: skip
def test_units(name: str, expected: list[tuple[str, str, str]]) -> None:
    """A unit is a paragraph of a slide, of the notes to it, or of what is behind it."""
    units = PPTX.extract(slide_samples.saved(name), "de")
    assert expected == [(unit.role, unit.path, unit.text) for unit in units if not unit.kept]


def test_written_paragraph() -> None:
    """Properties stay at their places; each run says that it is in the target language."""
    data = presentation(
        '<a:pPr lvl="1"/><a:r><a:rPr lang="en-US" b="1"/><a:t>A bold</a:t></a:r><a:br/>'
        '<a:r><a:t>line</a:t></a:r><a:endParaRPr lang="en-US"/>'
    )
    assert ['<g id="1">A bold</g><x id="2"/>line'] == texts(data)
    done = PPTX.assemble(data, ['Zeile & <x id="2"/><g id="1">fett\n</g>'], "de")
    assert (
        '<a:p><a:pPr lvl="1"/><a:r><a:rPr lang="de-DE"/><a:t>Zeile &amp; </a:t></a:r><a:br/>'
        '<a:r><a:rPr lang="de-DE" b="1"/><a:t>fett </a:t></a:r><a:endParaRPr lang="en-US"/></a:p>'
    ) == body(done)


@pytest.mark.parametrize(
    ("properties", "arabic", "german"),
    [
        ("", '<a:pPr rtl="1" algn="r"/>', '<a:pPr rtl="0" algn="l"/>'),
        ('<a:pPr algn="ctr"/>', '<a:pPr algn="ctr" rtl="1"/>', '<a:pPr algn="ctr" rtl="0"/>'),
        ('<a:pPr algn="r"/>', '<a:pPr algn="r" rtl="1"/>', '<a:pPr algn="l" rtl="0"/>'),
    ],
)
def test_right_to_left(properties: str, arabic: str, german: str) -> None:
    """Arabic runs from right to left, and begins there; German then does not."""
    data = presentation(f"{properties}<a:r><a:t>Text</a:t></a:r>")
    done = PPTX.assemble(data, ["نص"], "ar")
    run = '<a:r><a:rPr lang="{}"/><a:t>{}</a:t></a:r></a:p>'
    assert f"<a:p>{arabic}" + run.format("ar-EG", "نص") == body(done)
    back = PPTX.assemble(done, ["Text"], "de")
    assert f"<a:p>{german}" + run.format("de-DE", "Text") == body(back)
    assert PPTX.same_structure(data, done) is None


def test_titles_stay_centred() -> None:
    """A title without an alignment of its own keeps its layout's."""
    data = slide_samples.saved("title_slide")
    done = PPTX.assemble(data, ["عنوان", "موضوع"], "ar")
    assert 2 == parts(done)[SLIDE].count(b'<a:pPr rtl="1"/>')


FORMATTED = '<a:r><a:t>The </a:t></a:r><a:r><a:rPr b="1"/><a:t>source</a:t></a:r><a:br/>' + (
    "<a:r><a:t>ends</a:t></a:r>"
)


@pytest.mark.parametrize(
    "translation",
    [
        "no tags",
        '<g id="1">x</g>',
        '<x id="2"/><g id="1">x</g><x id="2"/>',
        '</g><g id="1"><x id="2"/>',
        '<g id="2">x</g><x id="1"/>',
        " \t ",
    ],
)
def test_other_tags(translation: str) -> None:
    """A translation without the tags of its source leaves the presentation as it is."""
    data = presentation(FORMATTED)
    assert data == PPTX.assemble(data, [translation], "de")


@pytest.mark.parametrize(
    ("translation", "expected"),
    [
        ("</a:t></a:r>", "</a:t></a:r>"),
        ("a & b &amp; &lt;c&gt;", "a & b & <c>"),
        ('</g><x id="1"/>', '</g><x id="1"/>'),
        ("a\0b\x0bc\ud800d", "a\ufffdb\ufffdc\ufffdd"),
        ("a\r\n\nb\tc", "a b\tc"),
    ],
)
def test_hostile_text(translation: str, expected: str) -> None:
    """Whatever a translation holds is text, where its source has no tags."""
    data = presentation("<a:r><a:t>Source</a:t></a:r>")
    done = PPTX.assemble(data, [translation], "de")
    root = etree.fromstring(parts(done)[SLIDE])
    assert [expected] == [node.text for node in root.iter(f"{{{A}}}t")]
    assert PPTX.same_structure(data, done) is None


PIECES = st.sampled_from(
    [
        "<a:r><a:t>word</a:t></a:r>",
        "<a:r><a:t> two words </a:t></a:r>",
        '<a:r><a:rPr b="1"/><a:t>bold</a:t></a:r>',
        '<a:r><a:rPr b="1" lang="en"><a:latin typeface="x"/></a:rPr><a:t> </a:t></a:r>',
        '<a:r><a:rPr><a:hlinkClick r:id="rId1"/></a:rPr><a:t>link</a:t></a:r>',
        "<a:r><a:t/></a:r>",
        "<a:br/>",
        '<a:fld id="x" type="slidenum"><a:t>7</a:t></a:fld>',
        "<!-- a comment -->",
    ]
)


LANGUAGES = st.sampled_from(["de", "he"])


@settings(max_examples=100, deadline=None)
@given(st.lists(PIECES, max_size=8).map("".join), st.text(max_size=20), LANGUAGES)
def test_any_paragraph(paragraph: str, extra: str, lang: str) -> None:
    """Of whatever a paragraph is made, its text comes out, goes in, and nothing else changes."""
    data = presentation(paragraph, "<a:r><a:t>End</a:t></a:r>")
    before = texts(data)
    assert data == PPTX.assemble(data, before, lang)
    translations = [pseudo(text) for text in before]
    done = PPTX.assemble(data, translations, lang)
    assert translations == texts(done)
    for wanted in (translations, [text + extra for text in before], [extra] * len(before)):
        assert PPTX.same_structure(data, PPTX.assemble(data, wanted, lang)) is None


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        (SLIDE, "<a:br/>", "", f"{SLIDE}, line 1: <br> is missing"),
        (SLIDE, "<a:br/>", "<a:br/><a:br/>", f"{SLIDE}, line 1: <br> was added"),
        (SLIDE, "</p:txBody>", "<a:p/></p:txBody>", f"{SLIDE}, line 1: nothing became <p>"),
        ("ppt/presentation.xml", "256", "257", "the part ppt/presentation.xml changed"),
    ],
)
def test_structure(name: str, old: str, new: str, expected: str) -> None:
    """A difference is told with its part and line."""
    data = presentation(FORMATTED)
    assert expected == PPTX.same_structure(data, replaced(data, name, old, new))


def test_nothing_to_translate() -> None:
    """A presentation without prose is refused, as is one whose slide is missing."""
    with pytest.raises(DocumentError, match="no text to translate"):
        PPTX.extract(presentation(""), "de")
    gone = parts(presentation(FORMATTED))
    del gone[SLIDE]
    with pytest.raises(DocumentError, match="no text to translate"):
        PPTX.extract(office_files.zipped(gone), "de")


@pytest.mark.parametrize("kind", ["presentation", "slideshow", "template"])
def test_macros(kind: str) -> None:
    """A presentation with macros is taken, and they stay in it."""
    macro = f"application/vnd.ms-powerpoint.{kind}.macroEnabled.main+xml"
    data = presentation(FORMATTED)
    data = replaced(data, "[Content_Types].xml", office_files.POWERPOINT, macro)
    data = office_files.zipped({**parts(data), "ppt/vbaProject.bin": b"\0macro"})
    done = PPTX.assemble(data, ['Die <g id="1">Quelle</g><x id="2"/>endet'], "de")
    assert b"\0macro" == parts(done)["ppt/vbaProject.bin"]
    assert b"Quelle" in parts(done)[SLIDE]


def test_long_presentations() -> None:
    """Half a megabyte of runs in one paragraph takes linear time."""
    run = '<a:r><a:rPr b="1"/><a:t>{}b</a:t></a:r><a:br/><a:r><a:t>a</a:t></a:r>'
    data = presentation("".join(run.format(number) for number in range(8_000)))
    (text,) = texts(data)
    done = PPTX.assemble(data, [text + "!"], "de")
    assert [text + "!"] == texts(done)
    assert PPTX.same_structure(data, done) is None
