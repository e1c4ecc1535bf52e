"""What of a workbook is offered to nobody."""

from __future__ import annotations

import io

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.chart.data_source import AxDataSource, StrData, StrRef, StrVal
from openpyxl.chart.series import SeriesLabel

from domain.document.coverage import LeftReason
from formats.registry import by_name, left_by
from tests import sheet_samples
from tests.office_files import EXCEL, OFFICE, package, parts, relationships, zipped

SHEET = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
XM = "http://schemas.microsoft.com/office/excel/2006/main"
THREADS = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
CELLS = """
<row r="1"><c r="A1" t="inlineStr"><is><t>Price list</t></is></c>
<c r="B1" t="str"><f>A1&amp;" of May"</f><v>Price_x000a_list of May</v></c>
<c r="C1" t="str"><f>TEXT(9,"0")</f><v>9 %</v></c></row>
<row r="2"><c r="A2" t="str"><f t="array" ref="A2:B3">SORT(X1:Y2)</f><v>Apples</v></c>
<c r="B2"><v>3</v></c><c r="C2" t="str"><v>Typed by a program</v></c></row>
<row r="3"><c r="A3" t="str"><v>Pears</v></c><c r="B3" t="str"><v>none left</v></c></row>
<row r="4"><c r="A4" t="str"><v>Below them</v></c><c r="B4" t="str"><f>A2</f><v>Apples</v></c></row>
"""
CHECKS = f"""
<dataValidations><dataValidation type="list" sqref="D1"><formula1>"Open, Shut"</formula1>
</dataValidation><dataValidation type="list" sqref="D2"><formula1>$A$1:$A$9</formula1>
</dataValidation></dataValidations><extLst><ext><x14:dataValidations xmlns:x14="{X14}">
<x14:dataValidation type="list"><x14:formula1><xm:f xmlns:xm="{XM}">"A ""big"" one,5"</xm:f>
</x14:formula1></x14:dataValidation></x14:dataValidations></ext></extLst>
"""
TALK = (
    f'<ThreadedComments xmlns="{THREADS}"><threadedComment ref="A1" personId="x" id="y"><text>Is'
    " this right?</text></threadedComment><threadedComment ref='A1'><text>42</text>"
    "</threadedComment></ThreadedComments>"
)
NOTE = (
    f'<comments xmlns="{MAIN}"><authors><author>tc=y</author></authors><commentList><comment'
    ' ref="A1" authorId="0"><text><t>[Threaded comment] Is this right?</t></text></comment>'
    "</commentList></comments>"
)


def workbook(cells: str, after: str = "") -> bytes:
    """A workbook of one sheet on which a conversation stands."""
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{cells}</sheetData>{after}</worksheet>'
    book = (
        f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="Prices" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    return package(
        {"xl/workbook.xml": EXCEL},
        {
            "xl/workbook.xml": book,
            "xl/_rels/workbook.xml.rels": relationships(
                ("rId1", "worksheet", "worksheets/sheet1.xml")
            ),
            SHEET: sheet,
            "xl/worksheets/_rels/sheet1.xml.rels": relationships(
                ("rId1", "threadedComment", "../talk.xml"), ("rId2", "comments", "../notes.xml")
            ),
            "xl/talk.xml": TALK,
            "xl/notes.xml": NOTE,
        },
    )


def told(data: bytes) -> list[tuple[LeftReason, str]]:
    return [(one.reason, one.text) for one in left_by(by_name("xlsx"), data, "de")]


def test_what_is_left_is_told_by_its_reason() -> None:
    """What a formula shows, in each cell that it fills, is computed; choices and talk are kept."""
    data = workbook(CELLS, CHECKS)
    assert told(data) == [
        (LeftReason.COMPUTED, "Price\nlist of May"),
        (LeftReason.COMPUTED, "Apples"),
        (LeftReason.NOT_UNDERSTOOD, "Typed by a program"),
        (LeftReason.COMPUTED, "Pears"),
        (LeftReason.COMPUTED, "none left"),
        (LeftReason.NOT_UNDERSTOOD, "Below them"),
        (LeftReason.KEPT, "Open, Shut"),
        (LeftReason.KEPT, 'A "big" one,5'),
        (LeftReason.KEPT, "Is this right?"),
    ]
    assert [unit.text for unit in by_name("xlsx").extract(data, "de")] == ["Price list"]


def test_sheets_in_utf_16() -> None:
    """A sheet is looked through in whichever encoding it is."""
    found = parts(workbook(CELLS))
    found[SHEET] = found[SHEET].decode().encode("utf-16")
    assert (LeftReason.COMPUTED, "Pears") in told(zipped(found))


def test_what_only_charts_say() -> None:
    """Names that are typed into a chart, and titles on a chart sheet, are not offered; names that a
    chart takes from cells are translated with these."""
    book = openpyxl.Workbook()
    book.active.append(["Month", "Sales"])
    book.active.append(["May", 3])
    for place in (book.active, book.create_chartsheet("Drawn")):
        chart = BarChart()
        chart.title = f"Title on {place.title}"
        chart.add_data(Reference(book.active, min_col=2, min_row=2, max_row=2))
        chart.series[0].tx = SeriesLabel(v="Sold so far")
        typed = StrData(pt=[StrVal(0, v="Summer")])
        seen = StrRef("Sheet!$A$2", StrData(pt=[StrVal(0, v="May as it was")]))
        is_typed = place is not book.active
        chart.series[0].cat = AxDataSource(strLit=typed) if is_typed else AxDataSource(strRef=seen)
        place.add_chart(chart, *(["E1"] if place is book.active else []))
    book.save(out := io.BytesIO())
    assert told(out.getvalue()) == [
        (LeftReason.NOT_UNDERSTOOD, "Sold so far"),
        (LeftReason.NOT_UNDERSTOOD, "Summer"),
        (LeftReason.NOT_UNDERSTOOD, "Title on Drawn"),
    ]
    units = [unit.text for unit in by_name("xlsx").extract(out.getvalue(), "de")]
    assert units == ["Month", "Sales", "May", "Title on Sheet"]


@pytest.mark.parametrize("name", ["texts_and_numbers", "charted"])
def test_a_plain_workbook_has_nothing_left(name: str) -> None:
    """All that is read is offered."""
    assert told(sheet_samples.SAMPLES[name]()) == []
