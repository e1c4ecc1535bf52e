"""Word documents of many kinds, made by python-docx."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable

import docx
from docx.document import Document
from docx.enum.section import WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_COLOR_INDEX
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Inches, Pt, RGBColor

SAMPLES: dict[str, Callable[[Document], None]] = {}


def sample(build: Callable[[Document], None]) -> Callable[[Document], None]:
    SAMPLES[build.__name__] = build
    return build


def saved(name: str) -> bytes:
    """The bytes of a sample."""
    document = docx.Document()
    SAMPLES[name](document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def png() -> io.BytesIO:
    """A picture of one grey pixel."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + check

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    pixels = chunk(b"IDAT", zlib.compress(b"\0\x80"))
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + pixels + chunk(b"IEND", b""))


@sample
def plain(document: Document) -> None:
    document.add_paragraph("One sentence. Another sentence.")


@sample
def headings(document: Document) -> None:
    document.add_heading("The title", 0)
    for level in (1, 2, 9):
        document.add_heading(f"Heading of level {level}", level)


@sample
def lists(document: Document) -> None:
    for style in ("List Bullet", "List Number 2", "List Continue"):
        document.add_paragraph(f"In style {style}", style=style)


@sample
def formats(document: Document) -> None:
    paragraph = document.add_paragraph("Some ")
    paragraph.add_run("bold").bold = True
    paragraph.add_run(", some ")
    paragraph.add_run("italic").italic = True
    both = paragraph.add_run(", both")
    both.bold = both.italic = True
    paragraph.add_run(" and none.")


@sample
def fonts(document: Document) -> None:
    paragraph = document.add_paragraph()
    for size in (8, 12, 24):
        run = paragraph.add_run(f"Size {size}, ")
        run.font.size = Pt(size)
        run.font.color.rgb = RGBColor(size, 0, 0)
    paragraph.add_run("marked").font.highlight_color = WD_COLOR_INDEX.YELLOW


@sample
def tabs_and_breaks(document: Document) -> None:
    paragraph = document.add_paragraph("Before\ta tab\nand a line")
    paragraph.add_run().add_break(WD_BREAK.PAGE)
    paragraph.add_run("after a page").add_break(WD_BREAK.COLUMN)


@sample
def table(document: Document) -> None:
    grid = document.add_table(2, 2, style="Table Grid")
    for number, cell in enumerate(cell for row in grid.rows for cell in row.cells):
        cell.text = f"Cell number {number}"


@sample
def merged_and_nested_tables(document: Document) -> None:
    grid = document.add_table(2, 2)
    grid.cell(0, 0).merge(grid.cell(0, 1)).text = "Across"
    grid.cell(1, 0).add_table(1, 1).cell(0, 0).text = "Inner cell"


@sample
def header_and_footer(document: Document) -> None:
    document.add_paragraph("Body")
    document.add_page_break()
    document.add_paragraph("Second page")
    section = document.sections[0]
    section.different_first_page_header_footer = True
    section.header.paragraphs[0].text = "Header"
    section.footer.paragraphs[0].text = "Footer"
    section.first_page_header.paragraphs[0].text = "Header of the first page"


@sample
def sections(document: Document) -> None:
    document.add_paragraph("In portrait")
    document.add_section(WD_SECTION.NEW_PAGE).page_width = Inches(11)
    document.add_paragraph("In landscape")


@sample
def picture(document: Document) -> None:
    paragraph = document.add_paragraph("A picture ")
    paragraph.add_run().add_picture(png(), width=Inches(1))
    paragraph.add_run(" in a sentence.")
    document.add_picture(png())
    document.add_paragraph("Figure: a grey square", style="Caption")


@sample
def hyperlink(document: Document) -> None:
    paragraph = document.add_paragraph("See ")
    link = paragraph.part.relate_to(
        "https://example.com", RELATIONSHIP_TYPE.HYPERLINK, is_external=True
    )
    paragraph._p.append(
        parse_xml(
            f'<w:hyperlink {nsdecls("w", "r")} r:id="{link}"><w:r><w:rPr><w:u w:val="single"/>'
            "</w:rPr><w:t>our pages</w:t></w:r></w:hyperlink>"
        )
    )
    paragraph.add_run(" for more.")


@sample
def own_styles(document: Document) -> None:
    style = document.styles.add_style("Warning", WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Heading 1"]
    document.add_paragraph("Based on a heading", style="Warning")
    emphasis = document.styles.add_style("Term", WD_STYLE_TYPE.CHARACTER)
    document.add_paragraph("A ").add_run("term", style=emphasis)


@sample
def comment(document: Document) -> None:
    paragraph = document.add_paragraph("Some ")
    run = paragraph.add_run("commented text")
    paragraph.add_run(" here.")
    document.add_comment(run, text="Is this so?", author="A", initials="A")


@sample
def page_numbers(document: Document) -> None:
    paragraph = document.sections[0].footer.paragraphs[0]
    paragraph.add_run("Page ")
    for inner in (
        '<w:fldChar w:fldCharType="begin"/>',
        "<w:instrText> PAGE </w:instrText>",
        '<w:fldChar w:fldCharType="separate"/>',
        "<w:t>1</w:t>",
        '<w:fldChar w:fldCharType="end"/>',
    ):
        paragraph._p.append(parse_xml(f"<w:r {nsdecls('w')}>{inner}</w:r>"))
    paragraph.add_run(" of many")
    document.add_paragraph("Body")


@sample
def right_to_left(document: Document) -> None:
    document.add_paragraph("שלום עולם").alignment = WD_ALIGN_PARAGRAPH.RIGHT


@sample
def chinese(document: Document) -> None:
    document.add_paragraph("这是一个句子。这是另一个句子。")


@sample
def signs(document: Document) -> None:
    document.add_paragraph("a < b & c > d, <b>no tag</b>, &amp; ⟦1⟧ \N{GRINNING FACE} %s {name}")


@sample
def white_space(document: Document) -> None:
    paragraph = document.add_paragraph("  around  ")
    paragraph.add_run("   ").bold = True
    paragraph.add_run(" and within  ")


@sample
def empty_paragraphs(document: Document) -> None:
    for text in ("", "Some text", "", "12.5", " ", "—", "More text"):
        document.add_paragraph(text)


@sample
def spacing_and_keeping(document: Document) -> None:
    layout = document.add_paragraph("Laid out").paragraph_format
    layout.left_indent, layout.space_after, layout.keep_with_next = Inches(1), Pt(3), True


@sample
def quotes(document: Document) -> None:
    document.add_paragraph("As she said", style="Intense Quote")
    document.add_paragraph("Lead", style="Subtitle")


@sample
def properties(document: Document) -> None:
    document.core_properties.title = "Not translated"
    document.settings.odd_and_even_pages_header_footer = True
    document.add_paragraph("With properties")


@sample
def many(document: Document) -> None:
    for number in range(200):
        document.add_paragraph(f"Paragraph number {number}.")
