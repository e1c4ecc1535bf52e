"""Workbooks in and out."""

from __future__ import annotations

import io

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from domain.errors import DocumentError
from domain.placeholders.markup import scan
from formats.office.xlsx.format import XlsxFormat
from tests import office_files, sheet_samples
from tests.office_files import parts, replaced

XLSX = XlsxFormat()
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"


def units(data: bytes) -> list[tuple[str, str]]:
    return [(unit.path, unit.text) for unit in XLSX.extract(data, "de") if not unit.kept]


def kept(data: bytes) -> list[tuple[str, str]]:
    return [(unit.path, unit.text) for unit in XLSX.extract(data, "de") if unit.kept]


def texts(data: bytes) -> list[str]:
    return [unit.text for unit in XLSX.extract(data, "de")]


def workbook(cells: str, strings: str = "") -> bytes:
    """A workbook of one sheet, with these cells and shared strings."""
    return office_files.package(
        {
            "xl/workbook.xml": office_files.EXCEL,
            SHEET: office_files.EXCEL.replace("sheet.main", "worksheet"),
            STRINGS: office_files.EXCEL.replace("sheet.main", "sharedStrings"),
        },
        {
            "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{office_files.OFFICE}"><sheets>'
            '<sheet name="One" sheetId="1" r:id="rId1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": office_files.relationships(
                ("rId1", "worksheet", "worksheets/sheet1.xml"),
                ("rId2", "sharedStrings", "sharedStrings.xml"),
            ),
            SHEET: f'<worksheet xmlns="{MAIN}"><sheetData>{cells}</sheetData></worksheet>',
            STRINGS: f'<sst xmlns="{MAIN}">{strings}</sst>',
        },
    )


def pseudo(text: str) -> str:
    """The text with other letters in it, its markup as it was."""
    done, at = [], 0
    for token in scan(text):
        done += (text[at : token.start].upper(), text[token.start : token.end])
        at = token.end
    return "".join((*done, text[at:].upper()))


@pytest.mark.parametrize("name", sheet_samples.SAMPLES)
def test_own_texts(name: str) -> None:
    """The texts of its own units give a workbook back, byte for byte."""
    data = sheet_samples.SAMPLES[name]()
    assert data == XLSX.assemble(data, texts(data), "de")


@pytest.mark.parametrize("lang", ["de", "ar"])
@pytest.mark.parametrize("name", sheet_samples.SAMPLES)
def test_translated(name: str, lang: str) -> None:
    """Translations stand where their sources stood, in a workbook that is the same otherwise."""
    data = sheet_samples.SAMPLES[name]()
    translations = [
        unit.text if unit.kept else pseudo(unit.text) + " x" for unit in XLSX.extract(data, "de")
    ]
    done = XLSX.assemble(data, translations, lang)
    assert [text.strip() for text in translations] == [text.strip() for text in texts(done)]
    assert XLSX.same_structure(data, done) is None
    assert list(parts(data)) == list(parts(done))
    book = openpyxl.load_workbook(io.BytesIO(done))
    assert openpyxl.load_workbook(io.BytesIO(data)).sheetnames == book.sheetnames
    again = XLSX.assemble(done, texts(data), "de")
    assert texts(data) == texts(again)
    assert XLSX.same_structure(data, again) is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("texts_and_numbers", [("Sheet!A1", "Name"), ("Sheet!D1", "Second")]),
        ("formulas", []),
        ("two_sheets", [("It's one!C3", "On the first"), ("Zwei & drei!AA10", "On the second")]),
        ("rich_inline", [("Sheet!A1", 'Some <g id="1">bold</g> text')]),
        ("rich_shared", [
            ("First!A1", 'Some <g id="1">bold</g> and <g id="2">red words</g>.'),
            ("First!A2", "All bold"),
        ]),
        ("shared_texts", [
            ("First!A1", "Same"), ("First!B1", "Text 0"), ("First!B2", "Text 1"),
            ("First!B3", "Text 2"),
        ]),
        ("table_with_formulas", [("First!D1", "Beside it")]),
        ("table_with_totals", [("First!A1", "Name"), ("First!B1", "Price"), ("First!A2", "Apple")]),
        ("linked", [("First!A1", "Our pages")]),
        ("charted", [("Sheet!A1", "Month"), ("Sheet!B1", "Sales"), ("Sheet!A2", "May"),
                     ("Sheet!A3", "June"), ("chart1", "Sales by month")]),
        ("signs", [
            ("Sheet!A1", "a &lt; b &amp; c"), ("Sheet!B1", "&lt;b&gt;no tag&lt;/b&gt;"),
            ("Sheet!C1", " around "), ("Sheet!D1", "two\nlines"),
        ]),
        ("validated", []),
        ("commented", [("Sheet!A1", "Commented"), ("Sheet!A1.note", "Said of it")]),
        ("in_conversation", [("Sheet!A1", "Talked about")]),
        ("paged", [
            ("Sheet!A1", "Paged"), ("Sheet/oddHeader", "Research &amp; Development"),
            ("Sheet/oddHeader", ' Page <x id="1"/> of '),
            ("Sheet/evenFooter", 'Made by <x id="1"/>us<x id="2"/> at '),
        ]),
        ("prompted", [
            ("Sheet!A1", "Prompted"), ("Sheet!B1:B9.promptTitle", "Pieces"),
            ("Sheet!B1:B9.prompt", "How many &lt; 9 &amp; &gt; 1?"),
            ("Sheet!B1:B9.errorTitle", "Wrong"), ("Sheet!B1:B9.error", "That is no number"),
        ]),
    ],
)  # fmt: skip
def test_units(name: str, expected: list[tuple[str, str]]) -> None:
    """A unit is a text that cells hold; formulas, numbers, dates and addresses are none."""
    assert expected == units(sheet_samples.SAMPLES[name]())


