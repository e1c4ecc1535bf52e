"""Word documents in and out."""

from __future__ import annotations

import io
from typing import Any

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from domain.errors import DocumentError
from domain.placeholders.markup import scan
from formats.office.docx.format import DocxFormat
from tests import office_files, word_samples
from tests.office_files import parts, replaced, word, word_part

DOCX = DocxFormat()
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DOCUMENT = "word/document.xml"


def texts(data: bytes) -> list[str]:
    return [unit.text for unit in DOCX.extract(data, "de")]


def runs(*inner: str) -> str:
    return "".join(f"<w:r>{content}</w:r>" for content in inner)


def body(data: bytes) -> str:
    """The body's children, without declarations."""
    found = parts(data)[DOCUMENT].decode()
    return found[found.index("<w:body>") + 8 : found.index("</w:body>")]


def assembled(inner: str, *translations: str, lang: str = "de") -> str:
    data = word(inner)
    done = DOCX.assemble(data, translations, lang)
    assert DOCX.same_structure(data, done) is None
    return body(done)


def pseudo(text: str) -> str:
    """The text with other letters in it, its markup as it was."""
    done, at = [], 0
    for token in scan(text):
        done += (text[at : token.start].upper(), text[token.start : token.end])
        at = token.end
    return "".join((*done, text[at:].upper()))


@pytest.mark.parametrize("name", word_samples.SAMPLES)
def test_own_texts(name: str) -> None:
    """The texts of its own units give a document back, byte for byte."""
    data = word_samples.saved(name)
    assert data == DOCX.assemble(data, texts(data), "de")


@pytest.mark.parametrize("lang", ["de", "ar"])
@pytest.mark.parametrize("name", word_samples.SAMPLES)
def test_translated(name: str, lang: str) -> None:
    """Translations stand where their sources stood, in a document that is the same otherwise."""
    data = word_samples.saved(name)
    translations = [pseudo(text) + " x" for text in texts(data)]
    done = DOCX.assemble(data, translations, lang)
    assert [text.strip() for text in translations] == [text.strip() for text in texts(done)]
    assert DOCX.same_structure(data, done) is None
    assert list(parts(data)) == list(parts(done))
    docx.Document(io.BytesIO(done))
    again = DOCX.assemble(done, texts(data), "de")
    assert texts(data) == texts(again)
    assert DOCX.same_structure(data, again) is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("headings", [("title", "The title"), ("heading", "Heading of level 1")]),
        ("lists", [("list_item", "In style List Bullet"), ("list_item", "In style List Number 2")]),
        ("formats", [("paragraph", 'Some <g id="1">bold</g>, some <g id="2">italic</g>'
                      '<g id="3">, both</g> and none.')]),
        ("tabs_and_breaks", [("paragraph", 'Before<x id="1"/>a tab<x id="2"/>and a line'
                              '<x id="3"/>after a page')]),
        ("table", [("cell", "Cell number 0"), ("cell", "Cell number 1")]),
        ("picture", [("paragraph", 'A picture <x id="1"/> in a sentence.'),
                     ("caption", "Figure: a grey square")]),
        ("hyperlink", [("paragraph", 'See <g id="1">our pages</g> for more.')]),
        ("own_styles", [("heading", "Based on a heading"), ("paragraph", 'A <g id="1">term</g>')]),
        ("comment", [("paragraph", "Some commented text here."), ("paragraph", "Is this so?")]),
        ("page_numbers", [("paragraph", "Body"), ("paragraph", 'Page <x id="1"/> of many')]),
        ("signs", [("paragraph", "a &lt; b &amp; c &gt; d, &lt;b&gt;no tag&lt;/b&gt;, &amp;amp; "
                    "⟦1⟧ \N{GRINNING FACE} %s {name}")]),
        ("white_space", [("paragraph", "  around      and within  ")]),
        ("empty_paragraphs", [("paragraph", "Some text"), ("paragraph", "More text")]),
        ("quotes", [("paragraph", "As she said"), ("heading", "Lead")]),
    ],
)  # fmt: skip
def test_units(name: str, expected: list[tuple[str, str]]) -> None:
    """A unit is a paragraph; tags are where formats change, and for what is not text."""
    units = DOCX.extract(word_samples.saved(name), "de")
    assert expected == [(unit.role, unit.text) for unit in units][: len(expected)]


