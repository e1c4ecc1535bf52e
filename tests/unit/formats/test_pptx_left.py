"""What of a presentation is offered to nobody."""

from __future__ import annotations

import io
from typing import Any

import pptx
import pytest
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.text.text import TextFrame

from domain.document.coverage import LeftReason
from formats.registry import by_name, left_by
from tests import slide_samples
from tests.office_files import parts, relationships, zipped

A = "http://schemas.openxmlformats.org/drawingml/2006/main"
P = "http://schemas.openxmlformats.org/presentationml/2006/main"
NEWER = "http://schemas.microsoft.com/office/powerpoint/2018/8/main"
TALK = (
    f'<p:cmLst xmlns:p="{P}"><p:cm authorId="0" idx="1"><p:pos x="1" y="1"/>'
    "<p:text>Too long?</p:text></p:cm></p:cmLst>"
)
NEWER_TALK = (
    f'<n:cmLst xmlns:n="{NEWER}" xmlns:a="{A}"><n:cm><n:replyLst><n:reply><n:txBody><a:bodyPr/>'
    "<a:p><a:r><a:t>Yes, by </a:t></a:r><a:r><a:t>half</a:t></a:r></a:p><a:p/></n:txBody>"
    "</n:reply></n:replyLst><n:txBody><a:bodyPr/><a:p><a:r><a:t>42</a:t></a:r></a:p></n:txBody>"
    "</n:cm></n:cmLst>"
)


def add_date(frame: TextFrame, text: str) -> None:
    """A date that PowerPoint writes, at the end of a text."""
    frame.paragraphs[0]._p.append(
        parse_xml(
            f'<a:fld {nsdecls("a")} id="{{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}}"'
            f' type="datetime4"><a:rPr/><a:t>{text}</a:t></a:fld>'
        )
    )


def presentation() -> bytes:
    """A slide with a number, a date and comments, before a layout with dates of its own."""
    book = pptx.Presentation()
    slide = slide_samples.slide(book, slide_samples.TITLE_ONLY)
    title = slide.placeholders[0].text_frame
    title.text = "As of "
    add_date(title, "3 May 2031")
    add_date(title, "31")
    box = slide.shapes.add_textbox(*slide_samples.BOX)
    box.text_frame.text = "Shown on all, "
    add_date(box.text_frame, "4 June 2031")
    moved: Any = box._element
    slide.slide_layout.shapes._spTree.append(moved)
    prompt: Any = slide.slide_layout.placeholders[0]
    add_date(prompt.text_frame, "5 July 2031")
    book.save(out := io.BytesIO())
    found = parts(out.getvalue())
    rels = "ppt/slides/_rels/slide1.xml.rels"
    talk = relationships(("c1", "comments", "../talk.xml"), ("c2", "comments", "../newer.xml"))
    inner = talk[talk.index("<Relationship ") :].encode()
    found[rels] = found[rels].replace(b"</Relationships>", inner)
    return zipped({**found, "ppt/talk.xml": TALK, "ppt/newer.xml": NEWER_TALK})


def test_what_is_left_is_told_by_its_reason() -> None:
    """Dates are computed and comments kept; what a layout's placeholders hold is read by nobody."""
    form, data = by_name("pptx"), presentation()
    assert [(one.reason, one.text) for one in left_by(form, data, "de")] == [
        (LeftReason.COMPUTED, "3 May 2031"),
        (LeftReason.KEPT, "Too long?"),
        (LeftReason.KEPT, "Yes, by half"),
        (LeftReason.COMPUTED, "4 June 2031"),
    ]
    texts = [unit.text for unit in form.extract(data, "de")]
    assert texts == ["As of ", "Shown on all, "]


def test_what_older_programs_show_instead_counts_once() -> None:
    """A field that is repeated for programs that don't know the original is passed over."""
    data = parts(presentation())
    name = "ppt/slides/slide1.xml"
    again = (
        b'<mc:Fallback xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        b"<a:fld><a:t>3 May 2031</a:t></a:fld></mc:Fallback></p:spTree>"
    )
    assert b"</p:spTree>" in data[name]
    data[name] = data[name].replace(b"</p:spTree>", again)
    told = [one.text for one in left_by(by_name("pptx"), zipped(data), "de")]
    assert told == ["3 May 2031", "Too long?", "Yes, by half", "4 June 2031"]


@pytest.mark.parametrize("name", ["bullets", "slide_numbers", "backgrounds", "notes", "chart"])
def test_a_plain_presentation_has_nothing_left(name: str) -> None:
    """All that is read is offered; a slide's number is no text."""
    assert left_by(by_name("pptx"), slide_samples.saved(name), "de") == ()