def test_cells() -> None:
    """A translation is in each cell that shares its text; formulas and numbers stay."""
    data = sheet_samples.SAMPLES["shared_texts"]()
    done = XLSX.assemble(data, ["Gleich", "Text 0", "Zwei", "Text 2"], "de")
    book = openpyxl.load_workbook(io.BytesIO(done))
    assert [
        ("Gleich", "Text 0", 0, "Gleich"),
        ("Gleich", "Zwei", 1, "Gleich"),
        ("Gleich", "Text 2", 2, "Gleich"),
    ] == list(book["First"].values)
    assert "Gleich" == book["Second"]["B2"].value
    unchanged = {name for name, content in parts(data).items() if parts(done)[name] == content}
    assert {STRINGS} == set(parts(data)) - unchanged


@pytest.mark.parametrize("name", ["table_inline", "table_shared"])
def test_headers_of_tables(name: str) -> None:
    """A table's part says what its header cells say, and never the same of two columns."""
    data = sheet_samples.SAMPLES[name]()
    found = dict(units(data))
    for translations, expected in (
        ({"Name": "Ware", "Price": "Preis\nnetto"}, ["Ware", "Preis_x000a_netto"]),
        ({"Name": "Ware", "Price": "ware"}, ["Ware", "Price"]),
        ({"Name": "Price", "Price": "Name"}, ["Name", "Price"]),
        ({"Name": "x" * 256}, ["Name", "Price"]),
    ):
        wanted = [translations.get(text, text) for text in found.values()]
        done = XLSX.assemble(data, wanted, "de")
        part = next(name for name in parts(done) if "tables/table" in name)
        names = [
            node.get("name")
            for node in etree.fromstring(parts(done)[part]).iter(f"{{{MAIN}}}tableColumn")
        ]
        assert expected == names
        sheet = openpyxl.load_workbook(io.BytesIO(done)).worksheets[0]
        table = next(iter(sheet.tables.values()))
        cells = [cell.value for cell in sheet[table.ref][0]]
        assert cells == [name.replace("_x000a_", "\n") for name in expected]
        assert XLSX.same_structure(data, done) is None


def test_pivot_tables() -> None:
    """What a pivot table shows, and the headers of tables beside it, stay as they are."""
    data = sheet_samples.SAMPLES["table_inline"]()
    found = parts(data)
    rels = found["xl/worksheets/_rels/sheet1.xml.rels"].decode()
    found["xl/worksheets/_rels/sheet1.xml.rels"] = rels.replace(
        "</Relationships>",
        f'<Relationship Id="p" Type="{office_files.OFFICE}/pivotTable"'
        ' Target="/xl/pivotTables/pivotTable1.xml"/></Relationships>',
    ).encode()
    found["xl/pivotTables/pivotTable1.xml"] = (
        f'<pivotTableDefinition xmlns="{MAIN}"><location ref="A3:B9"/></pivotTableDefinition>'
    ).encode()
    found["xl/pivotCache/pivotCacheDefinition1.xml"] = b"<x/>"
    assert [("Sheet!A2", "Apple")] == units(office_files.zipped(found))


