"""Fields of Word documents, and the bookmarks that they quote."""

from __future__ import annotations

import pytest

from tests.office_files import word
from tests.unit.formats.docx_samples import (
    DOCX,
    assembled,
    body,
    field,
    runs,
    texts,
)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("REF words \\h", 'Some <g id="1">quoted words</g> here, '),
        ("PAGE", "Some quoted words here, "),
        ("REF others", "Some quoted words here, "),
    ],
)
def test_quoted_bookmarks(code: str, expected: str) -> None:
    """A bookmark that a field quotes stays around its words; any other needs no tag."""
    data = word(
        f"<w:p>{runs('<w:t>Some </w:t>')}<w:bookmarkStart w:id='3' w:name='words'/>"
        f"{runs('<w:t>quoted </w:t>', '<w:t>words</w:t>')}<w:bookmarkEnd w:id='3'/>"
        f"{runs('<w:t> here, </w:t>')}{field(code, 'x')}{runs('<w:t> z</w:t>')}</w:p>"
    )
    (text,) = texts(data)
    assert text.startswith(expected)
    done = body(DOCX.assemble(data, [text.replace("quoted words", "Zitat")], "de"))
    assert done.index("bookmarkStart") < done.index("Zitat") < done.index("bookmarkEnd")
    assert (done.index("Some") < done.index("bookmarkStart")) == ("<g" in expected)


def test_bookmarks_that_overlap() -> None:
    """Of two quoted bookmarks that overlap, the second is around the whole text."""
    start = "<w:bookmarkStart w:id='{0}' w:name='n{0}'/>"
    end = "<w:bookmarkEnd w:id='{}'/>"
    data = word(
        f"<w:p>{runs('<w:t>a </w:t>')}{start.format(1)}{runs('<w:t>b </w:t>')}{start.format(2)}"
        f"{runs('<w:t>c </w:t>')}{end.format(1)}{runs('<w:t>d </w:t>')}{end.format(2)}"
        f"{runs('<w:t>e</w:t>')}</w:p><w:p>{field('REF n1', '1')}{field('REF n2', '2')}</w:p>"
    )
    assert ['a <g id="1">b c </g>d e'] == texts(data)
    done = DOCX.assemble(data, ['A <g id="1">B</g> C'], "de")
    assert DOCX.same_structure(data, done) is None


@pytest.mark.parametrize(
    ("code", "expected"),
    [("TOC", ["Shown"]), ("INDEX", ["Shown"]), ("HYPERLINK x", ["Shown"]), ("DATE", [])],
)
def test_fields_of_prose(code: str, expected: list[str]) -> None:
    """What links and tables of contents show is translated; what else fields show is computed."""
    data = word(f"<w:p>{field(code, 'Shown')}</w:p><w:p>{runs('<w:t>End</w:t>')}</w:p>")
    assert [*expected, "End"] == texts(data)


def test_fields_keep_their_order() -> None:
    """The two ends of a field that goes on elsewhere never change places."""
    paragraph = "<w:p>{}</w:p>".format(
        runs(
            "<w:t>a</w:t>",
            '<w:fldChar w:fldCharType="end"/>',
            "<w:t>b</w:t>",
            '<w:fldChar w:fldCharType="begin"/>',
            "<w:t>c</w:t>",
        )
    )
    done = assembled(paragraph, 'x<x id="2"/>y<x id="1"/>z')
    assert done.index('"end"') < done.index('"begin"')
