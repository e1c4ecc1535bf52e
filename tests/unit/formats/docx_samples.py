"""Word documents of a few lines, and what comes out of them."""

from __future__ import annotations

from domain.placeholders.markup import scan
from formats.office.docx.format import DocxFormat
from tests.office_files import parts, word

DOCX = DocxFormat()
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DOCUMENT = "word/document.xml"


def texts(data: bytes) -> list[str]:
    return [unit.text for unit in DOCX.extract(data, "de")]


def runs(*inner: str) -> str:
    return "".join(f"<w:r>{content}</w:r>" for content in inner)


def body(data: bytes) -> str:
    """The body's children, without declarations."""
    found = parts(data)[DOCUMENT].decode()
    return found[found.index("<w:body>") + 8 : found.index("</w:body>")]


def assembled(inner: str, *translations: str, lang: str = "de") -> str:
    data = word(inner)
    done = DOCX.assemble(data, translations, lang)
    assert DOCX.same_structure(data, done) is None
    return body(done)


def pseudo(text: str) -> str:
    """The text with other letters in it, its markup as it was."""
    done, at = [], 0
    for token in scan(text):
        done += (text[at : token.start].upper(), text[token.start : token.end])
        at = token.end
    return "".join((*done, text[at:].upper()))


FIELD = (
    '<w:fldChar w:fldCharType="begin"/>',
    "<w:instrText> {} </w:instrText>",
    '<w:fldChar w:fldCharType="separate"/>',
    "<w:t>{}</w:t>",
    '<w:fldChar w:fldCharType="end"/>',
)


def field(code: str, shown: str) -> str:
    return runs(*FIELD).replace("{}", code, 1).replace("{}", shown, 1)


FORMATTED = "<w:p>{}</w:p>".format(
    runs("<w:t>The </w:t>", "<w:rPr><w:b/></w:rPr><w:t>source</w:t>", "<w:tab/><w:t>ends</w:t>")
)