RICH = (
    '<row r="1"><c r="A1" t="s"><v>0</v></c></row>',
    "<si><r><t>The </t></r><r><rPr><b/></rPr><t>source</t></r>"
    '<rPh sb="0" eb="1"><t>za</t></rPh></si>',
)


def test_written_text() -> None:
    """Formats stay with their words; how the old text is read out goes."""
    done = XLSX.assemble(workbook(*RICH), ['<g id="1">Quelle</g> ist dies'], "de")
    written = parts(done)[STRINGS].decode()
    assert (
        "<si><r><rPr><b/></rPr><t>Quelle</t></r>"
        '<r><t xml:space="preserve"> ist dies</t></r></si></sst>'
    ) == written[written.index("<si>") :]
    assert XLSX.same_structure(workbook(*RICH), done) is None


@pytest.mark.parametrize(
    "translation",
    ["no tags", "</g>", '<g id="1">x', '<g id="2">x</g>', '<g id="1">x</g><g id="1">y</g>', "\n"],
)
def test_other_tags(translation: str) -> None:
    """A translation without the tags of its source leaves the workbook as it is."""
    data = workbook(*RICH)
    assert data == XLSX.assemble(data, [translation], "de")


@pytest.mark.parametrize(
    ("translation", "expected"),
    [
        ("=1+1", "=1+1"),
        ("</t></si>", "</t></si>"),
        ("a & b &amp; &lt;c&gt;", "a & b & <c>"),
        ('</g><x id="1"/>', '</g><x id="1"/>'),
        ("a\0b\x0bc\ud800d", "a\ufffdb\ufffdc\ufffdd"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("x" * 32_767, "x" * 32_767),
        ("x" * 32_768, "Source"),
    ],
)
def test_hostile_text(translation: str, expected: str) -> None:
    """Whatever a translation holds is text, if a cell can hold it."""
    for data in (
        workbook('<row><c t="inlineStr"><is><t>Source</t></is></c></row>'),
        workbook('<row><c t="s"><v>0</v></c></row>', "<si><t>Source</t></si>"),
    ):
        done = XLSX.assemble(data, [translation], "de")
        (cell,) = openpyxl.load_workbook(io.BytesIO(done))["One"][1]
        assert (expected, "s") == (cell.value, cell.data_type)
        assert XLSX.same_structure(data, done) is None


RUNS = st.lists(
    st.tuples(
        st.sampled_from(["", "<rPr><b/></rPr>", "<rPr><sz val='9'/><i/></rPr>", "<rPr/>"]),
        st.sampled_from(["word", " ", "two words ", "&lt;b&gt;", "&amp;amp;", "12", "\n"]),
    ).map(lambda run: f'<r>{run[0]}<t xml:space="preserve">{run[1]}</t></r>'),
    max_size=6,
).map("".join)


@settings(max_examples=100, deadline=None)
@given(st.lists(RUNS, max_size=4), st.text(max_size=20))
def test_any_text(strings: list[str], extra: str) -> None:
    """Of whatever runs a text is made, it comes out, goes in, and nothing else changes."""
    numbers = [*range(len(strings)), *range(len(strings))]
    cells = "".join(f'<row><c t="s"><v>{number}</v></c></row>' for number in numbers)
    end = '<row><c t="inlineStr"><is><t>End</t></is></c></row>'
    data = workbook(cells + end, "".join(f"<si>{runs}</si>" for runs in strings))
    before = texts(data)
    assert data == XLSX.assemble(data, before, "de")
    translations = [pseudo(text) for text in before]
    done = XLSX.assemble(data, translations, "de")
    assert translations == texts(done)
    for wanted in (translations, [text + extra for text in before], [extra] * len(before)):
        done = XLSX.assemble(data, wanted, "de")
        assert XLSX.same_structure(data, done) is None
        openpyxl.load_workbook(io.BytesIO(done))


@pytest.mark.parametrize(
    ("cells", "strings", "message"),
    [
        ('<row><c t="s"><v>1</v></c></row>', "<si><t>a</t></si>", "One!A1: the cell refers to a"),
        ('<row><c r="C7" t="s"><v>-1</v></c></row>', "<si/>", r"One!C7: .* not there \('-1'\)"),
        ('<row><c t="s"><v>x</v></c></row>', "<si/>", r"not there \('x'\); save it"),
        (
            '<row r="2"><c t="s"><v>0</v></c></row>',
            f"<si><t>{'a ' * 16_384}</t></si>",
            "One!A2: a cell has more than 32,767 characters; split it",
        ),
        (
            '<row><c><v>1</v></c><c t="str"><f>A1</f><v>a</v></c></row>'
            '<row><c t="inlineStr"><f>A1</f><is><t>a</t></is></c></row>',
            "",
            "no text to translate",
        ),
    ],
)
def test_unusable(cells: str, strings: str, message: str) -> None:
    """What a workbook must not hold is told with its cell."""
    with pytest.raises(DocumentError, match=message):
        XLSX.extract(workbook(cells, strings), "de")


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        (SHEET, "<v>0</v>", "<v>1</v>", f"{SHEET}, line 1: <v>0 became <v>1"),
        (SHEET, ' t="s"', "", f'{SHEET}, line 1: <c r="A1" t="s"> became <c r="A1">'),
        (STRINGS, "</sst>", "<si/></sst>", f"{STRINGS}, line 1: nothing became <si>"),
        (STRINGS, "</si>", "<extLst/></si>", f"{STRINGS}, line 1: <extLst> was added"),
        ("xl/workbook.xml", "One", "Two", "the part xl/workbook.xml changed"),
    ],
)
def test_structure(name: str, old: str, new: str, expected: str) -> None:
    """A difference is told with its part and line."""
    data = workbook(*RICH)
    assert expected == XLSX.same_structure(data, replaced(data, name, old, new))


