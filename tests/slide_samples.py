"""Presentations of many kinds, made by python-pptx."""

from __future__ import annotations

import io
from collections.abc import Callable

import pptx
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE
from pptx.enum.shapes import MSO_CONNECTOR, MSO_SHAPE
from pptx.enum.text import PP_ALIGN
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.presentation import Presentation
from pptx.slide import Slide
from pptx.util import Inches, Pt

from tests.word_samples import png

SAMPLES: dict[str, Callable[[Presentation], None]] = {}

BOX = (Inches(1), Inches(1), Inches(4), Inches(2))
TITLE_SLIDE, TITLE_AND_CONTENT, TWO_CONTENT, TITLE_ONLY, BLANK = 0, 1, 3, 5, 6


def sample(build: Callable[[Presentation], None]) -> Callable[[Presentation], None]:
    SAMPLES[build.__name__] = build
    return build


def saved(name: str) -> bytes:
    """The bytes of a sample."""
    presentation = pptx.Presentation()
    SAMPLES[name](presentation)
    out = io.BytesIO()
    presentation.save(out)
    return out.getvalue()


def slide(presentation: Presentation, layout: int = BLANK) -> Slide:
    return presentation.slides.add_slide(presentation.slide_layouts[layout])


@sample
def title_slide(presentation: Presentation) -> None:
    new = slide(presentation, TITLE_SLIDE)
    new.shapes.title.text = "The title"
    new.placeholders[1].text = "What it is about"


@sample
def bullets(presentation: Presentation) -> None:
    new = slide(presentation, TITLE_AND_CONTENT)
    new.shapes.title.text = "Points"
    frame = new.placeholders[1].text_frame
    frame.text = "First point"
    for level in (1, 2):
        point = frame.add_paragraph()
        point.text, point.level = f"On level {level}", level


@sample
def two_columns(presentation: Presentation) -> None:
    new = slide(presentation, TWO_CONTENT)
    new.placeholders[1].text, new.placeholders[2].text = "On the left", "On the right"


@sample
def text_box(presentation: Presentation) -> None:
    frame = slide(presentation).shapes.add_textbox(*BOX).text_frame
    frame.text = "In a box\vand on a line\tafter a tab"
    frame.word_wrap = True


@sample
def formats(presentation: Presentation) -> None:
    paragraph = slide(presentation).shapes.add_textbox(*BOX).text_frame.paragraphs[0]
    for text, bold, size in (("Some ", None, None), ("bold", True, None), (" and large", None, 40)):
        run = paragraph.add_run()
        run.text, run.font.bold = text, bold
        run.font.size = Pt(size) if size else None
    run = paragraph.add_run()
    run.text, run.font.color.rgb = " red", RGBColor(255, 0, 0)


@sample
def links(presentation: Presentation) -> None:
    paragraph = slide(presentation).shapes.add_textbox(*BOX).text_frame.paragraphs[0]
    for text, address in (("See ", None), ("our pages", "https://example.com"), (".", None)):
        run = paragraph.add_run()
        run.text = text
        if address:
            run.hyperlink.address = address


@sample
def shapes(presentation: Presentation) -> None:
    new = slide(presentation)
    new.shapes.add_shape(MSO_SHAPE.CHEVRON, *BOX).text_frame.text = "In a shape"
    new.shapes.add_connector(MSO_CONNECTOR.STRAIGHT, 0, 0, 10, 10)


@sample
def groups(presentation: Presentation) -> None:
    group = slide(presentation).shapes.add_group_shape()
    group.shapes.add_textbox(*BOX).text_frame.text = "In a group"
    inner = group.shapes.add_group_shape()
    inner.shapes.add_shape(MSO_SHAPE.OVAL, *BOX).text_frame.text = "In a group's group"


@sample
def table(presentation: Presentation) -> None:
    grid = slide(presentation).shapes.add_table(2, 2, *BOX).table
    for number, cell in enumerate(grid.iter_cells()):
        cell.text = f"Cell number {number}"