def test_paths() -> None:
    """A unit's path is the part that it stands in."""
    units = DOCX.extract(word_samples.saved("header_and_footer"), "de")
    paths = ["document", "document", "header1", "header2", "footer1"]
    assert paths == [unit.path for unit in units]


@pytest.mark.parametrize(
    ("paragraph", "expected"),
    [
        pytest.param(
            '<w:r w:rsidR="1"><w:rPr><w:lang w:val="en-US"/></w:rPr><w:t>Half a sen</w:t></w:r>'
            '<w:proofErr w:type="spellStart"/><w:r w:rsidR="2"><w:t>tence, </w:t></w:r>'
            '<w:r><w:rPr><w:rFonts w:hint="eastAsia"/><w:noProof/></w:rPr>'
            "<w:lastRenderedPageBreak/><w:t>whole.</w:t></w:r>",
            "Half a sentence, whole.",
            id="noise",
        ),
        pytest.param(
            '<w:bookmarkStart w:id="0" w:name="a"/><w:r><w:t>Figure </w:t></w:r>'
            + '<w:fldSimple w:instr="SEQ"><w:r><w:t>1</w:t></w:r></w:fldSimple>'
            + '<w:bookmarkEnd w:id="0"/>'
            + runs("<w:t>: a picture</w:t>"),
            'Figure <x id="1"/>: a picture',
            id="bookmarks",
        ),
        pytest.param(
            runs("<w:t>now</w:t>")
            + '<w:del w:id="1"><w:r><w:delText>gone</w:delText></w:r></w:del>'
            + '<w:ins w:id="2"><w:r><w:t>, new</w:t></w:r></w:ins>',
            'now<x id="1"/><g id="2">, new</g>',
            id="tracked changes",
        ),
        pytest.param(
            runs(
                "<w:t>See </w:t>",
                '<w:fldChar w:fldCharType="begin"/>',
                '<w:instrText> HYPERLINK "https://example.com/text" </w:instrText>',
                '<w:fldChar w:fldCharType="separate"/>',
                "<w:t>our </w:t>",
                "<w:t>pages</w:t>",
                '<w:fldChar w:fldCharType="end"/>',
                "<w:t>.</w:t>",
            ),
            'See <g id="1">our pages</g>.',
            id="field of a link",
        ),
        pytest.param(
            runs(
                '<w:fldChar w:fldCharType="begin"/><w:instrText>TOC</w:instrText>'
                '<w:fldChar w:fldCharType="separate"/><w:t>Introduction</w:t><w:tab/>',
                '<w:fldChar w:fldCharType="begin"/><w:instrText>PAGEREF a</w:instrText>'
                '<w:fldChar w:fldCharType="separate"/><w:t>3</w:t><w:fldChar w:fldCharType="end"/>',
            ),
            "Introduction",
            id="table of contents",
        ),
        pytest.param(
            '<w:r><w:t>One</w:t><w:t xml:space="default"> word </w:t></w:r>',
            "Oneword",
            id="space that Word leaves out",
        ),
        pytest.param(
            runs("<w:t>a word</w:t>", "<w:footnoteReference w:id='1'/>", "<w:t>, more</w:t>"),
            'a word<x id="1"/>, more',
            id="footnote",
        ),
        pytest.param(
            runs("<w:t>e</w:t><w:noBreakHyphen/><w:t>mail lo</w:t><w:softHyphen/><w:t>ng</w:t>"),
            "e\N{NON-BREAKING HYPHEN}mail long",
            id="hyphens",
        ),
        pytest.param(
            runs("<w:t>seen</w:t>", "<w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t>", "<w:t>!</w:t>"),
            'seen<x id="1"/>!',
            id="hidden",
        ),
        pytest.param(
            '<w:hyperlink w:anchor="a"><w:r><w:tab/><w:t>All of it</w:t></w:r></w:hyperlink>',
            "All of it",
            id="a link alone",
        ),
        pytest.param(
            runs("<w:t>a </w:t>")
            + "<w:sdt><w:sdtPr><w:id/></w:sdtPr><w:sdtContent><w:r><w:t>control</w:t></w:r>"
            + "</w:sdtContent></w:sdt>"
            + "<w:sdt><w:sdtPr><w:date/></w:sdtPr><w:sdtContent><w:r><w:t>May</w:t></w:r>"
            + "</w:sdtContent></w:sdt>"
            + runs("<w:t> z</w:t>"),
            'a <g id="1">control</g><x id="2"/> z',
            id="controls",
        ),
        pytest.param(
            runs(
                "<w:rPr><w:b/></w:rPr><w:t>bold</w:t>",
                "<w:tab/>",
                "<w:rPr><w:b/></w:rPr><w:t>bold </w:t>",
                "<w:t>plain</w:t>",
            ),
            '<g id="1">bold<x id="2"/>bold</g> plain',
            id="a tab between equals",
        ),
    ],
)
def test_inline(paragraph: str, expected: str) -> None:
    """What makes no difference to a sentence is not in it; what does is a tag."""
    data = word(f"<w:p>{paragraph}</w:p>")
    assert [expected] == texts(data)
    done = DOCX.assemble(data, [pseudo(expected) + " x"], "de")
    assert [pseudo(expected) + " x"] == texts(done)
    assert DOCX.same_structure(data, done) is None


