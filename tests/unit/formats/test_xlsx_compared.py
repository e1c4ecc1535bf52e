"""Which texts a workbook compares its cells with, and which cells that concerns."""

from __future__ import annotations

import pytest
from lxml import etree

from formats.office.xlsx.cells import S
from formats.office.xlsx.compared import Compared, compared


def of_formulas(*formulas: str, kind: str = "f") -> Compared:
    root = etree.Element(f"{S}worksheet")
    for formula in formulas:
        etree.SubElement(root, f"{S}{kind}").text = formula
    return compared(etree.Element(f"{S}workbook"), [root])


@pytest.mark.parametrize(
    ("formula", "found", "passed"),
    [
        ('COUNTIF(A:A,"Open")', ["Open", "OPEN", " open "], ["Opened", "To open", "Offen"]),
        ('COUNTIF(A:A,"<>Done")', ["Done"], ["<Done>", "Undone"]),
        ('COUNTIF(A:A,">=Mid")', ["Mid"], ["Middle"]),
        ('COUNTIF(A:A,"In*")', ["In", "In progress", "INVOICE"], ["To begin In"]),
        ('COUNTIF(A:A,"*late")', ["Too late"], ["Later", "late again"]),
        ('COUNTIF(A:A,"*urgent*")', ["Not urgent now"], ["Emergency"]),
        ('COUNTIF(A:A,"T?n")', ["Ten", "tan"], ["Tn", "Teen"]),
        ('COUNTIF(A:A,"a~*b")', ["a*b"], ["axb", "a~b"]),
        ('COUNTIF(A:A,"x[y]*z")', ["x[y]!z"], ["xyz"]),
        ('COUNTIF(A:A,"*")', [], ["Anything"]),
        ('COUNTIF(A:A,"*a*")', [], ["A bag"]),
        ('ISNUMBER(SEARCH("late",A1))', ["Too late", "Later"], ["Let it"]),
        ('IFERROR(FIND( "漢" , A1),0)', ["漢字"], ["字"]),
        ('FIND(" ",A1)', [], ["Two words"]),
        ('IF(LEFT(A2,3)="Inv",1,2)', ["Invoice 7"], ["In"]),
        ('IF(A1="say ""yes""",1,2)', ['Say "yes"'], ["Say yes"]),
        ("'It''s \"Open\"'!A1+1", [], ["Open"]),
        ('SUM(COUNTIF(A:A,{"Red","Blue"}))', ["red", "blue"], ["Green"]),
    ],
)
def test_texts(formula: str, found: list[str], passed: list[str]) -> None:
    """Criteria are read as Excel reads them, in any letter case."""
    texts = of_formulas(formula)
    assert found == [text for text in (*found, *passed) if texts.has(text)]


def test_indirect() -> None:
    """Where a formula makes references of texts, names of sheets and ranges are compared too."""
    workbook = etree.Element(f"{S}workbook")
    etree.SubElement(workbook, f"{S}sheet", name="Data 1")
    etree.SubElement(workbook, f"{S}definedName", name="Hot_drinks").text = "A1:A9"
    root = etree.Element(f"{S}worksheet")
    formula = etree.SubElement(root, f"{S}f")
    for written, expected in (("SUM(A1)", []), ("SUM(INDIRECT(A1))", ["Data 1", "Hot drinks"])):
        formula.text = written
        texts = compared(workbook, [root])
        assert expected == [text for text in ("Data 1", "Hot drinks") if texts.has(text)]


def test_many() -> None:
    """Thousands of texts of each kind are no burden."""
    texts = of_formulas(
        *(
            f'COUNTIF(A:A,"*w{n}x*")+COUNTIF(A:A,"w{n}*y?z")+COUNTIF(A:A,"v{n}")'
            for n in range(3000)
        )
    )
    assert not any(texts.has(f"some words of number {n}") for n in range(2000))
    assert texts.has("V2999")
