"""Packages of office documents that could do harm, or are damaged."""

from __future__ import annotations

import io
import zipfile

import pytest

from domain.errors import DocumentError
from formats.office.docx.format import DocxFormat
from formats.office.openxml import archive as office_archive
from formats.office.pptx import PptxFormat
from formats.office.xlsx.format import XlsxFormat
from tests.office_files import parts, replaced, word, zipped

DOCX = DocxFormat()
DOCUMENT = "word/document.xml"
GOOD = word("<w:p><w:r><w:t>Text</w:t></w:r></w:p>")


def with_part(name: str, content: bytes | str) -> bytes:
    return zipped({**parts(GOOD), name: content})


def with_document(content: str) -> bytes:
    return with_part(DOCUMENT, content)


def with_inner_flag(data: bytes) -> bytes:
    """The archive with its first entry marked as locked."""
    at = data.index(b"PK\x01\x02") + 8
    return data[:at] + b"\x01" + data[at + 1 :]


def of_method(method: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in parts(GOOD).items():
            archive.writestr(name, content)
    return out.getvalue()


def lying(data: bytes, name: str, size: int) -> bytes:
    """The archive with another unpacked size of an entry in its directory."""
    at = data.rindex(name.encode()) - 46 + 24
    return data[:at] + size.to_bytes(4, "little") + data[at + 4 :]


def twice(name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for part, content in parts(GOOD).items():
            archive.writestr(part, content)
        archive.writestr(name.upper(), "again")
    return out.getvalue()


W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
ENTITIES = (
    '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    f'<w:document xmlns:w="{W}"><w:body><w:p>&b;</w:p></w:body></w:document>'
)
DEEP = f'<w:document xmlns:w="{W}">' + "<w:p>" * 300 + "</w:p>" * 300 + "</w:document>"
BROKEN = f'<w:document xmlns:w="{W}">\n<w:body>\n</w:document>'


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "this is no .docx document, or a damaged one"),
        (b"Hello", "this is no .docx document, or a damaged one"),
        (GOOD[:-30], "this is no .docx document, or a damaged one"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "office file of before 2007.*save it as .docx"),
        (b"PK" + b"\0" * (20 * 2**20), "20 MB is the most; split it"),
        (zipped({"a.txt": "x"}), r"it has no \[Content_Types\].xml"),
        (with_inner_flag(GOOD), "locked with a password"),
        (of_method(zipfile.ZIP_BZIP2), "packed in a way that office documents don't have"),
        (with_part("../evil.xml", "x"), "leads out of it: '../evil.xml'"),
        (with_part("/etc/evil.xml", "x"), "leads out of it"),
        (with_part("word\\evil.xml", "x"), "leads out of it"),
        (with_part("C:/evil.xml", "x"), "leads out of it"),
        (twice(DOCUMENT), "two entries 'WORD/DOCUMENT.XML'"),
        (with_part("a.bin", b"\0" * 5_000_000), "looks like a ZIP bomb"),
        (lying(GOOD, DOCUMENT, 20), "its part word/document.xml is not as large|damaged"),
        (lying(GOOD, DOCUMENT, 100_000), "its part word/document.xml is not as large"),
        (lying(GOOD, DOCUMENT, 2**31), "unpacked and"),
        (with_document("<!-- -->\n" + ENTITIES), "2: its part word/document.xml has a document"),
        (with_part(DOCUMENT, ENTITIES.encode("utf-32")), "has a document type declaration"),
        (with_document(ENTITIES), "1: its part word/document.xml has a document type declaration"),
        (
            with_part(DOCUMENT, ENTITIES.encode("utf-16")),
            "1: its part word/document.xml has a document type declaration",
        ),
        (with_document(DEEP), "no XML that can be read: .*depth"),
        (with_document(BROKEN), "3: its part word/document.xml is no XML that can be read"),
        (with_document(""), "no XML that can be read"),
        (replaced(GOOD, "_rels/.rels", DOCUMENT, "word/gone.xml"), "no .docx document; check"),
        (with_part("_rels/.rels", "<x/>"), "no .docx document; check the ending of its name"),
        (replaced(GOOD, "[Content_Types].xml", "main+xml", "main"), "no .docx document"),
        (
            replaced(
                GOOD,
                "_rels/.rels",
                "http://schemas.openxmlformats.org/officeDocument/2006",
                "http://purl.oclc.org/ooxml/officeDocument",
            ),
            "Strict Open XML; save it in the ordinary form",
        ),
    ],
)
def test_unusable(data: bytes, message: str) -> None:
    """Each fault of a package is told, with what to do."""
    with pytest.raises(DocumentError) as caught:
        DOCX.extract(data, "de")
    caught.match(message)


def test_damaged_part() -> None:
    """A part whose checksum is wrong is refused."""
    at = GOOD.index(b"PK\x01\x02", GOOD.index(b"PK\x01\x02") + 1)
    at = GOOD.index(b"PK\x01\x02", at + 1) + 16
    damaged = GOOD[:at] + bytes([GOOD[at] ^ 1]) + GOOD[at + 1 :]
    with pytest.raises(DocumentError, match=r"document\.xml is damaged: Bad CRC-32"):
        DOCX.extract(damaged, "de")


def test_too_many_parts() -> None:
    """Archives of very many entries are refused before they are read."""
    many = {f"{number}.xml": "" for number in range(office_archive.MAX_PARTS)}
    with pytest.raises(DocumentError, match=r"10,003 entries and 10,000 is the most"):
        DOCX.extract(zipped({**parts(GOOD), **many}), "de")


@pytest.mark.parametrize("other", [XlsxFormat(), PptxFormat()])
def test_other_kind(other: XlsxFormat | PptxFormat) -> None:
    """A document of another kind is told by what it holds, not by its name."""
    with pytest.raises(DocumentError, match=f"no .{other.name} document; check the ending"):
        other.extract(GOOD, "de")


def test_what_stays() -> None:
    """Parts keep their order, times and ways of packing; the archive keeps its comment."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.comment = b"a comment"
        for number, (name, content) in enumerate(parts(GOOD).items()):
            entry = zipfile.ZipInfo(name, (1999, 1, 1 + number, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_STORED if number else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    done = DOCX.assemble(out.getvalue(), ["Anders"], "de")
    with zipfile.ZipFile(io.BytesIO(done)) as archive:
        assert b"a comment" == archive.comment
        assert [
            ("[Content_Types].xml", 1, zipfile.ZIP_DEFLATED),
            ("_rels/.rels", 2, zipfile.ZIP_STORED),
            (DOCUMENT, 3, zipfile.ZIP_STORED),
        ] == [(info.filename, info.date_time[2], info.compress_type) for info in archive.infolist()]
