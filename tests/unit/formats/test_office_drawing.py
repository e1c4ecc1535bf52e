"""Alternative texts, charts and diagrams in office documents."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

import docx
import openpyxl
import pptx
import pytest
from openpyxl.chart import BarChart, Reference
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from domain.errors import DocumentError
from formats.office.openxml.drawing import NAMES_OF_DATA
from formats.port import Format
from formats.registry import by_name
from tests import office_files
from tests.word_samples import png

DIAGRAM = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"


def _saved(save: Callable[[io.BytesIO], object]) -> bytes:
    out = io.BytesIO()
    save(out)
    return out.getvalue()


def word(description: str = "A goat & its kid") -> bytes:
    document = docx.Document()
    document.add_paragraph("Words.")
    shape = document.add_picture(png())
    shape._inline.docPr.set("descr", description)
    shape._inline.docPr.set("title", "The goat")
    shape._inline.graphic.graphicData.pic.nvPicPr.cNvPr.set("descr", description)
    return _saved(document.save)


def slides() -> bytes:
    presentation = pptx.Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[5])
    slide.shapes.title.text = "Words"
    picture = slide.shapes.add_picture(png(), 0, 0)
    picture._element.nvPicPr.cNvPr.set("descr", "A goat & its kid")
    data = CategoryChartData()
    data.categories = ["May"]
    data.add_series("Number", (1,))
    size = (Inches(1), Inches(1), Inches(2), Inches(2))
    chart = slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *size, data).chart
    chart.has_title = True
    chart.chart_title.text_frame.text = "Goats by month"
    return _saved(presentation.save)


def sheet() -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (["Month", "Sales"], ["May", 2]):
        book.active.append(row)
    chart = BarChart()
    chart.title = "Sales by month"
    chart.y_axis.title = "Pieces"
    chart.add_data(Reference(book.active, min_col=2, min_row=1, max_row=2), titles_from_data=True)
    book.active.add_chart(chart, "E1")
    return _saved(book.save)


def with_part(data: bytes, changed: dict[str, Callable[[bytes], bytes]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        names = [*old.namelist(), *(name for name in changed if name not in old.namelist())]
        for name in names:
            content = old.read(name) if name in old.namelist() else b""
            new.writestr(name, changed.get(name, lambda part: part)(content))
    return out.getvalue()


def diagram() -> bytes:
    """Slides with a diagram of two points; what it looks like repeats the first."""

    def points(*texts: str) -> bytes:
        inner = "".join(f"<t><a:p><a:r><a:rPr b='1'/><a:t>{t}</a:t></a:r></a:p></t>" for t in texts)
        return f'<d xmlns="{DIAGRAM}" xmlns:a="{A}">{inner}</d>'.encode()

    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    related = (
        f'<Relationship Id="rId90" Type="{base}/diagramData" Target="../diagrams/data1.xml"/>'
        '<Relationship Id="rId91" Target="../diagrams/drawing1.xml" Type="'
        'http://schemas.microsoft.com/office/2007/relationships/diagramDrawing"/></Relationships>'
    )
    return with_part(
        slides(),
        {
            "ppt/slides/_rels/slide1.xml.rels": lambda part: part.replace(
                b"</Relationships>", related.encode()
            ),
            "ppt/diagrams/data1.xml": lambda _: points("First we begin.", "Then we end."),
            "ppt/diagrams/drawing1.xml": lambda _: points("First we begin."),
        },
    )


def shape() -> bytes:
    """A sheet with a text box that has an alternative text."""
    text_box = (
        f'<xdr:sp xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"'
        f' xmlns:a="{A}"><xdr:nvSpPr><xdr:cNvPr id="9" name="Box" descr="A box"/></xdr:nvSpPr>'
        "<xdr:txBody><a:bodyPr/><a:p><a:r><a:t>In a </a:t></a:r><a:r><a:rPr b='1'/><a:t>box</a:t>"
        "</a:r></a:p></xdr:txBody></xdr:sp>"
    )
    before = re.compile(rb"<(\w+:)?clientData")
    part = "xl/drawings/drawing1.xml"
    return with_part(
        sheet(), {part: lambda old: before.sub(text_box.encode() + rb"\g<0>", old, count=1)}
    )


def found(name: str, data: bytes) -> list[tuple[str, str, str]]:
    units = by_name(name).extract(data, "de")
    return [(one.path, one.role, one.text) for one in units if not one.kept]


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        (
            "docx",
            word(),
            [
                ("document/Picture 1.alt", "label", "The goat"),
                ("document/Picture 1.alt", "label", "A goat &amp; its kid"),
            ],
        ),
        (
            "pptx",
            slides(),
            [
                ("slide1/Picture 2.alt", "label", "A goat &amp; its kid"),
                ("chart1", "caption", "Goats by month"),
            ],
        ),
        (
            "xlsx",
            sheet(),
            [("chart1", "caption", "Sales by month"), ("chart1", "caption", "Pieces")],
        ),
        (
            "xlsx",
            shape(),
            [
                ("Sheet", "paragraph", 'In a <g id="1">box</g>'),
                ("Sheet/Box.alt", "label", "A box"),
            ],
        ),
        (
            "pptx",
            diagram(),
            [("data1", "label", "First we begin."), ("data1", "label", "Then we end.")],
        ),
    ],
)
def test_what_drawings_say(name: str, data: bytes, expected: list[tuple[str, str, str]]) -> None:
    """It is among the units, is put back, and all else stays."""
    units = [(re.sub(r"chart\d+", "chart1", path), *rest) for path, *rest in found(name, data)]
    assert [unit for unit in units if unit in expected] == expected
    form: Format = by_name(name)
    given = form.extract(data, "de")
    assert form.assemble(data, [unit.text for unit in given], "de") == data
    output = form.assemble(data, [f"Ü {unit.text}" for unit in given], "de")
    assert form.same_structure(data, output) is None
    wanted = [unit.text if unit.kept else f"Ü {unit.text}" for unit in given]
    assert [unit.text for unit in form.extract(output, "de")] == wanted


def test_names_in_data() -> None:
    """The names of categories and series stay, with the sheet that holds them, and are told."""
    kept = [unit for unit in by_name("pptx").extract(slides(), "de") if unit.kept]
    assert [("label", "Number"), ("label", "May")] == [(unit.role, unit.text) for unit in kept]
    assert {NAMES_OF_DATA} == {unit.kept for unit in kept}
    assert not any(unit.kept for unit in by_name("xlsx").extract(sheet(), "de"))


def test_boxes_on_charts() -> None:
    """A box that is drawn on a chart holds text as well."""
    names = f'xmlns:c="{CHART}" xmlns:d="{CHART}Drawing" xmlns:a="{A}"'
    text = "<d:txBody><a:p><a:r><a:t>The peak</a:t></a:r></a:p></d:txBody>"
    box = f"<c:userShapes {names}><d:sp>{text}</d:sp></c:userShapes>"
    charted = slides()
    rels = next(name for name in office_files.parts(charted) if "charts/_rels" in name)
    related = office_files.relationships(("rId9", "chartUserShapes", "../drawings/drawing9.xml"))
    data = with_part(
        charted,
        {
            "ppt/drawings/drawing9.xml": lambda _: box.encode(),
            rels: lambda _: related.encode(),
        },
    )
    texts = [unit.text for unit in by_name("pptx").extract(data, "de")]
    assert texts[-1] == "The peak"
    output = by_name("pptx").assemble(data, [*texts[:-1], "Der Gipfel"], "de")
    assert found("pptx", output)[-1] == ("drawing9", "caption", "Der Gipfel")
    assert by_name("pptx").same_structure(data, output) is None


def test_a_picture_repeats_its_text() -> None:
    """Where a picture has the alternative text as well, both are translated."""
    data = word()
    texts = [unit.text for unit in by_name("docx").extract(data, "de")]
    texts = [text.replace("A goat &amp; its kid", "Ziege &amp; Kitz") for text in texts]
    output = by_name("docx").assemble(data, texts, "de")
    with zipfile.ZipFile(io.BytesIO(output)) as archive:
        assert archive.read("word/document.xml").count(b'descr="Ziege &amp; Kitz"') == 2


def test_a_diagram_shows_its_text() -> None:
    """What a diagram looks like follows its data."""
    data = diagram()
    form = by_name("pptx")
    texts = [unit.text.replace("First we begin.", "Erst das.") for unit in form.extract(data, "de")]
    with zipfile.ZipFile(io.BytesIO(form.assemble(data, texts, "de"))) as archive:
        parts = [archive.read(f"ppt/diagrams/{name}1.xml") for name in ("data", "drawing")]
    assert [part.count(b"Erst das.") for part in parts] == [1, 1]


@pytest.mark.parametrize("description", ["logo.png", "", "12", "Screenshot(1).jpeg"])
def test_what_is_no_alternative_text(description: str) -> None:
    """The name of a file is none."""
    assert description not in [text for _, _, text in found("docx", word(description))]


def test_damage_is_told_before_anything_is_asked() -> None:
    """A part without text that can't be read makes the document unusable from the start."""
    data = bytearray(word())
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        picture = archive.getinfo("word/media/image1.png")
    data[picture.header_offset + 30 + len(picture.filename) + 5] ^= 0xFF
    with pytest.raises(DocumentError, match=r"image1.png is damaged"):
        by_name("docx").extract(bytes(data), "de")
