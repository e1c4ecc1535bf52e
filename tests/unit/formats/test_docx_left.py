"""What of a Word document is offered to nobody."""

from __future__ import annotations

from domain.document.coverage import LeftReason
from formats.registry import by_name, left_by
from tests import word_samples
from tests.office_files import word

FIELD = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>REF x</w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>Chapter four</w:t></w:r>'
    '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
)
LIST = (
    '<w:sdt><w:sdtPr><w:dropDownList><w:listItem w:displayText="Choose one" w:value=""/>'
    '<w:listItem w:displayText="12" w:value="12"/></w:dropDownList></w:sdtPr><w:sdtContent><w:p>'
    "<w:r><w:t>Chosen now</w:t></w:r></w:p></w:sdtContent></w:sdt>"
)
WATERMARK = (
    '<w:p><w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textpath'
    ' string="Draft only"/></v:shape></w:pict></w:r></w:p>'
)
UNREAD = (
    "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>Hidden words</w:t></w:r>"
    '<w:moveFrom w:id="1" w:author="a"><w:r><w:t>Moved away</w:t></w:r></w:moveFrom>'
    '<w:del w:id="2" w:author="a"><w:r><w:delText>Deleted</w:delText></w:r></w:del></w:p>'
)


def test_what_is_left_is_told_by_its_reason() -> None:
    """Fields and bound text are computed; choices and watermarks are prose that is not offered."""
    data = word(f"<w:p><w:r><w:t>See </w:t></w:r>{FIELD}</w:p>{LIST}{WATERMARK}{UNREAD}<w:p/>")
    form = by_name("docx")
    assert [(one.reason, one.text) for one in left_by(form, data, "de")] == [
        (LeftReason.COMPUTED, "Chapter four"),
        (LeftReason.COMPUTED, "Chosen now"),
        (LeftReason.NOT_UNDERSTOOD, "Choose one"),
        (LeftReason.NOT_UNDERSTOOD, "Draft only"),
    ]
    assert [unit.text for unit in form.extract(data, "de")] == ["See "]


def test_a_plain_document_has_nothing_left() -> None:
    """All that is read is offered; a page's number is no text."""
    form = by_name("docx")
    for name in ("formats", "table", "hyperlink", "header_and_footer", "page_numbers"):
        assert left_by(form, word_samples.saved(name), "de") == ()