@pytest.mark.parametrize("kind", ["sheet.macroEnabled", "template.macroEnabled"])
def test_macros(kind: str) -> None:
    """A workbook with macros is taken, and they stay in it; a binary workbook is not."""
    data = workbook(*RICH)
    old = office_files.EXCEL
    macros = replaced(data, "[Content_Types].xml", old, f"application/vnd.ms-excel.{kind}.main+xml")
    done = XLSX.assemble(macros, ['<g id="1">Quelle</g>'], "de")
    assert ["Quelle"] == texts(done)
    binary = "application/vnd.ms-excel.sheet.binary.macroEnabled.main"
    with pytest.raises(DocumentError, match=r"no \.xlsx document"):
        XLSX.extract(replaced(data, "[Content_Types].xml", old, binary), "de")


def test_long_workbooks() -> None:
    """Thousands of cells, and a megabyte of runs in strings, take linear time."""
    run = "<r><rPr><b/></rPr><t>b</t></r><r><t>a</t></r>"
    strings = "".join(f"<si>{run * 100}<r><t>{number}</t></r></si>" for number in range(200))
    cells = "".join(f'<row><c t="s"><v>{n % 200}</v></c></row>' for n in range(20_000))
    data = workbook(cells, strings)
    done = XLSX.assemble(data, [text + "!" for text in texts(data)], "de")
    assert 200 == len(texts(done))
    assert XLSX.same_structure(data, done) is None


@pytest.mark.parametrize(
    ("written", "text", "translation", "expected"),
    [
        ("one_x000D_\ntwo", "one\ntwo", "eins\nzwei", "eins\nzwei"),
        ("one_x000a_two", "one\ntwo", "eins\r\nzwei", "eins\nzwei"),
        ("Plan _x0041_", "Plan A", "Plan_x0041_", "Plan_x005F_x0041_"),
        ("read _x005F_x0041_", "read _x0041_", "lies _x0041_", "lies _x005F_x0041_"),
        ("bell _x0007_", "bell _x0007_", "Ton _x0007_", "Ton _x0007_"),
        ("snake_x_case", "snake_x_case", "Schlange_x_", "Schlange_x_"),
    ],
)
def test_escapes(written: str, text: str, translation: str, expected: str) -> None:
    """Excel's escapes are read as the characters that they stand for, and written where needed."""
    data = workbook('<row><c t="s"><v>0</v></c></row>', f"<si><t>{written}</t></si>")
    assert [text] == texts(data)
    done = XLSX.assemble(data, [translation], "de")
    assert f"<si><t>{expected}</t></si>" in parts(done)[STRINGS].decode()
    assert data == XLSX.assemble(data, [text], "de")


@pytest.mark.parametrize(
    "cell", ["<v></v>", "<v/>", "<v> </v>", "<v>0</v>", "<v>1</v>", "<v>2</v>"]
)
def test_no_text(cell: str) -> None:
    """A cell of text may have none."""
    strings = "<si/><si><t/></si><si><t></t></si><si><t>Text</t></si>"
    data = workbook(f'<row><c t="s">{cell}</c><c t="s"><v>3</v></c></row>', strings)
    assert [("One!B1", "Text")] == units(data)