FIELD = (
    '<w:fldChar w:fldCharType="begin"/>',
    "<w:instrText> {} </w:instrText>",
    '<w:fldChar w:fldCharType="separate"/>',
    "<w:t>{}</w:t>",
    '<w:fldChar w:fldCharType="end"/>',
)


def field(code: str, shown: str) -> str:
    return runs(*FIELD).replace("{}", code, 1).replace("{}", shown, 1)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("REF words \\h", 'Some <g id="1">quoted words</g> here, '),
        ("PAGE", "Some quoted words here, "),
        ("REF others", "Some quoted words here, "),
    ],
)
def test_quoted_bookmarks(code: str, expected: str) -> None:
    """A bookmark that a field quotes stays around its words; any other needs no tag."""
    data = word(
        f"<w:p>{runs('<w:t>Some </w:t>')}<w:bookmarkStart w:id='3' w:name='words'/>"
        f"{runs('<w:t>quoted </w:t>', '<w:t>words</w:t>')}<w:bookmarkEnd w:id='3'/>"
        f"{runs('<w:t> here, </w:t>')}{field(code, 'x')}{runs('<w:t> z</w:t>')}</w:p>"
    )
    (text,) = texts(data)
    assert text.startswith(expected)
    done = body(DOCX.assemble(data, [text.replace("quoted words", "Zitat")], "de"))
    assert done.index("bookmarkStart") < done.index("Zitat") < done.index("bookmarkEnd")
    assert (done.index("Some") < done.index("bookmarkStart")) == ("<g" in expected)


def test_bookmarks_that_overlap() -> None:
    """Of two quoted bookmarks that overlap, the second is around the whole text."""
    start = "<w:bookmarkStart w:id='{0}' w:name='n{0}'/>"
    end = "<w:bookmarkEnd w:id='{}'/>"
    data = word(
        f"<w:p>{runs('<w:t>a </w:t>')}{start.format(1)}{runs('<w:t>b </w:t>')}{start.format(2)}"
        f"{runs('<w:t>c </w:t>')}{end.format(1)}{runs('<w:t>d </w:t>')}{end.format(2)}"
        f"{runs('<w:t>e</w:t>')}</w:p><w:p>{field('REF n1', '1')}{field('REF n2', '2')}</w:p>"
    )
    assert ['a <g id="1">b c </g>d e'] == texts(data)
    done = DOCX.assemble(data, ['A <g id="1">B</g> C'], "de")
    assert DOCX.same_structure(data, done) is None


@pytest.mark.parametrize(
    ("code", "expected"),
    [("TOC", ["Shown"]), ("INDEX", ["Shown"]), ("HYPERLINK x", ["Shown"]), ("DATE", [])],
)
def test_fields_of_prose(code: str, expected: list[str]) -> None:
    """What links and tables of contents show is translated; what else fields show is computed."""
    data = word(f"<w:p>{field(code, 'Shown')}</w:p><w:p>{runs('<w:t>End</w:t>')}</w:p>")
    assert [*expected, "End"] == texts(data)