@sample
def merged_table(presentation: Presentation) -> None:
    grid = slide(presentation).shapes.add_table(2, 2, *BOX).table
    grid.cell(0, 0).merge(grid.cell(0, 1))
    grid.cell(0, 0).text = "Across"


@sample
def notes(presentation: Presentation) -> None:
    new = slide(presentation, TITLE_ONLY)
    new.shapes.title.text = "With notes"
    new.notes_slide.notes_text_frame.text = "First note.\nSecond note."


@sample
def picture(presentation: Presentation) -> None:
    new = slide(presentation, TITLE_ONLY)
    new.shapes.title.text = "A picture"
    new.shapes.add_picture(png(), *BOX)


@sample
def chart(presentation: Presentation) -> None:
    new = slide(presentation, TITLE_ONLY)
    new.shapes.title.text = "A chart"
    content = CategoryChartData()
    content.categories = ["May", "June"]
    content.add_series("Left alone", (1, 2))
    new.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *BOX, content)


@sample
def alignment(presentation: Presentation) -> None:
    frame = slide(presentation).shapes.add_textbox(*BOX).text_frame
    for align in (PP_ALIGN.LEFT, PP_ALIGN.CENTER, PP_ALIGN.RIGHT):
        paragraph = frame.add_paragraph()
        paragraph.text, paragraph.alignment = "Aligned", align


@sample
def slide_numbers(presentation: Presentation) -> None:
    paragraph = slide(presentation).shapes.add_textbox(*BOX).text_frame.paragraphs[0]
    paragraph.text = "Slide "
    paragraph._p.append(
        parse_xml(
            f'<a:fld {nsdecls("a")} id="{{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}}" type="slidenum">'
            "<a:rPr/><a:t>1</a:t></a:fld>"
        )
    )
    paragraph.add_run().text = " of many"


@sample
def languages(presentation: Presentation) -> None:
    paragraph = slide(presentation).shapes.add_textbox(*BOX).text_frame.paragraphs[0]
    for text, lang in (("Half a sen", "en-US"), ("tence, whole", "en-GB")):
        run = paragraph.add_run()
        run.text = text
        run._r.get_or_add_rPr().set("lang", lang)
    run._r.get_or_add_rPr().set("dirty", "0")


@sample
def hidden(presentation: Presentation) -> None:
    new = slide(presentation, TITLE_ONLY)
    new.shapes.title.text = "Not shown"
    new._element.set("show", "0")


@sample
def reordered(presentation: Presentation) -> None:
    for text in ("Now the second", "Now the first"):
        slide(presentation, TITLE_ONLY).shapes.title.text = text
    order = presentation.slides._sldIdLst
    order.insert(0, order[1])


@sample
def scripts(presentation: Presentation) -> None:
    frame = slide(presentation).shapes.add_textbox(*BOX).text_frame
    frame.text = "שלום\nこんにちは\n\N{GRINNING FACE} face"


@sample
def backgrounds(presentation: Presentation) -> None:
    top = slide(presentation, TITLE_ONLY)
    top.shapes.title.text = "On top"
    layouts = presentation.slide_layouts
    behind = {
        "On all": presentation.slide_master,
        "On some": layouts[TITLE_ONLY],
        "On none": layouts[BLANK],
    }
    for text, below in behind.items():
        box = top.shapes.add_textbox(*BOX)
        box.name, box.text_frame.text = "Box", text
        below.shapes._spTree.append(box._element)


@sample
def signs(presentation: Presentation) -> None:
    frame = slide(presentation).shapes.add_textbox(*BOX).text_frame
    frame.text = "a < b & c, <b>no tag</b> &amp; {x} %s"


@sample
def empty(presentation: Presentation) -> None:
    frame = slide(presentation).shapes.add_textbox(*BOX).text_frame
    frame.text = "\n12.5\nText\n "


@sample
def many(presentation: Presentation) -> None:
    for number in range(30):
        new = slide(presentation, TITLE_AND_CONTENT)
        new.shapes.title.text = f"Slide number {number}"
        new.placeholders[1].text = "Repeated"
