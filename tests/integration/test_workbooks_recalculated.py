"""A workbook of status words counts the same before and after, as LibreOffice calculates it."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest
from openpyxl.formatting.rule import CellIsRule, FormulaRule, Rule
from openpyxl.styles import PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.filters import CustomFilter, CustomFilters

from domain.placeholders.markup import scan
from formats.office.xlsx.format import XlsxFormat

OFFICE = shutil.which("soffice")
XLSX = XlsxFormat()

ROWS = [
    ("Write the manual", "Open", "Invoice 17", "Urgent: by Friday", "Fruit", "Ann Lee"),
    ("Check the pump", "open", "Invoice 18", "Whenever you can", "Tea and more", "Bo Chan"),
    ("Order new tools", "Done", "Order 3", "Not urgent at all", "Fruit", "Ann Lee"),
    ("Ask the supplier", "In progress", "Order 4", "By Monday", "Fruit", "Bo Chan"),
]
FORMULAS = [
    '=COUNTIF(Work!B2:B5,"Open")',
    '=COUNTIF(Work!B2:B5,"<>Done")',
    '=COUNTIF(Work!B2:B5,"In*")',
    '=SUMPRODUCT(--(Work!B2:B5="Done"))',
    '=SUM(COUNTIF(Work!B2:B5,{"Open","In progress"}))',
    '=COUNTIF(Work!B2:B5,state)',
    '=SUMPRODUCT(--ISNUMBER(SEARCH("urgent",Work!D2:D5)))',
    '=SUMPRODUCT(--(LEFT(Work!C2:C5,3)="Inv"))',
    '=COUNTA(INDIRECT(Work!E2))',
    '=IF(COUNTIF(Work!B2:B5,"Done")>0,"Some are done","None is")',
    '=COUNTIF(Work!F2:F5,H1)',
    '=MATCH(H1,Work!F2:F5,0)',
    '=VLOOKUP("Order 3",Work!C2:D5,2,FALSE)="nothing"',
    '=COUNTIF(A10,H2)',
]  # fmt: skip
EXPECTED = [2, 3, 1, 1, 3, 1, 2, 2, 2, "Some are done", 2, 1, False, 1]


def built() -> bytes:
    book = openpyxl.Workbook()
    work = book.active
    work.title = "Work"
    work.append(["Task", "Status", "Paper", "Remark", "Kind", "Who"])
    for row in ROWS:
        work.append(row)
    listed = DataValidation(type="list", formula1='"Open,In progress, Done,Waiting"')
    listed.add("B2:B9")
    work.add_data_validation(listed)
    work["G2"] = "Waiting"
    red = PatternFill(bgColor="FFFF0000")
    work.conditional_formatting.add("G1:G9", CellIsRule("equal", ['"Too late"'], fill=red))
    work.conditional_formatting.add("G1:G9", FormulaRule(['$G1="Stopped"'], fill=red))
    part = Rule(
        "containsText", operator="containsText", text="delay", dxf=DifferentialStyle(fill=red)
    )
    part.formula = ['NOT(ISERROR(SEARCH("delay",G1)))']
    work.conditional_formatting.add("G1:G9", part)
    for number, text in enumerate(["Too late", "Stopped", "A delay of days", "On its way"], 3):
        work.cell(number, 7, text)
    work.auto_filter.ref = "A1:G9"
    work.auto_filter.add_filter_column(0, ["Check the pump"])
    work.auto_filter.add_filter_column(6, [])
    work.auto_filter.filterColumn[-1].customFilters = CustomFilters(
        customFilter=[CustomFilter(operator="notEqual", val="On*way")]
    )
    sums = book.create_sheet("Sums")
    for row, formula in enumerate(FORMULAS, 1):
        sums.cell(row, 1, formula)
    sums["H1"], sums["H2"], sums["H3"] = "Ann Lee", "Some are done", "Only a remark"
    book.defined_names["state"] = DefinedName("state", attr_text='"In progress"')
    book.defined_names["Fruit"] = DefinedName("Fruit", attr_text="Work!$A$2:$A$3")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def accented(text: str) -> str:
    done, at = [], 0
    for token in scan(text):
        done += (text[at : token.start].upper() + "x", text[token.start : token.end])
        at = token.end
    return "".join((*done, text[at:].upper(), "x"))


def translated(data: bytes) -> bytes:
    texts = [unit.text if unit.kept else accented(unit.text) for unit in XLSX.extract(data, "de")]
    return XLSX.assemble(data, texts, "de")


def kept() -> dict[str, str]:
    return {unit.path: unit.text for unit in XLSX.extract(built(), "de") if unit.kept}


def test_kept_cells() -> None:
    """What is named as a literal is kept, whatever names it, and nothing else is."""
    assert {
        "Work!B2": "Open", "Work!B3": "open", "Work!B4": "Done", "Work!B5": "In progress",
        "Work!D2": "Urgent: by Friday", "Work!D4": "Not urgent at all",
        "Work!C2": "Invoice 17", "Work!C3": "Invoice 18", "Work!C4": "Order 3",
        "Work!E2": "Fruit", "Work!E4": "Fruit", "Work!E5": "Fruit",
        "Work!A3": "Check the pump", "Work!G2": "Waiting", "Work!G3": "Too late",
        "Work!G4": "Stopped", "Work!G5": "A delay of days", "Work!G6": "On its way",
        "Sums!H2": "Some are done",
    } == kept()  # fmt: skip


def test_translations_that_are_named() -> None:
    """A translation that would be counted with what a formula names is not written."""
    data = built()
    units = XLSX.extract(data, "de")
    texts = ["done" if unit.text == "Only a remark" else unit.text for unit in units]
    assert data == XLSX.assemble(data, texts, "de")


@pytest.mark.skipif(not OFFICE, reason="needs the Debian package libreoffice-calc")
def test_same_counts(tmp_path: Path) -> None:
    """Each formula has the result that it had."""
    for name, data in (("before", built()), ("after", translated(built()))):
        (tmp_path / f"{name}.xlsx").write_bytes(data)
    assert EXPECTED == _results(tmp_path, "before")
    assert EXPECTED == _results(tmp_path, "after")
    after = openpyxl.load_workbook(tmp_path / "after.xlsx")["Work"]
    assert ["WRITE THE MANUALx", "Open"] == [after["A2"].value, after["B2"].value]


def _results(folder: Path, name: str) -> list[object]:
    assert OFFICE
    profile = (folder / "profile").as_uri()
    out = folder / "calculated"
    subprocess.run(
        [OFFICE, f"-env:UserInstallation={profile}", "--headless", "--convert-to", "xlsx",
         "--outdir", str(out), str(folder / f"{name}.xlsx")],
        check=True, capture_output=True, env={**os.environ, "HOME": str(folder)},
    )  # fmt: skip
    sheet = openpyxl.load_workbook(out / f"{name}.xlsx", data_only=True)["Sums"]
    return [cell.value for cell in sheet["A"]]