def test_written_paragraph() -> None:
    """Runs of one format are one run; marks stay around the text; languages are the target's."""
    paragraph = (
        '<w:p><w:pPr><w:jc w:val="both"/></w:pPr><w:r><w:t>A </w:t></w:r>'
        '<w:bookmarkStart w:id="0" w:name="a"/><w:r><w:rPr><w:b/><w:lang w:val="en-US"/></w:rPr>'
        '<w:t>bo</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>ld</w:t></w:r><w:bookmarkEnd w:id="0"/>'
        "<w:r><w:tab/><w:t>end</w:t></w:r></w:p>"
    )
    assert (
        '<w:p><w:pPr><w:jc w:val="both"/></w:pPr><w:bookmarkStart w:id="0" w:name="a"/>'
        '<w:r><w:tab/></w:r><w:r><w:rPr><w:b/><w:lang w:val="de"/></w:rPr><w:t>Fett</w:t></w:r>'
        '<w:r><w:t xml:space="preserve"> &amp; gut</w:t></w:r><w:bookmarkEnd w:id="0"/></w:p>'
    ) == assembled(paragraph, '<x id="2"/><g id="1">Fett</g> &amp; gut')


def test_few_runs() -> None:
    """What stood in one run stands in one again."""
    done = assembled(f"<w:p>{runs('<w:t>a</w:t><w:tab/><w:t>b</w:t>')}</w:p>", 'x<x id="1"/>y')
    assert "<w:p><w:r><w:t>x</w:t><w:tab/><w:t>y</w:t></w:r></w:p>" == done


@pytest.mark.parametrize(
    "translation",
    ['<g id="1">x</g><g id="2">y</g>', '<g id="2">y<g id="1">x</g></g>', '<g id="1"></g>'],
)
def test_pairs_stay_within_theirs(translation: str) -> None:
    """A translation with a pair outside of its source's leaves the document as it is."""
    link = '<w:hyperlink w:anchor="a">{}</w:hyperlink>'
    inner = runs("<w:t>Text</w:t>", "<w:rPr><w:b/></w:rPr><w:t>bold</w:t>")
    data = word(f"<w:p>{runs('<w:t>a</w:t>')}{link.format(inner)}</w:p>")
    assert ['a<g id="1">Text<g id="2">bold</g></g>'] == texts(data)
    assert data == DOCX.assemble(data, [f"a{translation}"], "de")


def test_default_style() -> None:
    """A paragraph that names no style has the document's default, and what that is based on."""
    styles = (
        '<w:style w:type="paragraph" w:default="1" w:styleId="A"><w:name w:val="Normal"/>'
        '<w:basedOn w:val="B"/></w:style><w:style w:type="paragraph" w:styleId="B">'
        '<w:basedOn w:val="A"/><w:pPr><w:numPr><w:numId w:val="2"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="C"><w:basedOn w:val="C"/></w:style>'
    )
    numbered = '<w:pPr><w:numPr><w:numId w:val="{}"/></w:numPr></w:pPr>'
    data = word(
        f"<w:p>{runs('<w:t>a</w:t>')}</w:p>"
        f"<w:p><w:pPr><w:pStyle w:val='C'/></w:pPr>{runs('<w:t>b</w:t>')}</w:p>"
        f"<w:p>{numbered.format(7)}{runs('<w:t>c</w:t>')}</w:p>"
        f"<w:p><w:pPr><w:outlineLvl w:val='2'/></w:pPr>{runs('<w:t>d</w:t>')}</w:p>",
        {
            "word/_rels/document.xml.rels": office_files.relationships(
                ("rId1", "styles", "styles.xml")
            ),
            "word/styles.xml": word_part("styles", styles),
        },
    )
    roles = [unit.role for unit in DOCX.extract(data, "de")]
    assert ["list_item", "paragraph", "list_item", "heading"] == roles


def test_fields_keep_their_order() -> None:
    """The two ends of a field that goes on elsewhere never change places."""
    paragraph = "<w:p>{}</w:p>".format(
        runs(
            "<w:t>a</w:t>",
            '<w:fldChar w:fldCharType="end"/>',
            "<w:t>b</w:t>",
            '<w:fldChar w:fldCharType="begin"/>',
            "<w:t>c</w:t>",
        )
    )
    done = assembled(paragraph, 'x<x id="2"/>y<x id="1"/>z')
    assert done.index('"end"') < done.index('"begin"')


