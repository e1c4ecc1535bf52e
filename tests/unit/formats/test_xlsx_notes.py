"""What sheets say outside of their cells: notes, prompts, headers and footers."""

from __future__ import annotations

import io

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from openpyxl.worksheet.worksheet import Worksheet

from domain.errors import DocumentError
from formats.office.xlsx import pages as office_xlsx_pages
from formats.office.xlsx import sheet_notes as office_xlsx_notes
from formats.office.xlsx.cells import S
from formats.office.xlsx.format import XlsxFormat
from tests import sheet_samples

XLSX = XlsxFormat()


def translated(sample: str, translations: dict[str, str]) -> Worksheet:
    """The sheet of a sample, with these translations in the places of their sources."""
    data = sheet_samples.SAMPLES[sample]()
    texts = [unit.text for unit in XLSX.extract(data, "de")]
    assert translations.keys() <= set(texts)
    done = XLSX.assemble(data, [translations.get(text, text) for text in texts], "de")
    return openpyxl.load_workbook(io.BytesIO(done)).active


def test_notes() -> None:
    """A note has its translation; one that repeats a conversation stays."""
    noted = translated("commented", {"Said of it": "Dazu <gesagt>"})
    assert "Dazu <gesagt>" == noted["A1"].comment.text
    talked = translated("in_conversation", {"Talked about": "Beredet"})
    assert "[Threaded comment] Is it so?" == talked["A1"].comment.text


@pytest.mark.parametrize(
    ("title", "shown"), [("Stücke &amp; Teile", "Stücke & Teile"), ("x" * 33, "Pieces")]
)
def test_prompts(title: str, shown: str) -> None:
    """A prompt has its translation, unless it is longer than Excel allows."""
    sheet = translated("prompted", {"Pieces": title, "Wrong": "Falsch"})
    check = sheet.data_validations.dataValidation[0]
    assert (shown, "Falsch") == (check.promptTitle, check.errorTitle)


def headed(text: str) -> etree._Element:
    root = etree.Element(f"{S}worksheet")
    etree.SubElement(root, office_xlsx_pages.HEADERS[0]).text = text
    return root


@pytest.mark.parametrize(
    ("header", "source", "translation", "expected"),
    [
        ("&LLeft&CThe &P", "The", "Die 1 ", "&LLeft&CDie 1 &P"),
        ("&Lone&Rtwo", "two", "R&amp;D", "&Lone&RR&&D"),
        ("&RR&&Law", "R&amp;Law", "Recht", "&RRecht"),
        ('&C&"Arial,Bold"&14Title', "Title", "1 Titel", '&C&"Arial,Bold"&14 1 Titel'),
        ("&K01+000Title&K", "Title", "Titel", "&K01+000Titel&K"),
        ("a &P of &N z", None, '<x id="2"/> b <x id="1"/>', "&N b &P"),
        ("a &Bbold&U z", None, '<x id="2"/>fett<x id="1"/>', "&Bfett&U"),
        ("a &P z", None, "no code", "a &P z"),
        ("&P: a", "a", ": " + "ä" * 252, "&P: a"),
        ("&P: a", "a", ": " + "ä" * 251, "&P: " + "ä" * 251),
    ],
)
def test_headers(header: str, source: str | None, translation: str, expected: str) -> None:
    """Codes stand as they stood or as the translation has them, and text is never one."""
    root = headed(header)
    *_, place = office_xlsx_pages.texts(root, "sheet", "Sheet")
    assert source in (None, place.unit.text.strip(" :"))
    place.put(translation, "de")
    assert expected == root[0].text


def test_long_header() -> None:
    """A header that Excel would not open is told."""
    with pytest.raises(DocumentError, match="Sheet: a header or footer has more than 255"):
        list(office_xlsx_pages.texts(headed("a" * 256), "sheet", "Sheet"))


@pytest.mark.parametrize("header", ["&P", "&L&D&C&F&R&A", "12 / 24", ""])
def test_headers_without_text(header: str) -> None:
    """A header of codes alone is no text."""
    assert [] == list(office_xlsx_pages.texts(headed(header), "sheet", "Sheet"))


@settings(deadline=None)
@given(st.text(alphabet="&LCRPBK\"'0129+-,abAB ", max_size=60))
def test_any_header(header: str) -> None:
    """A header's own texts give it back, but that a lone ampersand is written as two."""
    root = headed(header)
    for place in office_xlsx_pages.texts(root, "sheet", "Sheet"):
        assert place.put(place.unit.text, "de")
    assert header.replace("&&", "&") == (root[0].text or "").replace("&&", "&")


def test_escaped_line_ends() -> None:
    """Line ends that Excel escapes in prompts and headers are read, and written so again."""
    check = etree.Element(f"{S}dataValidation", prompt="One_x000a_two", sqref="A1")
    root = etree.Element(f"{S}worksheet")
    root.append(check)
    (place,) = office_xlsx_notes.prompts(root, "sheet", "One")
    assert "One\ntwo" == place.unit.text
    assert place.put("Eins\nzwei", "de")
    assert "Eins_x000a_zwei" == check.get("prompt")
    header = headed("&LOne_x000D_\ntwo")
    (text,) = office_xlsx_pages.texts(header, "sheet", "One")
    assert "One\ntwo" == text.unit.text
