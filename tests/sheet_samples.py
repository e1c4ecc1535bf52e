"""Workbooks of many kinds.

Those made by openpyxl have texts in their cells, those made by XlsxWriter share them.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable

import openpyxl
import xlsxwriter
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Font
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table
from xlsxwriter.worksheet import Worksheet as Sheet

SAMPLES: dict[str, Callable[[], bytes]] = {}

Book = openpyxl.Workbook
Writer = xlsxwriter.Workbook


def inline(build: Callable[[Book], None]) -> Callable[[Book], None]:
    def saved() -> bytes:
        book = Book()
        build(book)
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()

    SAMPLES[build.__name__] = saved
    return build


def shared(build: Callable[[Writer, Sheet], None]) -> Callable[[Writer, Sheet], None]:
    def saved() -> bytes:
        out = io.BytesIO()
        with Writer(out, {"in_memory": True}) as book:
            build(book, book.add_worksheet("First"))
        return out.getvalue()

    SAMPLES[build.__name__] = saved
    return build


@inline
def texts_and_numbers(book: Book) -> None:
    book.active.append(["Name", 12, 1.5, "Second", None, True, "12.5"])


@inline
def formulas(book: Book) -> None:
    book.active.append(["Net", '=IF(A1="Net","yes","no")', "=SUM(1,2)"])


@inline
def dates(book: Book) -> None:
    book.active.append(["On", datetime.date(2020, 2, 29), datetime.time(12)])


@inline
def two_sheets(book: Book) -> None:
    book.active.title = "It's one"
    book.active["C3"] = "On the first"
    book.create_sheet("Zwei & drei")["AA10"] = "On the second"


@inline
def rich_inline(book: Book) -> None:
    bold = TextBlock(InlineFont(b=True, color="FFFF0000"), "bold")
    book.active["A1"] = CellRichText("Some ", bold, " text")


@inline
def styled(book: Book) -> None:
    cell = book.active["A1"]
    cell.value, cell.font, cell.alignment = "Styled", Font(b=True), Alignment(wrap_text=True)
    book.active.column_dimensions["A"].width = 40


@inline
def merged(book: Book) -> None:
    book.active["A1"] = "Across"
    book.active.merge_cells("A1:C2")


@inline
def named(book: Book) -> None:
    book.active["A1"] = "Named"
    book.defined_names["rate"] = DefinedName("rate", attr_text="Sheet!$A$1")


@inline
def commented(book: Book) -> None:
    book.active["A1"] = "Commented"
    book.active["A1"].comment = Comment("Said of it", "author")


@inline
def in_conversation(book: Book) -> None:
    book.active["A1"] = "Talked about"
    book.active["A1"].comment = Comment("[Threaded comment] Is it so?", "tc={1}")


@inline
def paged(book: Book) -> None:
    book.active["A1"] = "Paged"
    book.active.oddHeader.left.text = "Research && Development"
    book.active.oddHeader.center.text = "Page &P of &N"
    book.active.oddHeader.center.size = 12
    book.active.oddHeader.right.text = "&D"
    book.active.evenFooter.right.text = "Made by &Bus&B at &F"


@inline
def prompted(book: Book) -> None:
    book.active["A1"] = "Prompted"
    check = DataValidation(type="whole", promptTitle="Pieces", prompt="How many < 9 & > 1?")
    check.errorTitle, check.error = "Wrong", "That is no number"
    check.add("B1:B9")
    book.active.add_data_validation(check)


@inline
def validated(book: Book) -> None:
    book.active["A1"] = "Yes"
    check = DataValidation(type="list", formula1='"Yes,No"')
    check.add("A1")
    book.active.add_data_validation(check)


@inline
def conditional(book: Book) -> None:
    book.active["A1"] = "Late"
    rule = FormulaRule(formula=['$A1="Late"'], font=Font(b=True))
    book.active.conditional_formatting.add("A1:A9", rule)


@inline
def charted(book: Book) -> None:
    for row in (["Month", "Sales"], ["May", 2], ["June", 3]):
        book.active.append(row)
    chart = BarChart()
    chart.title = "Sales by month"
    chart.add_data(Reference(book.active, min_col=2, min_row=1, max_row=3), titles_from_data=True)
    book.active.add_chart(chart, "E1")


@inline
def table_inline(book: Book) -> None:
    for row in (["Name", "Price"], ["Apple", 2], ["Pear", 3]):
        book.active.append(row)
    book.active.add_table(Table(displayName="Fruit", ref="A1:B3"))


@inline
def filtered(book: Book) -> None:
    for row in (["Name"], ["Apple"], ["Pear"]):
        book.active.append(row)
    book.active.auto_filter.ref = "A1:A3"


@inline
def signs(book: Book) -> None:
    book.active.append(["a < b & c", "<b>no tag</b>", " around ", "two\nlines", "'=1+1", "{x} %s"])


@inline
def scripts(book: Book) -> None:
    book.active.append(["שלום", "こんにちは", "\N{GRINNING FACE} face", "Ⅷ. Kapitel"])


@shared
def shared_texts(book: Writer, sheet: Sheet) -> None:
    for row in range(3):
        sheet.write_row(row, 0, ["Same", f"Text {row}", row, "Same"])
    book.add_worksheet("Second").write("B2", "Same")


@shared
def rich_shared(book: Writer, sheet: Sheet) -> None:
    bold, red = book.add_format({"bold": True}), book.add_format({"color": "red"})
    sheet.write_rich_string("A1", "Some ", bold, "bold", " and ", red, "red words", ".")
    sheet.write_rich_string("A2", bold, "All ", bold, "bold")


@shared
def table_shared(book: Writer, sheet: Sheet) -> None:
    columns = [{"header": "Name"}, {"header": "Price"}]
    sheet.add_table("B2:C4", {"data": [["Apple", 2], ["Price", 3]], "columns": columns})


@shared
def table_with_formulas(book: Writer, sheet: Sheet) -> None:
    columns = [{"header": "Net"}, {"header": "Gross", "formula": "=[@Net]*1.2"}]
    sheet.add_table("A1:B3", {"data": [[1], [2]], "columns": columns})
    sheet.write("D1", "Beside it")


@shared
def table_with_totals(book: Writer, sheet: Sheet) -> None:
    columns = [{"header": "Name", "total_string": "Total"}, {"header": "Price"}]
    sheet.add_table("A1:B3", {"data": [["Apple", 2]], "columns": columns, "total_row": True})


@shared
def linked(book: Writer, sheet: Sheet) -> None:
    sheet.write_url("A1", "https://example.com", string="Our pages")
    sheet.write_url("A2", "https://example.com/only")


@shared
def white_space(book: Writer, sheet: Sheet) -> None:
    sheet.write_column("A1", ["  around  ", "lines\n\nand lines", "\ttab"])


@shared
def many(book: Writer, sheet: Sheet) -> None:
    for row in range(300):
        sheet.write_row(row, 0, [f"Row number {row}", row, "Repeated"])