def test_text_boxes() -> None:
    """A text box is translated once, in what new programs show and in what old ones do."""
    box = "<w:txbxContent><w:p><w:r><w:t>In a box</w:t></w:r></w:p></w:txbxContent>"
    paragraph = (
        "<w:p><w:r><w:t>Around it</w:t></w:r><w:r><mc:AlternateContent>"
        f'<mc:Choice Requires="wps"><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice>'
        f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r><w:r><w:t> goes on</w:t></w:r></w:p>"
    )
    assert ['Around it<x id="1"/> goes on', "In a box"] == texts(word(paragraph))
    done = assembled(paragraph, '<x id="1"/>Darum', "Im Kasten")
    assert 2 == done.count("Im Kasten")
    assert "In a box" not in done


def test_ruby() -> None:
    """The base of ruby is text; how it was read out goes where it is translated."""
    ruby = (
        "<w:r><w:ruby><w:rubyPr/><w:rt><w:r><w:t>かんじ</w:t></w:r></w:rt>"
        "<w:rubyBase><w:r><w:t>漢字</w:t></w:r></w:rubyBase></w:ruby></w:r>"
    )
    data = word(f"<w:p>{ruby}<w:r><w:t>を学ぶ</w:t></w:r></w:p>")
    assert ["漢字を学ぶ"] == texts(data)
    done = DOCX.assemble(data, ["Schrift lernen"], "de")
    assert "<w:p><w:r><w:t>Schrift lernen</w:t></w:r></w:p>" in body(done)
    assert DOCX.same_structure(data, done) is None
    assert DOCX.same_structure(done, data) is None


def test_notes() -> None:
    """Footnotes and endnotes are translated after the body."""
    note = "<w:p><w:r><w:footnoteRef/></w:r><w:r><w:t> A {}.</w:t></w:r></w:p>"
    data = word(
        "<w:p><w:r><w:t>Body</w:t></w:r></w:p>",
        {
            "word/_rels/document.xml.rels": office_files.relationships(
                ("rId1", "endnotes", "endnotes.xml"), ("rId2", "footnotes", "/word/footnotes.xml")
            ),
            "word/footnotes.xml": word_part("footnotes", note.format("footnote")),
            "word/endnotes.xml": word_part("endnotes", note.format("endnote")),
        },
    )
    assert ["Body", " A footnote.", " A endnote."] == texts(data)
    done = DOCX.assemble(data, ["Body", "Fußnote", "Endnote"], "de")
    assert [" Fußnote", " Endnote"] == texts(done)[1:]
    assert parts(data)[DOCUMENT] == parts(done)[DOCUMENT]


def test_bound_control() -> None:
    """Text that Word takes from data is left alone."""
    control = (
        "<w:sdt><w:sdtPr><w:dataBinding/></w:sdtPr><w:sdtContent><w:p><w:r><w:t>Data</w:t></w:r>"
        "</w:p></w:sdtContent></w:sdt><w:p><w:r><w:t>Text</w:t></w:r></w:p>"
    )
    assert ["Text"] == texts(word(control))


def test_right_to_left() -> None:
    """Arabic runs from right to left, in bold for its script too; German then does not."""
    paragraph = "<w:p><w:pPr><w:jc/></w:pPr>{}</w:p>".format(
        runs("<w:t>One </w:t>", "<w:rPr><w:b/><w:sz w:val='20'/></w:rPr><w:t>two</w:t>")
    )
    arabic = assembled(paragraph, 'واحد <g id="1">اثنان</g>', lang="ar")
    assert (
        "<w:p><w:pPr><w:bidi/><w:jc/></w:pPr><w:r><w:rPr><w:rtl/></w:rPr>"
        '<w:t xml:space="preserve">واحد </w:t></w:r><w:r><w:rPr><w:b/><w:bCs/><w:sz w:val="20"/>'
        '<w:szCs w:val="20"/><w:rtl/></w:rPr><w:t>اثنان</w:t></w:r></w:p>'
    ) == arabic
    german = assembled(arabic, 'Eins <g id="1">zwei</g>')
    assert "bidi" not in german
    assert "rtl" not in german
    off = paragraph.replace("<w:jc/>", '<w:bidi w:val="0"/>')
    assert '<w:bidi w:val="0"/>' in assembled(off, 'Eins <g id="1">zwei</g>')


FORMATTED = "<w:p>{}</w:p>".format(
    runs("<w:t>The </w:t>", "<w:rPr><w:b/></w:rPr><w:t>source</w:t>", "<w:tab/><w:t>ends</w:t>")
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
