"""Word documents in and out."""

from __future__ import annotations

import io

import docx
import pytest

from tests import office_files, word_samples
from tests.office_files import parts, word, word_part
from tests.unit.formats.docx_samples import (
    DOCUMENT,
    DOCX,
    assembled,
    body,
    pseudo,
    runs,
    texts,
)


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
        '<w:r><w:tab/></w:r><w:r><w:rPr><w:b/><w:lang w:val="de-DE"/></w:rPr><w:t>Fett</w:t></w:r>'
        '<w:r><w:rPr><w:lang w:val="de-DE"/></w:rPr><w:t xml:space="preserve"> &amp; gut</w:t>'
        '</w:r><w:bookmarkEnd w:id="0"/></w:p>'
    ) == assembled(paragraph, '<x id="2"/><g id="1">Fett</g> &amp; gut')


def test_few_runs() -> None:
    """What stood in one run stands in one again."""
    done = assembled(f"<w:p>{runs('<w:t>a</w:t><w:tab/><w:t>b</w:t>')}</w:p>", 'x<x id="1"/>y')
    language = '<w:rPr><w:lang w:val="de-DE"/></w:rPr>'
    assert f"<w:p><w:r>{language}<w:t>x</w:t><w:tab/><w:t>y</w:t></w:r></w:p>" == done


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
    language = '<w:rPr><w:lang w:val="de-DE"/></w:rPr>'
    assert f"<w:p><w:r>{language}<w:t>Schrift lernen</w:t></w:r></w:p>" in body(done)
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
        "<w:p><w:pPr><w:bidi/><w:jc/></w:pPr><w:r><w:rPr><w:rtl/>"
        '<w:lang w:bidi="ar-EG"/></w:rPr>'
        '<w:t xml:space="preserve">واحد </w:t></w:r><w:r><w:rPr><w:b/><w:bCs/><w:sz w:val="20"/>'
        '<w:szCs w:val="20"/><w:rtl/><w:lang w:bidi="ar-EG"/></w:rPr><w:t>اثنان</w:t></w:r></w:p>'
    ) == arabic
    german = assembled(arabic, 'Eins <g id="1">zwei</g>')
    assert "<w:bidi/>" not in german
    assert "rtl" not in german
    off = paragraph.replace("<w:jc/>", '<w:bidi w:val="0"/>')
    assert '<w:bidi w:val="0"/>' in assembled(off, 'Eins <g id="1">zwei</g>')


@pytest.mark.parametrize(
    ("lang", "before", "after"),
    [
        ("de", "", '<w:lang w:val="de-DE"/>'),
        ("de-AT", '<w:lang w:val="en-US"/>', '<w:lang w:val="de-AT"/>'),
        ("sr-Latn", "", '<w:lang w:val="sr-Latn-RS"/>'),
        ("ja", "", '<w:lang w:eastAsia="ja-JP"/>'),
        ("zh-Hant", '<w:lang w:val="en-US"/>', '<w:lang w:val="en-US" w:eastAsia="zh-TW"/>'),
        ("zh", "", '<w:lang w:eastAsia="zh-CN"/>'),
        ("ko", '<w:lang w:eastAsia="en-US"/>', '<w:lang w:eastAsia="ko-KR"/>'),
        ("he", "", '<w:lang w:bidi="he-IL"/>'),
        ("th", '<w:lang w:val="en-US"/>', '<w:lang w:val="en-US" w:bidi="th-TH"/>'),
        ("hi", "", '<w:lang w:bidi="hi-IN"/>'),
        ("fr", "<w:b/><w:specVanish/>", '<w:b/><w:lang w:val="fr-FR"/><w:specVanish/>'),
    ],
)
def test_languages_of_runs(lang: str, before: str, after: str) -> None:
    """A translated run says its language where a spelling checker looks for that of its script."""
    look = f"<w:rPr>{before}</w:rPr>" if before else ""
    done = assembled(f"<w:p><w:r>{look}<w:t>Word</w:t></w:r></w:p>", "xyz", lang=lang)
    assert f"<w:r><w:rPr>{after}</w:rPr><w:t>xyz</w:t></w:r></w:p>" in done
